// Numbers per person as sets: the same as plain numbers in a map.

#include "people/person_counter.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace carillon {
namespace {

UserSet random_set(std::mt19937& random, std::uint32_t users) {
  UserSet out;
  auto const density = 1 + random() % 8;
  for (std::uint32_t user = 0; user < users; ++user) {
    if (random() % density == 0) out.add(UserNo{user});
  }
  return out;
}

TEST(PersonCounter, AgreesWithPlainNumbers) {
  constexpr std::uint32_t kUsers = 60;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    PersonCounter counter;
    std::map<std::uint32_t, std::uint32_t> plain;
    for (int step = 0; step < 200; ++step) {
      auto const users = random_set(random, kUsers);
      counter.add(users);
      for (auto const user : users.list()) ++plain[user.value];
    }
    for (std::uint32_t user = 0; user < kUsers; ++user) {
      EXPECT_EQ(counter.of(UserNo{user}), plain[user]) << seed;
    }
    auto const asked = random_set(random, kUsers);
    for (std::uint32_t const n : {1u, 2u, 63u, 64u, 100u, 127u, 200u, 201u, 70'000u}) {
      UserSet expected;
      for (auto const user : asked.list()) {
        if (plain[user.value] >= n) expected.add(user);
      }
      EXPECT_EQ(counter.at_least(n, asked), expected) << seed << " " << n;
      EXPECT_EQ(counter.among(asked).at_least(n, asked), expected) << seed << " " << n;
    }
  }
}

TEST(PersonCounter, AddsAnotherCounterNumberByNumber) {
  std::mt19937 random(5);
  PersonCounter a;
  PersonCounter b;
  for (int i = 0; i < 37; ++i) a.add(random_set(random, 40));
  for (int i = 0; i < 91; ++i) b.add(random_set(random, 40));
  auto sum = a;
  sum.add(b);
  for (std::uint32_t user = 0; user < 40; ++user) {
    EXPECT_EQ(sum.of(UserNo{user}), a.of(UserNo{user}) + b.of(UserNo{user}));
  }
}

TEST(PersonCounter, StopsAtItsHighestNumber) {
  PersonCounter counter;
  UserSet const one{UserNo{1}};
  counter.add(one);
  for (int i = 0; i < 20; ++i) {
    auto const same = counter;
    counter.add(same);
  }
  EXPECT_EQ(counter.of(UserNo{1}), 65'535u);
  counter.add(one);
  EXPECT_EQ(counter.of(UserNo{1}), 65'535u);
  EXPECT_EQ(counter.of(UserNo{2}), 0u);
}

}  // namespace
}  // namespace carillon

#include "people/user_set.h"

#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace carillon {
namespace {

using Model = std::set<std::uint32_t>;

UserSet set_of(Model const& model) {
  UserSet out;
  for (auto const n : model) out.add(UserNo{n});
  return out;
}

Model model_of(UserSet const& set) {
  Model out;
  for (auto const user : set.list()) out.insert(user.value);
  return out;
}

// Numbers from a few places, so that sets overlap and blocks have all three inner forms.
class Numbers {
 public:
  explicit Numbers(unsigned seed) : random_(seed) {}
  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  std::uint32_t number() {
    static constexpr std::uint32_t kStarts[] = {0, 65'530, 131'072, 4'294'900'000};
    return kStarts[pick(4)] + pick(60'000);
  }
  Model few() {
    Model out;
    for (auto n = pick(13); n > 0; --n) out.insert(number());
    return out;
  }
  Model model() {
    Model out;
    for (auto n = pick(200); n > 0; --n) out.insert(number());
    for (auto n = pick(3); n > 0; --n) {
      auto const first = number();
      for (std::uint32_t i = 0; i < 10'000 && first + i >= first; i += 1 + pick(2)) {
        out.insert(first + i);
      }
    }
    return out;
  }

 private:
  std::mt19937 random_;
};

TEST(UserSet, EmptySetsBehaveLikeSets) {
  UserSet const none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.size(), 0U);
  EXPECT_FALSE(none.contains(UserNo{1}));
  EXPECT_TRUE(none.list().empty());
  EXPECT_EQ(none.first_from(0), std::nullopt);
  EXPECT_EQ(none, UserSet::range(UserNo{5}, UserNo{5}));
  EXPECT_EQ(none | none, none);
  EXPECT_EQ(none & none, none);
  EXPECT_EQ(none - none, none);
  EXPECT_EQ(none.count_below(std::uint64_t{1} << 32), 0U);
  EXPECT_TRUE(none.block(3).empty());
  EXPECT_EQ(UserSet::read_safe(none.bytes()).value(), none);
  UserSet emptied{UserNo{4}};
  emptied.remove(UserNo{4});
  EXPECT_EQ(emptied, none);
  EXPECT_EQ(UserSet::union_of({}), none);
}

TEST(UserSet, FewAndManyHaveOneStoredForm) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    auto const model = Numbers(seed).few();
    auto const set = set_of(model);
    auto as_bitmap = set | UserSet::range(UserNo{200'000}, UserNo{200'100});
    for (std::uint32_t n = 200'000; n < 200'100; ++n) as_bitmap.remove(UserNo{n});
    ASSERT_EQ(set, as_bitmap);
    ASSERT_EQ(set.bytes(), as_bitmap.bytes());
    ASSERT_EQ(UserSet::read_safe(set.bytes()).value(), set);
    as_bitmap.optimize();
    ASSERT_EQ(UserSet::read_safe(as_bitmap.bytes()).value(), set);
  }
}

TEST(UserSet, CopiesAreIndependent) {
  UserSet a{UserNo{1}, UserNo{2}};
  UserSet b = a;
  b.add(UserNo{3});
  EXPECT_EQ(a.size(), 2U);
  UserSet c = std::move(b);
  EXPECT_EQ(c.size(), 3U);
  a = c;
  c.remove(UserNo{1});
  EXPECT_EQ(a.size(), 3U);
}

TEST(UserSet, AgreesWithStdSetUnderRandomOperations) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Numbers random(seed);
    auto const a = seed % 3 == 0 ? random.few() : random.model();
    auto const b = seed % 4 == 0 ? random.few() : random.model();
    auto x = set_of(a);
    auto const y = set_of(b);
    if (seed % 2 == 0) x.optimize();
    ASSERT_EQ(model_of(x), a);
    ASSERT_EQ(x.size(), a.size());
    ASSERT_EQ(x.empty(), a.empty());

    Model both;
    Model either = a;
    Model only;
    either.insert(b.begin(), b.end());
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(only, only.end()));
    ASSERT_EQ(model_of(x & y), both);
    ASSERT_EQ(model_of(x | y), either);
    ASSERT_EQ(model_of(x - y), only);
    ASSERT_EQ(x.count_common(y), both.size());
    UserSet const* const parts[] = {&x, &y, &x};
    ASSERT_EQ(UserSet::union_of(parts), x | y);
    ASSERT_EQ((x | y) == x, either == a);

    for (int i = 0; i < 50; ++i) {
      auto const n = random.number();
      ASSERT_EQ(x.contains(UserNo{n}), a.contains(n));
      auto const from = a.lower_bound(n);
      ASSERT_EQ(x.count_below(n), static_cast<std::size_t>(std::distance(a.begin(), from)));
      ASSERT_EQ(x.first_from(n), from == a.end() ? std::nullopt : std::optional(UserNo{*from}));
      auto const page = x.list(n, 10);
      auto at = from;
      for (auto const user : page) ASSERT_EQ(user.value, *at++);
      ASSERT_EQ(page.size(),
                std::min<std::size_t>(10, static_cast<std::size_t>(std::distance(from, a.end()))));
    }
    ASSERT_EQ(x.count_below(std::uint64_t{1} << 32), a.size());
    ASSERT_EQ(x.first_from(std::uint64_t{1} << 32), std::nullopt);
    for (BlockNo const block : {0U, 1U, 2U, 3U, 65'535U}) {
      Model inside;
      for (auto const n : a) {
        if (block_of(UserNo{n}) == block) inside.insert(n);
      }
      ASSERT_EQ(model_of(x.block(block)), inside);
    }

    auto changing = a;
    for (int i = 0; i < 300; ++i) {
      auto const n = random.number();
      if (random.pick(2) == 0) {
        x.add(UserNo{n});
        changing.insert(n);
      } else {
        x.remove(UserNo{n});
        changing.erase(n);
      }
    }
    ASSERT_EQ(model_of(x), changing);
    x |= y;
    x -= y;
    x &= x;
    std::erase_if(changing, [&](std::uint32_t n) { return b.contains(n); });
    ASSERT_EQ(model_of(x), changing);
  }
}

TEST(UserSet, RangesEndWhereTheyEnd) {
  auto const range = UserSet::range(UserNo{65'000}, UserNo{200'000});
  EXPECT_EQ(range.size(), 135'000U);
  EXPECT_FALSE(range.contains(UserNo{64'999}));
  EXPECT_TRUE(range.contains(UserNo{65'000}));
  EXPECT_TRUE(range.contains(UserNo{199'999}));
  EXPECT_FALSE(range.contains(UserNo{200'000}));
  EXPECT_EQ(range.block(1).size(), 65'536U);
  EXPECT_TRUE(UserSet::range(UserNo{5}, UserNo{4}).empty());
}

TEST(UserSet, BytesComeBackAsTheSameSet) {
  for (unsigned seed = 100; seed < 130; ++seed) {
    Numbers random(seed);
    auto set = set_of(random.model());
    EXPECT_EQ(UserSet::read_safe(set.bytes()).value(), set);
    set.optimize();
    EXPECT_EQ(UserSet::read_safe(set.bytes()).value(), set);
  }
}

TEST(UserSet, EverybodyIsSmall) {
  auto all = UserSet::range(UserNo{1}, UserNo{1'000'001});
  all.optimize();
  EXPECT_LT(all.bytes().size(), 4096U);
  UserSet odd;
  for (std::uint32_t n = 1; n < 1'000'000; n += 2) odd.add(UserNo{n});
  odd.optimize();
  EXPECT_LE(odd.bytes().size(), 132'000U);
}

// Whatever is taken in must behave like a set: ascending, of the size it says, safe to work with.
void use(UserSet set) {
  auto const all = set.list();
  ASSERT_EQ(all.size(), set.size());
  ASSERT_TRUE(std::is_sorted(all.begin(), all.end()));
  ASSERT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  UserSet again;
  again.add(all);
  ASSERT_EQ(again, set);
  ASSERT_EQ((set - again).size(), 0U);
  ASSERT_EQ((set & again).size(), set.size());
  for (auto const user : {UserNo{1}, UserNo{70'000}}) {
    set.add(user);
    set.remove(user);
  }
  for (std::size_t i = 0; i < all.size(); i += 97) set.remove(all[i]);
  set |= again;
  set.optimize();
  ASSERT_EQ(UserSet::read_safe(set.bytes()).value(), set);
}

TEST(UserSet, HostileBytesAreRefusedOrAreASet) {
  Numbers random(77);
  std::vector<std::string> good;
  good.push_back(UserSet{UserNo{1}, UserNo{5}, UserNo{70'000}}.bytes());
  auto runs = UserSet::range(UserNo{10}, UserNo{100'000});
  runs.add(UserNo{300'000});
  runs.optimize();
  good.push_back(runs.bytes());
  UserSet dense;
  for (std::uint32_t n = 0; n < 20'000; n += 2) dense.add(UserNo{n});
  good.push_back(dense.bytes());
  good.push_back(set_of(random.model()).bytes());
  good.push_back(UserSet().bytes());
  for (int i = 0; i < 6'000; ++i) {
    auto bytes = good[random.pick(static_cast<std::uint32_t>(good.size()))];
    for (auto n = random.pick(4); n > 0; --n) {
      // Most of the harm is done in the first bytes, where lengths and kinds are.
      auto const size = static_cast<std::uint32_t>(bytes.size());
      auto const at = random.pick(random.pick(2) == 0 ? std::min(size, 32U) : size);
      bytes[at] = static_cast<char>(random.pick(256));
    }
    if (random.pick(5) == 0) bytes.resize(random.pick(static_cast<std::uint32_t>(bytes.size())));
    if (random.pick(20) == 0) bytes += 'x';
    auto set = UserSet::read_safe(bytes);
    if (set) use(*std::move(set));
    if (HasFatalFailure()) return;
  }
}

TEST(UserSet, AWrongCountOfADenseBlockIsRefused) {
  // One block as a bitmap of 65,536 bits that are all set, said to be 4,097.
  std::string bytes;
  auto const put32 = [&](std::uint32_t n) {
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(n >> (8 * i));
  };
  put32(12346);             // no runs
  put32(1);                 // one block
  put32((4097 - 1) << 16);  // block 0, and how many it has, less one
  put32(16);                // where it begins
  bytes.append(8192, '\xff');
  EXPECT_FALSE(UserSet::read_safe(bytes));
}

}  // namespace
}  // namespace carillon

// Flow control: the rules one by one, and against plain counting.

#include "audience/flow.h"

#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carillon {
namespace {

constexpr TenantNo kTenant{1};
constexpr AppNo kApp{1};

FlowLimits limits(std::initializer_list<std::pair<FlowRule, std::uint32_t>> rules) {
  FlowLimits out{};
  for (auto const& [rule, limit] : rules) out[static_cast<std::size_t>(rule)] = limit;
  return out;
}

FlowMoment moment(std::string hash = "a", Day day = 1, std::int64_t minute = 10) {
  return {kTenant, kApp, day, minute, std::move(hash), false};
}

UserSet first(std::uint32_t n) { return UserSet::range(UserNo{0}, UserNo{n}); }

// Decides one batch as the core does: gives who is kept back by which rule, and counts the rest.
std::map<FlowRule, UserSet> send(FlowBook& book, FlowLimits const& rules, FlowMoment const& at,
                                 UserSet users) {
  std::map<FlowRule, UserSet> out;
  auto const all = users;
  auto deliverable = std::move(users);
  std::uint64_t sum = 0;
  for (auto& kept : withhold(rules, at, book.state(at, deliverable), deliverable)) {
    EXPECT_EQ(kept.limit, rules[static_cast<std::size_t>(kept.rule)]);
    EXPECT_EQ(kept.users.count_common(deliverable), 0u);
    sum += kept.users.size();
    EXPECT_TRUE(out.emplace(kept.rule, std::move(kept.users)).second);
  }
  EXPECT_EQ(sum + deliverable.size(), all.size()) << "each person once";
  book.add(at, deliverable);
  return out;
}

TEST(FlowControl, TheSameContentReachesAPersonOnceADay) {
  FlowBook book;
  auto const rules = limits({{FlowRule::same_content, 1}});
  EXPECT_TRUE(send(book, rules, moment("a"), first(2)).empty());
  EXPECT_EQ(send(book, rules, moment("a"), first(3))[FlowRule::same_content], first(2));
  EXPECT_TRUE(send(book, rules, moment("b"), first(3)).empty()) << "another content";
  EXPECT_EQ(send(book, rules, moment("a"), first(3))[FlowRule::same_content], first(3));
  EXPECT_TRUE(send(book, rules, moment("a", 2), first(3)).empty()) << "another day";
}

TEST(FlowControl, APersonGetsSoManyMessagesADay) {
  FlowBook book;
  auto const rules = limits({{FlowRule::person_day, 3}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(send(book, rules, moment(std::to_string(i)), first(1)).empty());
  }
  EXPECT_EQ(send(book, rules, moment("x"), first(5))[FlowRule::person_day], first(1));
  EXPECT_TRUE(send(book, rules, moment("y", 2), first(5)).empty());
}

TEST(FlowControl, OneCallAndOneMinuteReachSoMany) {
  FlowBook book;
  auto const rules = limits({{FlowRule::call, 10}, {FlowRule::app_minute, 15}});
  auto kept = send(book, rules, moment("a"), first(12));
  EXPECT_EQ(kept[FlowRule::call], UserSet::range(UserNo{10}, UserNo{12}));
  kept = send(book, rules, moment("b"), first(12));
  EXPECT_EQ(kept[FlowRule::call].size(), 2u);
  EXPECT_EQ(kept[FlowRule::app_minute], UserSet::range(UserNo{5}, UserNo{10}));
  kept = send(book, rules, moment("c"), first(1));
  EXPECT_EQ(kept[FlowRule::app_minute], first(1)) << "the minute is used up";
  EXPECT_TRUE(send(book, rules, moment("d", 1, 11), first(10)).empty()) << "the next minute";
}

TEST(FlowControl, AppsOfATenantShareItsMinuteAndAStoreAppHasOneEverywhere) {
  FlowBook book;
  auto const tenant_rule = limits({{FlowRule::tenant_minute, 3}});
  auto at = moment();
  EXPECT_TRUE(send(book, tenant_rule, at, first(2)).empty());
  at.app = AppNo{2};
  EXPECT_EQ(send(book, tenant_rule, at, first(2))[FlowRule::tenant_minute].size(), 1u);
  at.tenant = TenantNo{2};
  EXPECT_TRUE(send(book, tenant_rule, at, first(3)).empty()) << "another tenant";

  auto const everywhere = limits({{FlowRule::everywhere_minute, 6}});
  at.content_hash = "b";
  at.tenant = TenantNo{3};
  EXPECT_EQ(send(book, everywhere, at, first(3))[FlowRule::everywhere_minute].size(), 1u)
      << "app 2 has reached 1 and 3 people elsewhere";
}

TEST(FlowControl, EverybodyIsReachedSoOftenADayWhateverTheirNumber) {
  FlowBook book;
  auto const rules = limits({{FlowRule::everybody_day, 2},
                             {FlowRule::call, 10},
                             {FlowRule::app_minute, 10},
                             {FlowRule::tenant_minute, 10}});
  for (int i = 0; i < 2; ++i) {
    auto at = moment(std::to_string(i));
    at.everybody = true;
    EXPECT_TRUE(send(book, rules, at, first(50)).empty());
  }
  auto at = moment("x");
  at.everybody = true;
  EXPECT_EQ(send(book, rules, at, first(50))[FlowRule::everybody_day], first(50));
  EXPECT_TRUE(send(book, rules, moment("y"), first(10)).empty()) << "they count in no minute";
}

TEST(FlowControl, LimitsThatAreZeroAreOff) {
  FlowBook book;
  for (int i = 0; i < 600; ++i) {
    EXPECT_TRUE(send(book, FlowLimits{}, moment(), first(100)).empty());
  }
}

// What the rules promise, counted person by person and minute by minute over many random batches,
// in a book that is sometimes split into a kept and a later part, as groups of the writer do.
TEST(FlowControl, NoLimitIsEverExceededAndNobodyIsKeptBackWithoutCause) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    auto const below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    auto const rules = limits({{FlowRule::same_content, below(3)},
                               {FlowRule::person_day, below(8)},
                               {FlowRule::call, below(2) * 20},
                               {FlowRule::app_minute, below(2) * 40},
                               {FlowRule::tenant_minute, below(2) * 60},
                               {FlowRule::everybody_day, below(3)}});
    auto const limit = [&](FlowRule rule) { return rules[static_cast<std::size_t>(rule)]; };
    FlowBook kept;
    FlowBook group;
    std::map<std::tuple<std::uint32_t, Day, std::uint32_t>, std::uint32_t> day_counts;
    std::map<std::tuple<std::uint32_t, Day, std::string, std::uint32_t>, std::uint32_t> contents;
    std::map<std::pair<std::uint32_t, std::int64_t>, std::uint64_t> app_minutes;
    std::map<std::int64_t, std::uint64_t> tenant_minutes;
    std::map<std::pair<std::uint32_t, Day>, std::uint32_t> everybody;
    std::int64_t minute = 0;
    for (int step = 0; step < 150; ++step) {
      minute += below(2);
      FlowMoment at{kTenant,
                    AppNo{1 + below(2)},
                    static_cast<Day>(minute / 40),
                    minute,
                    std::string(1, static_cast<char>('a' + below(4))),
                    below(10) == 0};
      UserSet deliverable;
      for (std::uint32_t user = 0; user < 40; ++user) {
        if (at.everybody || below(3) == 0) deliverable.add(UserNo{user});
      }
      auto state = kept.state(at, deliverable);
      state += group.state(at, deliverable);
      auto const asked = deliverable;
      auto const back = withhold(rules, at, state, deliverable);
      std::uint64_t sum = deliverable.size();
      auto const app = at.app.value;
      for (auto const& [rule, n, users] : back) {
        sum += users.size();
        for (auto const user : users.list()) {
          if (rule == FlowRule::same_content) {
            EXPECT_GE((contents[{app, at.day, at.content_hash, user.value}]), n);
          } else if (rule == FlowRule::person_day) {
            EXPECT_GE((day_counts[{app, at.day, user.value}]), n);
          }
        }
        if (rule == FlowRule::everybody_day) {
          EXPECT_GE((everybody[{app, at.day}]), n);
        }
        if (rule == FlowRule::call) {
          EXPECT_LE(deliverable.size(), n);
        }
        if (rule == FlowRule::app_minute) {
          EXPECT_GE(app_minutes[std::pair(app, minute)] + deliverable.size() + users.size(), n);
        }
      }
      EXPECT_EQ(sum, asked.size()) << seed;
      for (auto const user : deliverable.list()) {
        auto const had = ++contents[{app, at.day, at.content_hash, user.value}];
        if (limit(FlowRule::same_content) != 0) {
          EXPECT_LE(had, limit(FlowRule::same_content));
        }
        auto const got = ++day_counts[{app, at.day, user.value}];
        if (limit(FlowRule::person_day) != 0) {
          EXPECT_LE(got, limit(FlowRule::person_day));
        }
      }
      if (at.everybody) {
        if (!deliverable.empty()) ++everybody[{app, at.day}];
        if (limit(FlowRule::everybody_day) != 0) {
          EXPECT_LE((everybody[{app, at.day}]), limit(FlowRule::everybody_day));
        }
      } else {
        auto const in_app = app_minutes[std::pair(app, minute)] += deliverable.size();
        auto const in_tenant = tenant_minutes[minute] += deliverable.size();
        if (limit(FlowRule::call) != 0) {
          EXPECT_LE(deliverable.size(), limit(FlowRule::call));
        }
        if (limit(FlowRule::app_minute) != 0) {
          EXPECT_LE(in_app, limit(FlowRule::app_minute));
        }
        if (limit(FlowRule::tenant_minute) != 0) {
          EXPECT_LE(in_tenant, limit(FlowRule::tenant_minute));
        }
      }
      group.add(at, deliverable);
      if (below(5) == 0) {  // the group's commit
        kept.add(group);
        group = FlowBook();
      }
    }
  }
}

}  // namespace
}  // namespace carillon

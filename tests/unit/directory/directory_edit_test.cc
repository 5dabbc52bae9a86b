#include "directory/directory_edit.h"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace carillon {
namespace {

IdSealer const kIds(Key{});

Tenant acme() {
  Tenant tenant;
  tenant.no = TenantNo{1};
  tenant.tenant_key = "acme";
  return tenant;
}

Department department(std::uint32_t no, std::uint32_t parent) {
  Department out;
  out.no = DepartmentNo{no};
  out.department_id = "d" + std::to_string(no);
  out.dept_number = 1000 + no;
  out.parent = DepartmentNo{parent};
  return out;
}

User user(std::uint32_t no, std::vector<DepartmentNo> in = {kRootDepartment}) {
  User out;
  out.no = UserNo{no};
  out.user_id = "u" + std::to_string(no);
  out.departments = std::move(in);
  return out;
}

User resigned(User user) {
  user.active = false;
  user.resigned = true;
  user.departments = {kRootDepartment};
  return user;
}

std::set<std::uint32_t> numbers(UserSet const& set) {
  std::set<std::uint32_t> out;
  for (auto const user : set.list()) out.insert(user.value);
  return out;
}

// root - 2 - 3 - 4 - 5, and 6 below the root; users 1..5 in the department of their number.
std::shared_ptr<Directory const> chain() {
  DirectoryBuilder builder(acme());
  for (std::uint32_t no = 2; no <= 5; ++no) {
    EXPECT_TRUE(builder.put(department(no, no - 1)));
  }
  EXPECT_TRUE(builder.put(department(6, 1)));
  for (std::uint32_t no = 1; no <= 5; ++no) {
    EXPECT_TRUE(builder.put(user(no, {DepartmentNo{no}})));
  }
  return builder.build().value();
}

TEST(DirectoryEdit, AUserShowsInTheNewSnapshotOnly) {
  auto const before = chain();
  DirectoryEdit edit(*before);
  ASSERT_EQ(edit.next_user(), UserNo{6});
  auto li = user(6, {DepartmentNo{4}, DepartmentNo{6}});
  li.mobile = "+86 138-0000-0000";
  li.email = "Li@acme.test";
  ASSERT_TRUE(edit.put(li));
  auto const after = edit.finish();
  EXPECT_EQ(after->user(UserNo{6}), li);
  EXPECT_EQ(after->find_user("u6"), UserNo{6});
  EXPECT_EQ(after->find_mobile("13800000000"), UserNo{6});
  EXPECT_EQ(after->find_email("li@ACME.test"), UserNo{6});
  EXPECT_TRUE(after->active().contains(UserNo{6}));
  for (std::uint32_t const no : {1, 2, 3, 4, 6}) {
    EXPECT_TRUE(after->members_below(DepartmentNo{no}).contains(UserNo{6})) << no;
    EXPECT_FALSE(before->members_below(DepartmentNo{no}).contains(UserNo{6})) << no;
  }
  EXPECT_FALSE(after->members_below(DepartmentNo{5}).contains(UserNo{6}));
  EXPECT_FALSE(before->has_user(UserNo{6}));
  EXPECT_FALSE(before->find_mobile("13800000000"));
}

TEST(DirectoryEdit, WhoResignsLeavesEveryDepartmentAndLetsGoOfTheirIds) {
  DirectoryEdit leaving(*chain());
  auto li = user(5, {DepartmentNo{5}});
  li.mobile = "13800000000";
  ASSERT_TRUE(leaving.put(li));
  ASSERT_TRUE(leaving.put(resigned(li)));
  auto const gone = leaving.finish();
  for (std::uint32_t const no : {1, 2, 3, 4, 5}) {
    EXPECT_FALSE(gone->members_below(DepartmentNo{no}).contains(UserNo{5})) << no;
  }
  EXPECT_FALSE(gone->active().contains(UserNo{5}));
  EXPECT_EQ(gone->find_user("u5"), UserNo{5});
  EXPECT_FALSE(gone->find_mobile("13800000000"));
  EXPECT_EQ(gone->find_mobile("13800000000", true), UserNo{5});

  DirectoryEdit coming(*gone);
  auto next = user(6);
  next.user_id = "u5";
  next.mobile = li.mobile;
  ASSERT_TRUE(coming.put(next));
  auto const both = coming.finish();
  EXPECT_EQ(both->find_user("u5"), UserNo{6});
  EXPECT_EQ(both->find_mobile("13800000000", true), UserNo{6});
  EXPECT_EQ(both->user_id(UserNo{5}), "u5");
  // As after a restart.
  DirectoryBuilder again(acme());
  again.defer_checks();
  ASSERT_TRUE(again.put(both->user(UserNo{5})));
  ASSERT_TRUE(again.put(both->user(UserNo{6})));
  auto const loaded = again.build();
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->find_user("u5"), UserNo{6});
  // Back again is only who finds their id free.
  DirectoryEdit back(*both);
  EXPECT_EQ(back.put(li).error().code, Errc::already_exists);
}

// Also when the index grows, for which all ids of whoever is in it are looked at again.
TEST(DirectoryEdit, AnAliasTakenOverStaysWithItsNewOwner) {
  AppNo const app{7};
  DirectoryEdit edit(*chain());
  auto li = user(5);
  li.open_aliases = {{app, "ou_taken"}};
  li.union_aliases = {{DeveloperNo{1}, "on_kept"}};
  ASSERT_TRUE(edit.put(resigned(li)));
  auto next = user(6);
  next.open_aliases = li.open_aliases;
  ASSERT_TRUE(edit.put(next));
  for (std::uint32_t no = 7; no < 5000; ++no) {
    auto other = user(no);
    other.open_aliases = {{app, "ou_" + std::to_string(no)}};
    ASSERT_TRUE(edit.put(other));
    ASSERT_EQ(edit.now().find_open_id(app, "ou_taken", kIds), UserNo{6}) << no;
  }
  EXPECT_EQ(edit.now().find_union_id(DeveloperNo{1}, "on_kept", kIds), UserNo{5});
  // Who is taken back gets what has become free.
  ASSERT_TRUE(edit.put(resigned(next)));
  ASSERT_TRUE(edit.put(li));
  EXPECT_EQ(edit.now().find_open_id(app, "ou_taken", kIds), UserNo{5});
}

TEST(DirectoryEdit, ManyWhoResignedWithANumberDoNotHideWhoHasItNow) {
  DirectoryEdit edit(*chain());
  DirectoryBuilder again(acme());
  again.defer_checks();
  for (std::uint32_t no = 10; no < 30; ++no) {
    auto one = user(no);
    one.mobile = "13800000000";
    ASSERT_TRUE(edit.put(one));
    EXPECT_EQ(edit.now().find_mobile("13800000000", false), UserNo{no});
    if (no < 29) one = resigned(one);
    ASSERT_TRUE(edit.put(one));
    ASSERT_TRUE(again.put(one));
  }
  EXPECT_EQ(again.build().value()->find_mobile("13800000000", false), UserNo{29});
}

TEST(DirectoryEdit, AMovedDepartmentTakesEveryoneBelowAlong) {
  DirectoryEdit edit(*chain());
  ASSERT_TRUE(edit.put(department(4, 1)));
  auto const after = edit.finish();
  EXPECT_EQ(numbers(after->members_below(DepartmentNo{2})), (std::set<std::uint32_t>{2, 3}));
  EXPECT_EQ(numbers(after->members_below(DepartmentNo{3})), (std::set<std::uint32_t>{3}));
  EXPECT_EQ(numbers(after->members_below(DepartmentNo{4})), (std::set<std::uint32_t>{4, 5}));
  EXPECT_EQ(after->members_below(kRootDepartment).size(), 5U);
  EXPECT_TRUE(after->children(DepartmentNo{3}).empty());
  EXPECT_EQ(after->children(kRootDepartment).size(), 3U);
}

TEST(DirectoryEdit, WhoBelongsThereByAnotherDepartmentStaysWhenOneMovesAway) {
  auto const before = chain();
  DirectoryEdit several(*before);
  ASSERT_TRUE(several.put(user(5, {DepartmentNo{5}, DepartmentNo{3}})));
  auto const base = several.finish();
  DirectoryEdit edit(*base);
  ASSERT_TRUE(edit.put(department(4, 6)));
  auto const after = edit.finish();
  EXPECT_EQ(numbers(after->members_below(DepartmentNo{2})), (std::set<std::uint32_t>{2, 3, 5}));
  EXPECT_EQ(numbers(after->members_below(DepartmentNo{6})), (std::set<std::uint32_t>{4, 5}));
}

TEST(DirectoryEdit, RefusesCyclesAndUnknownDepartments) {
  auto const before = chain();
  EXPECT_EQ(DirectoryEdit(*before).put(department(2, 5)).error().code, Errc::invalid_field);
  EXPECT_EQ(DirectoryEdit(*before).put(department(2, 2)).error().code, Errc::invalid_field);
  EXPECT_EQ(DirectoryEdit(*before).put(department(7, 9)).error().code, Errc::invalid_field);
  EXPECT_EQ(DirectoryEdit(*before).put(user(1, {DepartmentNo{9}})).error().code,
            Errc::invalid_field);
  auto clash = department(7, 1);
  clash.department_id = "d5";
  EXPECT_EQ(DirectoryEdit(*before).put(clash).error().code, Errc::already_exists);
}

TEST(DirectoryEdit, TheNumberOfADeletedDepartmentIsNeverGivenOutAgain) {
  DirectoryEdit edit(*chain());
  auto const sealed = edit.now().open_department_id(DepartmentNo{6}, kIds);
  edit.erase(DepartmentNo{6});
  auto const after = edit.finish();
  EXPECT_FALSE(after->has_department(DepartmentNo{6}));
  EXPECT_FALSE(after->find_department("d6", kIds));
  EXPECT_FALSE(after->find_department(sealed, kIds));
  EXPECT_FALSE(after->find_department_number(1006));
  EXPECT_EQ(after->departments_end(), 7U);
  EXPECT_EQ(after->children(kRootDepartment).size(), 1U);
  DirectoryEdit next(*after);
  auto again = department(next.next_department().value, 1);
  again.department_id = "d6";
  ASSERT_TRUE(next.put(again));
  EXPECT_EQ(next.now().find_department("d6", kIds), DepartmentNo{7});
  EXPECT_EQ(next.now().find_department_number(1007), DepartmentNo{7});
}

// The same changes on a plain model, which collects every set anew.
class Model {
 public:
  std::map<std::uint32_t, User> users;
  std::map<std::uint32_t, std::uint32_t> parents{{1, 0}};

  bool is_below(std::uint32_t department, std::uint32_t top) const {
    for (auto at = department; at != 0; at = parents.at(at)) {
      if (at == top) return true;
    }
    return false;
  }
  std::set<std::uint32_t> below(std::uint32_t top) const {
    std::set<std::uint32_t> out;
    for (auto const& [no, user] : users) {
      if (user.resigned) continue;
      for (auto const in : user.departments) {
        if (is_below(in.value, top)) out.insert(no);
      }
    }
    return out;
  }
};

void compare(Directory const& made, Model const& model) {
  for (auto const& [no, parent] : model.parents) {
    ASSERT_EQ(numbers(made.members_below(DepartmentNo{no})), model.below(no)) << no;
    if (no == 1) continue;
    ASSERT_EQ(made.department(DepartmentNo{no}).parent.value, parent);
    ASSERT_EQ(made.find_department("d" + std::to_string(no), kIds), DepartmentNo{no});
  }
  for (auto const& [no, user] : model.users) {
    ASSERT_EQ(made.user(UserNo{no}), user);
    ASSERT_EQ(made.active().contains(UserNo{no}), user.active);
    ASSERT_EQ(made.find_user(user.user_id), UserNo{no});
    if (!user.mobile.empty()) {
      ASSERT_EQ(made.find_mobile(user.mobile, true), UserNo{no});
    }
  }
}

class RandomEdits : public testing::TestWithParam<std::uint32_t> {};

// Few users, many of them in several departments; and so many that indexes split and that people
// of several departments are counted set by set.
TEST_P(RandomEdits, AgreeWithAModelThatCollectsEverySetAnew) {
  auto const users_max = GetParam();
  std::mt19937 random(users_max);
  auto const pick = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  Model model;
  auto const any_department = [&] {
    auto at = model.parents.begin();
    std::advance(at, pick(static_cast<std::uint32_t>(model.parents.size())));
    return at->first;
  };
  auto made = DirectoryBuilder(acme()).build().value();
  std::uint32_t next_department = 2;
  auto const rounds = users_max > 1000 ? 60 : 600;
  for (int round = 0; round < rounds; ++round) {
    DirectoryEdit edit(*made);
    switch (pick(4)) {
      case 0: {
        auto const parent = any_department();
        model.parents[next_department] = parent;
        ASSERT_TRUE(edit.put(department(next_department++, parent)));
        break;
      }
      case 1: {
        auto const moved = any_department();
        auto const to = any_department();
        if (moved == 1) break;
        bool const cycle = model.is_below(to, moved);
        ASSERT_EQ(static_cast<bool>(edit.put(department(moved, to))), !cycle);
        if (cycle) continue;
        model.parents[moved] = to;
        break;
      }
      case 2: {
        auto const gone = any_department();
        bool const parent = std::any_of(model.parents.begin(), model.parents.end(),
                                        [&](auto const& at) { return at.second == gone; });
        if (gone == 1 || parent || !model.below(gone).empty()) break;
        edit.erase(DepartmentNo{gone});
        model.parents.erase(gone);
        break;
      }
      default: {
        for (std::uint32_t n = 0; n < users_max / 40; ++n) {
          auto changed = user(1 + pick(users_max));
          changed.departments.assign(1, DepartmentNo{any_department()});
          if (pick(2) == 0) changed.departments.emplace_back(any_department());
          if (pick(3) == 0) changed.departments.emplace_back(any_department());
          changed.active = pick(5) != 0;
          if (pick(2) == 0) changed.mobile = "1380000" + std::to_string(changed.no.value);
          changed.name = "user " + std::to_string(round);
          if (pick(6) == 0) changed = resigned(changed);
          ASSERT_TRUE(edit.put(changed));
          model.users[changed.no.value] = changed;
        }
      }
    }
    auto const before = std::exchange(made, edit.finish());
    if (round % (rounds / 20) == 0) compare(*made, model);
  }
  compare(*made, model);
  // What an import makes of it.
  DirectoryBuilder builder(*made);
  auto const built = builder.build();
  ASSERT_TRUE(built);
  compare(**built, model);
}

INSTANTIATE_TEST_SUITE_P(Sizes, RandomEdits, testing::Values(60, 30'000));

}  // namespace
}  // namespace carillon

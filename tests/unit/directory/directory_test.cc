#include "directory/directory.h"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace carillon {
namespace {

Tenant acme() {
  Tenant tenant;
  tenant.no = TenantNo{7};
  tenant.tenant_key = "acme";
  return tenant;
}

Key test_key() {
  Key key{};
  key[0] = 42;
  return key;
}
IdSealer const kIds(test_key());

Department department(std::uint32_t no, std::string id, std::uint32_t parent = 1) {
  Department out;
  out.no = DepartmentNo{no};
  out.department_id = std::move(id);
  out.parent = DepartmentNo{parent};
  return out;
}

User user(std::uint32_t no, std::string id, std::vector<DepartmentNo> in = {kRootDepartment}) {
  User out;
  out.no = UserNo{no};
  out.user_id = std::move(id);
  out.departments = std::move(in);
  return out;
}

std::shared_ptr<Directory const> built(DirectoryBuilder& builder) {
  auto made = builder.build();
  EXPECT_TRUE(made) << made.error().detail;
  return made ? *made : nullptr;
}

std::string const kHex = "cad4860e7af114fb4ff6c5d496d1dd76";

TEST(Directory, ANewOneHasTheRootOnly) {
  DirectoryBuilder builder(acme());
  EXPECT_EQ(builder.next_user(), UserNo{1});
  EXPECT_EQ(builder.next_department(), DepartmentNo{2});
  auto const made = built(builder);
  EXPECT_EQ(made->tenant().tenant_key, "acme");
  EXPECT_TRUE(made->has_department(kRootDepartment));
  EXPECT_FALSE(made->has_department(DepartmentNo{0}));
  EXPECT_FALSE(made->has_department(DepartmentNo{2}));
  EXPECT_TRUE(made->members_below(kRootDepartment).empty());
  EXPECT_FALSE(made->has_user(UserNo{0}));
  EXPECT_FALSE(made->has_user(UserNo{1}));
  EXPECT_FALSE(made->find_user(""));
  EXPECT_FALSE(made->find_department("0", kIds));
  EXPECT_FALSE(made->find_department("", kIds));
}

TEST(Directory, GivesBackEverythingOfAUser) {
  DirectoryBuilder builder(acme());
  ASSERT_TRUE(builder.put(department(2, "eng")));
  auto all = user(5, "7cdcc7c2", {DepartmentNo{2}, kRootDepartment});
  all.generation = 3;
  all.active = false;
  all.name = "\xe6\x9d\x8e\xe9\x9b\xb7";
  all.email = "li@acme.test";
  all.mobile = "+8613800000000";
  all.union_aliases = {{DeveloperNo{1}, "on_" + kHex}, {DeveloperNo{2}, "on_not hex"}};
  all.open_aliases = {{AppNo{1}, "ou_" + kHex}, {AppNo{9}, "ou_" + std::string(32, 'A')}};
  ASSERT_TRUE(builder.put(all));
  auto const made = built(builder);
  EXPECT_EQ(made->user(UserNo{5}), all);
  EXPECT_EQ(made->user_id(UserNo{5}), "7cdcc7c2");
  EXPECT_EQ(made->user_name(UserNo{5}), all.name);
  EXPECT_EQ(made->departments_of(UserNo{5}).size(), 2U);
  EXPECT_EQ(made->users_end(), 6U);
  EXPECT_FALSE(made->has_user(UserNo{4}));
  EXPECT_FALSE(made->active().contains(UserNo{5}));
  EXPECT_EQ(made->find_user("7cdcc7c2"), UserNo{5});
}

TEST(Directory, AnImportedAliasIsPrintedAndTheSealedFormKeepsResolving) {
  DirectoryBuilder builder(acme());
  auto li = user(1, "li");
  li.generation = 2;
  li.open_aliases = {{AppNo{3}, "ou_" + kHex}};
  li.union_aliases = {{DeveloperNo{4}, "on_custom-text"}};
  ASSERT_TRUE(builder.put(li));
  auto const made = built(builder);
  EXPECT_EQ(made->open_id(AppNo{3}, UserNo{1}, kIds), "ou_" + kHex);
  EXPECT_EQ(made->union_id(DeveloperNo{4}, UserNo{1}, kIds), "on_custom-text");
  EXPECT_EQ(made->find_open_id(AppNo{3}, "ou_" + kHex, kIds), UserNo{1});
  EXPECT_EQ(made->find_union_id(DeveloperNo{4}, "on_custom-text", kIds), UserNo{1});
  EXPECT_FALSE(made->find_open_id(AppNo{4}, "ou_" + kHex, kIds));
  EXPECT_FALSE(made->find_union_id(DeveloperNo{3}, "on_" + kHex, kIds));

  auto const sealed_open = "ou_" + kIds.seal({IdKind::open_id, 2, 7, 3, 1});
  auto const sealed_union = "on_" + kIds.seal({IdKind::union_id, 2, 7, 4, 1});
  EXPECT_EQ(made->find_open_id(AppNo{3}, sealed_open, kIds), UserNo{1});
  EXPECT_EQ(made->find_union_id(DeveloperNo{4}, sealed_union, kIds), UserNo{1});
}

TEST(Directory, ASealedIdIsPrintedWithoutAnAliasAndBoundToEverythingInIt) {
  DirectoryBuilder builder(acme());
  auto li = user(1, "li");
  li.generation = 2;
  ASSERT_TRUE(builder.put(li));
  auto const made = built(builder);
  auto const printed = made->open_id(AppNo{3}, UserNo{1}, kIds);
  EXPECT_EQ(printed, "ou_" + kIds.seal({IdKind::open_id, 2, 7, 3, 1}));
  EXPECT_EQ(made->find_open_id(AppNo{3}, printed, kIds), UserNo{1});
  EXPECT_FALSE(made->find_open_id(AppNo{4}, printed, kIds));
  EXPECT_FALSE(made->find_union_id(DeveloperNo{3}, "on_" + printed.substr(3), kIds));
  EXPECT_FALSE(made->find_open_id(AppNo{3}, printed.substr(3), kIds));
  auto const open_id = [&](Coordinates const& at) {
    return made->find_open_id(AppNo{3}, "ou_" + kIds.seal(at), kIds);
  };
  EXPECT_TRUE(open_id({IdKind::open_id, 2, 7, 3, 1}));
  EXPECT_FALSE(open_id({IdKind::open_id, 1, 7, 3, 1})) << "another generation";
  EXPECT_FALSE(open_id({IdKind::open_id, 2, 6, 3, 1})) << "another tenant";
  EXPECT_FALSE(open_id({IdKind::open_id, 2, 7, 3, 2})) << "no such user";
  EXPECT_FALSE(open_id({IdKind::union_id, 2, 7, 3, 1})) << "another kind";
}

TEST(Directory, DepartmentsAreFoundByEachOfTheirIds) {
  DirectoryBuilder builder(acme());
  auto eng = department(2, "eng");
  eng.open_alias = "od-" + kHex;
  eng.generation = 4;
  ASSERT_TRUE(builder.put(eng));
  ASSERT_TRUE(builder.put(department(3, "sales")));
  auto const made = built(builder);
  EXPECT_EQ(made->find_department("eng", kIds), DepartmentNo{2});
  EXPECT_EQ(made->find_department("od-" + kHex, kIds), DepartmentNo{2});
  EXPECT_EQ(made->open_department_id(DepartmentNo{2}, kIds), "od-" + kHex);
  auto const sealed = "od-" + kIds.seal({IdKind::open_department, 4, 7, 2, 0});
  EXPECT_EQ(made->find_department(sealed, kIds), DepartmentNo{2});
  auto const wrong = "od-" + kIds.seal({IdKind::open_department, 3, 7, 2, 0});
  EXPECT_FALSE(made->find_department(wrong, kIds));
  EXPECT_EQ(made->find_department(made->open_department_id(DepartmentNo{3}, kIds), kIds),
            DepartmentNo{3});
  EXPECT_EQ(made->department(DepartmentNo{2}), eng);
}

TEST(Directory, MembersBelowIncludeChildDepartments) {
  DirectoryBuilder builder(acme());
  ASSERT_TRUE(builder.put(department(4, "deep", 3)));
  ASSERT_TRUE(builder.put(department(3, "mid", 2)));
  ASSERT_TRUE(builder.put(department(2, "top")));
  ASSERT_TRUE(builder.put(user(1, "a", {DepartmentNo{2}})));
  ASSERT_TRUE(builder.put(user(2, "b", {DepartmentNo{3}})));
  ASSERT_TRUE(builder.put(user(3, "c", {DepartmentNo{4}, DepartmentNo{2}})));
  ASSERT_TRUE(builder.put(user(4, "d")));
  auto const made = built(builder);
  EXPECT_EQ(made->members(DepartmentNo{2}), (UserSet{UserNo{1}, UserNo{3}}));
  EXPECT_EQ(made->members_below(DepartmentNo{3}), (UserSet{UserNo{2}, UserNo{3}}));
  EXPECT_EQ(made->members_below(DepartmentNo{2}), UserSet::range(UserNo{1}, UserNo{4}));
  EXPECT_EQ(made->members_below(kRootDepartment), UserSet::range(UserNo{1}, UserNo{5}));
  EXPECT_EQ(made->members(kRootDepartment), UserSet{UserNo{4}});
  ASSERT_EQ(made->children(DepartmentNo{2}).size(), 1U);
  EXPECT_EQ(made->children(DepartmentNo{2})[0], DepartmentNo{3});
}

TEST(Directory, MovesAndChangesShowInTheNewOneOnly) {
  DirectoryBuilder builder(acme());
  ASSERT_TRUE(builder.put(department(2, "eng")));
  ASSERT_TRUE(builder.put(department(3, "sales")));
  auto li = user(1, "li", {DepartmentNo{2}});
  li.open_aliases = {{AppNo{1}, "ou_" + kHex}};
  ASSERT_TRUE(builder.put(li));
  auto const before = built(builder);

  DirectoryBuilder change(*before);
  change.tenant().name = "Acme";
  li.departments = {DepartmentNo{3}, kRootDepartment};
  li.user_id = "li.lei";
  li.open_aliases = {{AppNo{1}, "ou_other"}};
  ASSERT_TRUE(change.put(li));
  ASSERT_TRUE(change.put(department(3, "sales", 2)));
  auto const after = built(change);
  EXPECT_EQ(after->user(UserNo{1}), li);
  EXPECT_EQ(after->tenant().name, "Acme");
  EXPECT_FALSE(after->find_user("li"));
  EXPECT_EQ(after->find_user("li.lei"), UserNo{1});
  EXPECT_FALSE(after->find_open_id(AppNo{1}, "ou_" + kHex, kIds));
  EXPECT_EQ(after->members_below(DepartmentNo{2}), UserSet{UserNo{1}});
  EXPECT_EQ(before->find_user("li"), UserNo{1});
  EXPECT_FALSE(before->find_user("li.lei"));
  EXPECT_EQ(before->find_open_id(AppNo{1}, "ou_" + kHex, kIds), UserNo{1});
  EXPECT_TRUE(before->members(DepartmentNo{3}).empty());
}

TEST(DirectoryBuilder, RefusesUnknownParentsAndCycles) {
  DirectoryBuilder orphan(acme());
  ASSERT_TRUE(orphan.put(department(2, "a", 9)));
  EXPECT_EQ(orphan.build().error().code, Errc::invalid_field);
  DirectoryBuilder cycle(acme());
  ASSERT_TRUE(cycle.put(department(2, "a", 3)));
  ASSERT_TRUE(cycle.put(department(3, "b", 4)));
  ASSERT_TRUE(cycle.put(department(4, "c", 2)));
  EXPECT_EQ(cycle.build().error().code, Errc::invalid_field);
  DirectoryBuilder self(acme());
  ASSERT_TRUE(self.put(department(2, "a", 2)));
  EXPECT_EQ(self.build().error().code, Errc::invalid_field);
  DirectoryBuilder nowhere(acme());
  ASSERT_TRUE(nowhere.put(user(1, "li", {DepartmentNo{2}})));
  EXPECT_EQ(nowhere.build().error().code, Errc::invalid_field);
}

TEST(DirectoryBuilder, OnlyTheRootHasNoIdAndNoParent) {
  DirectoryBuilder builder(acme());
  EXPECT_FALSE(builder.put(department(2, "")));
  EXPECT_FALSE(builder.put(department(2, "a", 0)));
  EXPECT_FALSE(builder.put(department(1, "root", 0)));
  EXPECT_FALSE(builder.put(department(1, "", 2)));
  auto root = department(1, "", 0);
  root.name = "Acme";
  EXPECT_TRUE(builder.put(root));
}

TEST(DirectoryBuilder, RefusesIdsThatAreTaken) {
  DirectoryBuilder builder(acme());
  auto eng = department(2, "eng");
  eng.open_alias = "od-x";
  ASSERT_TRUE(builder.put(eng));
  EXPECT_EQ(builder.put(department(3, "eng")).error().code, Errc::already_exists);
  auto other = department(3, "other");
  other.open_alias = "od-x";
  EXPECT_EQ(builder.put(other).error().code, Errc::already_exists);

  auto li = user(1, "li");
  li.open_aliases = {{AppNo{1}, "ou_" + kHex}};
  li.union_aliases = {{DeveloperNo{1}, "on_text"}};
  ASSERT_TRUE(builder.put(li));
  EXPECT_EQ(builder.put(user(2, "li")).error().code, Errc::already_exists);
  auto han = user(2, "han");
  han.open_aliases = {{AppNo{1}, "ou_" + kHex}};
  EXPECT_EQ(builder.put(han).error().code, Errc::already_exists);
  han.open_aliases = {{AppNo{2}, "ou_" + kHex}};
  han.union_aliases = {{DeveloperNo{1}, "on_text"}};
  EXPECT_EQ(builder.put(han).error().code, Errc::already_exists);
  EXPECT_FALSE(builder.find_user("han")) << "a refused user leaves nothing";
  han.union_aliases.clear();
  EXPECT_TRUE(builder.put(han));
  EXPECT_TRUE(builder.put(li)) << "the same again is fine";
  EXPECT_EQ(builder.find_user("han"), UserNo{2});
}

TEST(DirectoryBuilder, DeferredChecksAreMadeByBuild) {
  for (bool const clash : {false, true}) {
    DirectoryBuilder builder(acme());
    builder.defer_checks();
    auto li = user(1, "li");
    li.open_aliases = {{AppNo{1}, "ou_" + kHex}};
    auto han = user(2, "han");
    han.open_aliases = {{AppNo{clash ? 1U : 2U}, "ou_" + kHex}};
    ASSERT_TRUE(builder.put(han));
    ASSERT_TRUE(builder.put(li));
    auto const made = builder.build();
    if (clash) {
      ASSERT_FALSE(made);
      EXPECT_EQ(made.error().code, Errc::already_exists);
    } else {
      ASSERT_TRUE(made);
      EXPECT_EQ((*made)->find_open_id(AppNo{1}, "ou_" + kHex, kIds), UserNo{1});
      EXPECT_EQ((*made)->find_user("han"), UserNo{2});
    }
  }
  DirectoryBuilder same(acme());
  same.defer_checks();
  ASSERT_TRUE(same.put(user(1, "li")));
  ASSERT_TRUE(same.put(user(2, "li")));
  EXPECT_EQ(same.build().error().code, Errc::already_exists);
}

TEST(DirectoryBuilder, RefusesTextThatIsTooLong) {
  DirectoryBuilder builder(acme());
  EXPECT_FALSE(builder.put(user(1, "")));
  EXPECT_FALSE(builder.put(user(1, std::string(256, 'x'))));
  auto li = user(1, "li");
  li.name = std::string(255, 'x');
  EXPECT_TRUE(builder.put(li));
  li.name += 'x';
  EXPECT_FALSE(builder.put(li));
  li.name.clear();
  li.open_aliases = {{AppNo{1}, std::string(256, 'x')}};
  EXPECT_FALSE(builder.put(li));
  li.open_aliases.clear();
  li.departments.clear();
  EXPECT_FALSE(builder.put(li));
}

TEST(Directory, ChatsAndImagesAreUpserted) {
  DirectoryBuilder builder(acme());
  builder.put(Chat{"oc_1", "All"});
  builder.put(Chat{"oc_1", "All hands"});
  builder.put(Image{"img_1", "", {}});
  builder.put(Image{"img_1", "poster.png", {}});
  auto const made = built(builder);
  EXPECT_TRUE(made->has_chat("oc_1"));
  EXPECT_FALSE(made->has_chat("oc_2"));
  EXPECT_TRUE(made->has_image("img_1"));
  EXPECT_FALSE(made->has_image(""));
  EXPECT_EQ(made->chats(), (std::vector<Chat>{{"oc_1", "All hands"}}));
  EXPECT_EQ(made->images(), (std::vector<Image>{{"img_1", "poster.png", {}}}));
}

// A plain model of the same rules, against which random changes are compared.
class Model {
 public:
  std::map<std::uint32_t, User> users;
  std::map<std::uint32_t, std::uint32_t> parents;

  bool accepts(User const& candidate) const {
    for (auto const& [no, other] : users) {
      if (no == candidate.no.value) continue;
      if (other.user_id == candidate.user_id) return false;
      for (auto const& alias : candidate.open_aliases) {
        for (auto const& taken : other.open_aliases) {
          if (alias == taken) return false;
        }
      }
      for (auto const& alias : candidate.union_aliases) {
        for (auto const& taken : other.union_aliases) {
          if (alias == taken) return false;
        }
      }
    }
    return true;
  }

  std::set<std::uint32_t> below(std::uint32_t top) const {
    std::set<std::uint32_t> out;
    for (auto const& [no, user] : users) {
      for (auto const in : user.departments) {
        for (auto at = in.value; at != 0; at = parents.at(at)) {
          if (at == top) out.insert(no);
        }
      }
    }
    return out;
  }
};

void compare(Directory const& made, Model const& model) {
  for (auto const& [no, user] : model.users) {
    ASSERT_TRUE(made.has_user(UserNo{no}));
    ASSERT_EQ(made.user(UserNo{no}), user);
    ASSERT_EQ(made.find_user(user.user_id), UserNo{no});
    ASSERT_EQ(made.active().contains(UserNo{no}), user.active);
    for (auto const& [app, alias] : user.open_aliases) {
      ASSERT_EQ(made.find_open_id(app, alias, kIds), UserNo{no});
    }
    for (auto const& [developer, alias] : user.union_aliases) {
      ASSERT_EQ(made.find_union_id(developer, alias, kIds), UserNo{no});
    }
    ASSERT_EQ(made.find_open_id(AppNo{50}, made.open_id(AppNo{50}, UserNo{no}, kIds), kIds),
              UserNo{no});
  }
  for (std::uint32_t id = 0; id < 60; ++id) {
    bool known = false;
    for (auto const& [no, user] : model.users) known |= user.user_id == "u" + std::to_string(id);
    ASSERT_EQ(made.find_user("u" + std::to_string(id)).has_value(), known);
  }
  for (auto const& [no, parent] : model.parents) {
    auto const expected = model.below(no);
    std::set<std::uint32_t> found;
    for (auto const user : made.members_below(DepartmentNo{no}).list()) found.insert(user.value);
    ASSERT_EQ(found, expected) << "department " << no;
  }
}

TEST(Directory, AgreesWithANaiveModelUnderRandomChanges) {
  std::mt19937 random(11);
  auto const pick = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  auto const alias = [&](std::string const& prefix) {
    if (pick(3) == 0) return prefix + "text" + std::to_string(pick(30));
    auto const n = std::to_string(10 + pick(30));
    return prefix + std::string(30, 'a') + n;
  };
  Model model;
  model.parents = {{1, 0}};
  DirectoryBuilder first(acme());
  auto made = built(first);
  for (int round = 0; round < 60; ++round) {
    DirectoryBuilder builder(*made);
    for (int step = 0; step < 40; ++step) {
      if (pick(8) == 0 && model.parents.size() < 40) {
        auto const no = static_cast<std::uint32_t>(model.parents.size() + 1);
        auto const parent = 1 + pick(no - 1);
        ASSERT_TRUE(builder.put(department(no, "d" + std::to_string(no), parent)));
        model.parents[no] = parent;
      }
      auto candidate = user(1 + pick(50), "u" + std::to_string(pick(60)), {});
      candidate.generation = static_cast<std::uint8_t>(pick(3));
      candidate.active = pick(4) != 0;
      candidate.name = std::string(pick(40), 'n');
      candidate.email = pick(2) == 0 ? "" : std::string(pick(200), 'e');
      auto const departments = static_cast<std::uint32_t>(model.parents.size());
      for (std::uint32_t n = 1 + pick(3); n > 0; --n) {
        candidate.departments.push_back(DepartmentNo{1 + pick(departments)});
      }
      if (pick(2) == 0) candidate.open_aliases = {{AppNo{1 + pick(2)}, alias("ou_")}};
      if (pick(2) == 0) candidate.union_aliases = {{DeveloperNo{1 + pick(2)}, alias("on_")}};
      bool const expected = model.accepts(candidate);
      auto const put = builder.put(candidate);
      ASSERT_EQ(put.has_value(), expected);
      if (expected) model.users[candidate.no.value] = candidate;
    }
    made = built(builder);
    compare(*made, model);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace carillon

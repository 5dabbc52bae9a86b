#include "audience/audience.h"

#include <gtest/gtest.h>

#include "tests/support/people.h"

namespace carillon {
namespace {

class AudienceResolve : public testing::Test {
 protected:
  AudienceResolve() {
    organisation = make_organisation({{"ann", {DepartmentNo{2}}},
                                      {"bob", {DepartmentNo{3}}},
                                      {"cat", {DepartmentNo{3}, DepartmentNo{4}}},
                                      {"dan", {DepartmentNo{4}}},
                                      {"eve", {DepartmentNo{4}}, false}});
  }
  Directory const& directory() const { return *organisation->directories[0]; }
  UserNo user(char const* id) const { return *directory().find_user(id); }
  Audience ask(AudienceRequest const& request) {
    auto const* app = organisation->apps->find("cli_a");
    return resolve(request, directory(), *app, availabilities.of(directory(), *app), ids);
  }
  void restrict(Availability availability) {
    auto registry = std::make_shared<AppRegistry>(*organisation->apps);
    App app = *registry->find("cli_a");
    app.availability = std::move(availability);
    registry->put(app);
    auto next = std::make_shared<Organisation>(*organisation);
    next->apps = registry;
    organisation = next;
    availabilities.forget();
  }

  std::shared_ptr<Organisation const> organisation;
  Availabilities availabilities;
  IdSealer ids{Key{7}};
};

TEST_F(AudienceResolve, ChildDepartmentsAreIncluded) {
  auto const audience = ask({.department_ids = {"eng"}});
  EXPECT_EQ(audience.deliverable, (UserSet{user("ann"), user("bob"), user("cat")}));
}

TEST_F(AudienceResolve, DuplicatesAcrossListsCollapse) {
  auto const open_id = directory().open_id(AppNo{1}, user("cat"), ids);
  auto const union_id = directory().union_id(DeveloperNo{1}, user("cat"), ids);
  auto const audience = ask({.department_ids = {"eng-web", "sales"},
                             .open_ids = {open_id},
                             .user_ids = {"cat", "cat"},
                             .union_ids = {union_id}});
  EXPECT_EQ(audience.deliverable, (UserSet{user("bob"), user("cat"), user("dan")}));
  EXPECT_TRUE(audience.invalid_open_ids.empty());
  EXPECT_TRUE(audience.invalid_union_ids.empty());
}

TEST_F(AudienceResolve, UnknownAndInactiveIdsComeBackInTheirOrder) {
  auto const audience = ask(
      {.department_ids = {"nowhere", "0"}, .open_ids = {"ou_x"}, .user_ids = {"z", "eve", "ann"}});
  EXPECT_EQ(audience.invalid_department_ids, (std::vector<std::string>{"nowhere", "0"}));
  EXPECT_EQ(audience.invalid_open_ids, std::vector<std::string>{"ou_x"});
  EXPECT_EQ(audience.invalid_user_ids, (std::vector<std::string>{"z", "eve"}));
  EXPECT_EQ(audience.deliverable, UserSet{user("ann")});
}

TEST_F(AudienceResolve, InactiveMembersOfADepartmentAreNotValid) {
  auto const audience = ask({.department_ids = {"sales"}});
  EXPECT_EQ(audience.deliverable, (UserSet{user("cat"), user("dan")}));
}

TEST_F(AudienceResolve, AvailabilitySplitsValidFromDeliverable) {
  restrict({false, {DepartmentNo{3}}, {user("dan")}});
  auto const audience = ask({.department_ids = {"eng", "sales"}});
  EXPECT_EQ(audience.deliverable, (UserSet{user("bob"), user("cat"), user("dan")}));
  EXPECT_EQ(audience.unavailable, UserSet{user("ann")});
}

TEST_F(AudienceResolve, AnotherAppsOpenIdNamesNobody) {
  auto const foreign = directory().open_id(AppNo{9}, user("ann"), ids);
  EXPECT_EQ(ask({.open_ids = {foreign}}).invalid_open_ids, std::vector<std::string>{foreign});
}

}  // namespace
}  // namespace carillon

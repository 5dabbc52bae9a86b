#include <gtest/gtest.h>

#include "core/manage_departments.h"
#include "core/manage_users.h"
#include "core/send_batch.h"
#include "tests/support/memory_view.h"
#include "tests/support/people.h"

namespace carillon {
namespace {

constexpr DepartmentNo kEng{2};
constexpr DepartmentNo kWeb{3};
constexpr DepartmentNo kSales{4};
constexpr DirectoryCaller kCaller{TenantNo{1}, AppNo{1}};

class ManageDirectory : public testing::Test {
 protected:
  MemoryView view{make_organisation({{"ann", {kWeb}}, {"bob", {kSales}}, "cat"})};

  Directory const& directory() { return *view.organisation()->find(TenantNo{1}); }
  UserNo find(std::string const& id) { return directory().find_user(id).value(); }

  Result<UserNo> create(UserFields fields, RetryKey retry = {}) {
    TRY(auto decided, create_user(view, {kCaller, std::move(fields), std::move(retry)}));
    return view.take(std::move(decided));
  }
  Result<void> change(UserNo user, UserFields fields) {
    TRY(auto decided, change_user(view, {kCaller, user, std::move(fields)}));
    view.take(std::move(decided));
    return {};
  }
  Result<void> remove(UserNo user) {
    TRY(auto decided, delete_user(view, kCaller, user));
    view.take(std::move(decided));
    return {};
  }
  Result<DepartmentNo> create(DepartmentFields fields) {
    TRY(auto decided, create_department(view, {kCaller, std::move(fields), {}}));
    return view.take(std::move(decided));
  }
  Result<void> change(DepartmentNo department, DepartmentFields fields) {
    TRY(auto decided, change_department(view, {kCaller, department, std::move(fields)}));
    view.take(std::move(decided));
    return {};
  }
  Result<void> remove(DepartmentNo department) {
    TRY(auto decided, delete_department(view, kCaller, department));
    view.take(std::move(decided));
    return {};
  }
  void limit_range(Availability availability) {
    auto organisation = std::make_shared<Organisation>(*view.organisation());
    auto apps = std::make_shared<AppRegistry>(*organisation->apps);
    auto app = *apps->find(AppNo{1});
    app.availability = std::move(availability);
    apps->put(std::move(app));
    organisation->apps = std::move(apps);
    view.set_organisation(std::move(organisation));
  }
  static UserFields named(std::string name) {
    UserFields fields;
    fields.name = std::move(name);
    return fields;
  }
  static DepartmentFields below(DepartmentNo parent, std::string name) {
    DepartmentFields fields;
    fields.name = std::move(name);
    fields.parent = parent;
    return fields;
  }
};

TEST_F(ManageDirectory, ANewUserIsInTheNextBatchToTheirDepartment) {
  auto fields = named("Dora");
  fields.user_id = "dora";
  fields.departments = {kWeb};
  auto const dora = create(fields);
  ASSERT_TRUE(dora) << dora.error().detail;
  EXPECT_EQ(*dora, UserNo{4});
  EXPECT_EQ(find("dora"), UserNo{4});

  SendBatch send;
  send.tenant = TenantNo{1};
  send.app = AppNo{1};
  send.content = {"text", "{}"};
  send.audience.department_ids = {"eng"};
  auto const answer =
      view.take(send_batch(view, send, {{"send"}, "to_users", "to_departments"}).value());
  EXPECT_EQ(answer.valid, 2U);
}

TEST_F(ManageDirectory, AnIdIsMadeForWhoBringsNone) {
  auto const first = create(named("One"));
  auto const second = create(named("Two"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(directory().user_id(*first).size(), 8U);
  EXPECT_NE(directory().user_id(*first), directory().user_id(*second));
  EXPECT_EQ(directory().departments_of(*first).front(), kRootDepartment);
}

TEST_F(ManageDirectory, IdsAndContactsBelongToOneUserEach) {
  auto fields = named("Dora");
  fields.user_id = "dora";
  fields.mobile = "+8613800000000";
  fields.email = "dora@acme.test";
  ASSERT_TRUE(create(fields));
  auto other = named("Eve");
  other.user_id = "dora";
  EXPECT_EQ(create(other).error().code, Errc::user_id_taken);
  other.user_id = "eve";
  other.mobile = "138 0000 0000";
  EXPECT_EQ(create(other).error().code, Errc::mobile_taken);
  other.mobile.reset();
  other.email = "DORA@acme.test";
  EXPECT_EQ(create(other).error().code, Errc::email_taken);
  other.email.reset();
  ASSERT_TRUE(create(other));
  UserFields mobile;
  mobile.mobile = "13800000000";
  EXPECT_EQ(change(find("eve"), mobile).error().code, Errc::mobile_taken);
  EXPECT_TRUE(change(find("dora"), mobile)) << "their own in another spelling";
}

TEST_F(ManageDirectory, FieldsThatAreNoneAreRefused) {
  EXPECT_EQ(create(UserFields()).error().code, Errc::bad_name);
  EXPECT_EQ(create(named("")).error().code, Errc::bad_name);
  EXPECT_EQ(create(named(std::string(256, 'x'))).error().code, Errc::bad_name);
  auto fields = named("Dora");
  fields.user_id = std::string(65, 'x');
  EXPECT_EQ(create(fields).error().code, Errc::bad_user_id);
  fields.user_id.reset();
  for (auto const* mobile : {"12", "call me", "1+3800000000"}) {
    fields.mobile = mobile;
    EXPECT_EQ(create(fields).error().code, Errc::bad_mobile) << mobile;
  }
  fields.mobile.reset();
  for (auto const* email : {"dora", "@acme.test", "dora@", "do ra@acme.test", "a@b@c"}) {
    fields.email = email;
    EXPECT_EQ(create(fields).error().code, Errc::bad_email) << email;
  }
  fields.email.reset();
  fields.departments = {DepartmentNo{9}};
  EXPECT_EQ(create(fields).error().code, Errc::department_unknown);
}

TEST_F(ManageDirectory, WhoResignsIsInNoBatchAndTheirIdIsFree) {
  auto const ann = find("ann");
  ASSERT_TRUE(remove(ann));
  EXPECT_TRUE(directory().resigned(ann));
  EXPECT_FALSE(directory().active().contains(ann));
  EXPECT_TRUE(directory().members_below(kEng).empty());
  EXPECT_EQ(remove(ann).error().code, Errc::user_unknown);
  EXPECT_EQ(change(ann, named("Ann")).error().code, Errc::user_unknown);
  auto again = named("Ann");
  again.user_id = "ann";
  auto const next = create(again);
  ASSERT_TRUE(next);
  EXPECT_NE(*next, ann) << "numbers are never given out twice";
}

TEST_F(ManageDirectory, ARepeatedCreateIsAnsweredWithTheSameUser) {
  auto const first = create(named("Dora"), {"token", "hash"});
  ASSERT_TRUE(first);
  EXPECT_EQ(*create(named("Dora"), {"token", "hash"}), *first);
  EXPECT_EQ(directory().users_end(), 5U);
  EXPECT_EQ(create(named("Eve"), {"token", "other"}).error().code, Errc::key_reused);
  EXPECT_NE(*create(named("Dora"), {"another", "hash"}), *first);
}

TEST_F(ManageDirectory, DetailsAreKeptBesideAndChangedOneByOne) {
  auto fields = named("Dora");
  fields.details = [](UserDetails& details) { details.job_title = "Smith"; };
  auto const dora = create(fields);
  ASSERT_TRUE(dora);
  UserFields city;
  city.details = [](UserDetails& details) { details.city = "Oslo"; };
  ASSERT_TRUE(change(*dora, city));
  auto const details = view.user_details(TenantNo{1}, *dora);
  EXPECT_EQ(details->job_title, "Smith");
  EXPECT_EQ(details->city, "Oslo");
}

TEST_F(ManageDirectory, AMovedUserLeavesOneDepartmentForTheOther) {
  UserFields move;
  move.departments = {kSales, kRootDepartment, kSales};
  ASSERT_TRUE(change(find("ann"), move));
  EXPECT_TRUE(directory().members_below(kEng).empty());
  EXPECT_EQ(directory().members(kSales).size(), 2U);
  EXPECT_EQ(directory().departments_of(find("ann")).size(), 2U);
}

TEST_F(ManageDirectory, ADepartmentIsFoundedRenamedMovedAndClosed) {
  auto const made = create(below(kSales, "East"));
  ASSERT_TRUE(made);
  auto const number = directory().department(*made).dept_number;
  EXPECT_EQ(directory().find_department_number(number), *made);
  ASSERT_TRUE(change(*made, below(kEng, "Far east")));
  EXPECT_EQ(directory().department(*made).parent, kEng);
  EXPECT_EQ(directory().department(*made).name, "Far east");
  EXPECT_EQ(directory().children(kEng).size(), 2U);
  ASSERT_TRUE(remove(*made));
  EXPECT_FALSE(directory().has_department(*made));
  EXPECT_EQ(remove(*made).error().code, Errc::department_unknown);
  EXPECT_NE(*create(below(kSales, "East")), *made);
}

TEST_F(ManageDirectory, SiblingsHaveNamesAndWhereAskedForOrdersOfTheirOwn) {
  EXPECT_EQ(create(below(kRootDepartment, "eng")).error().code, Errc::department_name_taken);
  EXPECT_TRUE(create(below(kSales, "eng")));
  EXPECT_EQ(change(kSales, below(kRootDepartment, "eng")).error().code,
            Errc::department_name_taken);
  auto fields = below(kSales, "north");
  fields.order = 7;
  ASSERT_TRUE(create(fields));
  fields.name = "south";
  EXPECT_TRUE(create(fields));
  fields.name = "west";
  fields.order_clash = OrderClash::refused;
  EXPECT_EQ(create(fields).error().code, Errc::department_order_taken);
}

TEST_F(ManageDirectory, TheTreeStaysATree) {
  DepartmentFields move;
  move.parent = kWeb;
  EXPECT_EQ(change(kEng, move).error().code, Errc::department_cycle);
  move.parent = DepartmentNo{99};
  EXPECT_EQ(change(kEng, move).error().code, Errc::parent_unknown);
  EXPECT_EQ(change(kRootDepartment, below(kEng, "top")).error().code, Errc::department_is_root);
  EXPECT_EQ(remove(kRootDepartment).error().code, Errc::department_is_root);
  EXPECT_EQ(remove(kEng).error().code, Errc::department_has_children);
  EXPECT_EQ(remove(kWeb).error().code, Errc::department_has_users);
  ASSERT_TRUE(remove(find("ann")));
  EXPECT_TRUE(remove(kWeb));
  auto fields = below(kEng, "x");
  fields.department_id = "od-x";
  EXPECT_EQ(create(fields).error().code, Errc::bad_department_id);
  fields.department_id = "sales";
  EXPECT_EQ(create(fields).error().code, Errc::department_id_taken);
  DepartmentFields orphan;
  orphan.name = "x";
  EXPECT_EQ(create(orphan).error().code, Errc::parent_missing);
}

TEST_F(ManageDirectory, AnAppChangesWhatIsInItsRange) {
  limit_range({false, {kEng}, {find("cat")}});
  EXPECT_TRUE(change(find("ann"), named("Ann")));
  EXPECT_TRUE(change(find("cat"), named("Cat")));
  EXPECT_EQ(change(find("bob"), named("Bob")).error().code, Errc::user_out_of_range);
  EXPECT_EQ(remove(find("bob")).error().code, Errc::user_out_of_range);
  EXPECT_EQ(create(named("Dora")).error().code, Errc::department_out_of_range);
  auto fields = named("Dora");
  fields.departments = {kWeb};
  EXPECT_TRUE(create(fields));
  EXPECT_EQ(create(below(kSales, "x")).error().code, Errc::parent_out_of_range);
  EXPECT_TRUE(create(below(kWeb, "x")));
  EXPECT_EQ(change(kSales, below(kEng, "x")).error().code, Errc::department_out_of_range);
}

TEST_F(ManageDirectory, NothingChangesWhileAnImportIsAppliedOrTheDiskIsFull) {
  view.disk_is_low = true;
  EXPECT_EQ(create(named("Dora")).error().code, Errc::low_disk);
  view.disk_is_low = false;
  Change import;
  import.import = ImportProgress{"staged", 0};
  view.apply(import);
  EXPECT_EQ(create(named("Dora")).error().code, Errc::import_running);
  EXPECT_EQ(remove(kWeb).error().code, Errc::import_running);
}

TEST_F(ManageDirectory, AChangeThatChangesNothingWritesNothing) {
  auto const decided = change_user(view, {kCaller, find("ann"), named("ann")});
  ASSERT_TRUE(decided);
  EXPECT_TRUE(decided->change.empty());
  EXPECT_EQ(decided->organisation, nullptr);
}

}  // namespace
}  // namespace carillon

#include "dialect/console/recipient_rows.h"

#include <gtest/gtest.h>

#include "json/reader.h"

namespace carillon::console {
namespace {

std::shared_ptr<Directory const> some_directory() {
  Tenant tenant;
  tenant.no = TenantNo{1};
  tenant.tenant_key = "acme";
  DirectoryBuilder builder(std::move(tenant));
  Department eng;
  eng.department_id = "eng";
  eng.parent = kRootDepartment;
  EXPECT_TRUE(builder.put(eng));
  User li;
  li.user_id = "li";
  li.name = "=cmd()";
  li.departments = {kRootDepartment, DepartmentNo{2}};
  EXPECT_TRUE(builder.put(li));
  return *builder.build();
}

Recipients some_page() {
  Recipients page;
  page.people.push_back({UserNo{1}, RecipientState::excluded, "not_available_to_app", {}, {}, {}});
  page.people.push_back({UserNo{1}, RecipientState::read, {}, from_ms(1000), from_ms(2000), {}});
  return page;
}

TEST(RecipientRows, JsonHasEveryColumn) {
  auto const directory = some_directory();
  IdSealer const ids(Key{});
  RecipientRows const rows{*directory, ids, AppNo{1}};
  auto const body = *json::parse_json(rows.json(some_page(), "next"));
  EXPECT_EQ(body.root().find("next")->string(), "next");
  auto at = body.root().find("recipients")->elements().begin();
  auto const first = *at;
  EXPECT_EQ(first.size(), 9u);
  EXPECT_EQ(first.find("user_id")->string(), "li");
  EXPECT_EQ(first.find("open_id")->string().substr(0, 3), "ou_");
  EXPECT_EQ(json::minified(*first.find("departments")), R"(["0","eng"])");
  EXPECT_EQ(first.find("reason")->string(), "not_available_to_app");
  EXPECT_TRUE(first.find("delivered_at")->is_null());
  ++at;
  EXPECT_TRUE((*at).find("reason")->is_null());
  EXPECT_EQ((*at).find("read_at")->string(), "1970-01-01T00:00:02.000Z");
}

TEST(RecipientRows, CsvHasTheSameColumns) {
  auto const directory = some_directory();
  IdSealer const ids(Key{});
  RecipientRows const rows{*directory, ids, AppNo{1}};
  auto const open_id = directory->open_id(AppNo{1}, UserNo{1}, ids);
  EXPECT_EQ(rows.csv(some_page()),
            "user_id,open_id,name,departments,state,reason,delivered_at,read_at,recalled_at\r\n"
            "li," +
                open_id +
                ",'=cmd(),0 eng,excluded,not_available_to_app,,,\r\n"
                "li," +
                open_id +
                ",'=cmd(),0 eng,read,,1970-01-01T00:00:01.000Z,"
                "1970-01-01T00:00:02.000Z,\r\n");
}

}  // namespace
}  // namespace carillon::console

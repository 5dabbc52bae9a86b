#include "import/import.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/event_settings.h"
#include "access/secret.h"

namespace carillon {
namespace {

using ::testing::HasSubstr;

Key test_key() {
  Key key{};
  key[3] = 9;
  return key;
}

// An installation into which files are imported one after another.
class ImportTest : public ::testing::Test {
 protected:
  std::string write(std::string const& text, std::string const& name = "org.json") {
    auto const* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    auto own = "carillon_" + std::to_string(getpid()) + "_" + test->name() + "_" + name;
    std::replace(own.begin(), own.end(), '/', '_');
    auto path = ::testing::TempDir() + own;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    paths_.push_back(path);
    return path;
  }
  void TearDown() override {
    for (auto const& path : paths_) std::remove(path.c_str());
  }

  Result<PlannedImport> plan(std::string const& text, std::string const& name = "org.json") {
    return plan_import(write(text, name), {*organisation_, key_, 1, from_ms(1000)});
  }
  // Plans it and puts it in force.
  ImportCounts import(std::string const& text, std::string const& name = "org.json") {
    auto planned = plan(text, name);
    EXPECT_TRUE(planned) << planned.error().detail;
    if (!planned) return {};
    organisation_ = planned->after;
    return planned->counts;
  }
  std::string problem(std::string const& text, std::string const& name = "org.json") {
    auto const planned = plan(text, name);
    EXPECT_FALSE(planned);
    if (planned) return "";
    EXPECT_EQ(planned.error().code, Errc::import_invalid);
    return planned.error().detail;
  }

  Directory const& acme() const { return *organisation_->find_tenant("acme"); }
  User user(std::string const& id) const { return acme().user(acme().find_user(id).value()); }
  App const& app(std::string const& id) const { return *organisation_->apps->find(id); }

  Key const key_ = test_key();
  IdSealer const ids_{key_};
  std::shared_ptr<Organisation const> organisation_ = std::make_shared<Organisation>();
  std::vector<std::string> paths_;
};

std::string const kDocument = R"({"tenants":[{
  "tenant_key":"acme","name":"Acme","timezone":"Europe/Berlin","recall_hours":12,"retention_days":30,
  "mention_all":false,"dingtalk":{"corpid":"ding8f2"},
  "departments":[{"department_id":"eng","open_department_id":"od-5b91c9affb665451a16b90b4be367efa",
                  "dingtalk_dept_id":101,"parent":"0","name":"Engineering"}],
  "users":[{"user_id":"7cdcc7c2","name":"Li Lei","departments":["eng"],
            "union_id":"on_cad4860e7af114fb4ff6c5d496d1dd76",
            "open_ids":{"cli_demo":"ou_18eac85d35a26f989317ad4f02e8bbbb"},
            "email":"li@acme.test","mobile":"+8613800000000","active":true}],
  "apps":[{"app_id":"cli_demo","app_secret":"s3cret","name":"HR","type":"custom","developer":"acme",
           "bot":true,"enabled":true,"scopes":["im:message:send_as_bot","im:message:send_multi_users"],
           "availability":{"all":true},"ip_allow":["10.0.0.0/8"],
           "events":{"url":"http://127.0.0.1:9000/events","encrypt_key":"k","verification_token":"v"},
           "dingtalk":{"appkey":"ding1","appsecret":"s3cret2","agent_id":836390886}}],
  "chats":[{"chat_id":"oc_84983ff6516d731e5b5f68d4ea2e1da5","name":"All hands"}],
  "images":[{"image_key":"img_v2_8e5a80ec","file":"poster.png"}]
}],
 "apps":[{"app_id":"cli_store","app_secret":"s3cret3","type":"store","developer":"isv1",
          "installed_in":[{"tenant_key":"acme","agent_id":1}]}]})";

TEST_F(ImportTest, ReadsEveryFieldOfADocument) {
  auto const counts = import(kDocument);
  EXPECT_EQ(counts,
            (ImportCounts{{1, 0, 0}, {1, 0, 0}, {1, 0, 0}, {2, 0, 0}, {1, 0, 0}, {1, 0, 0}}));
  EXPECT_EQ(organisation_->version, 1U);
  auto const& tenant = acme().tenant();
  EXPECT_EQ(tenant.name, "Acme");
  EXPECT_EQ(tenant.timezone, "Europe/Berlin");
  EXPECT_EQ(tenant.recall_hours, 12U);
  EXPECT_EQ(tenant.retention_days, 30U);
  EXPECT_FALSE(tenant.mention_all);
  EXPECT_EQ(tenant.corp_id, "ding8f2");

  auto const eng = acme().find_department("eng", ids_).value();
  EXPECT_EQ(acme().find_department("od-5b91c9affb665451a16b90b4be367efa", ids_), eng);
  EXPECT_EQ(acme().department(eng).name, "Engineering");
  EXPECT_EQ(acme().department(eng).dept_number, 101);
  EXPECT_EQ(acme().department(eng).parent, kRootDepartment);
  EXPECT_EQ(acme().department(eng).generation, 1);

  auto const li = user("7cdcc7c2");
  EXPECT_EQ(li.no, UserNo{1});
  EXPECT_EQ(li.generation, 1);
  EXPECT_EQ(li.name, "Li Lei");
  EXPECT_EQ(li.email, "li@acme.test");
  EXPECT_EQ(li.mobile, "+8613800000000");
  EXPECT_EQ(li.departments, std::vector{eng});
  auto const& hr = app("cli_demo");
  EXPECT_EQ(acme().find_open_id(hr.no, "ou_18eac85d35a26f989317ad4f02e8bbbb", ids_), li.no);
  EXPECT_EQ(acme().find_union_id(hr.developer, "on_cad4860e7af114fb4ff6c5d496d1dd76", ids_), li.no);

  EXPECT_EQ(hr.name, "HR");
  EXPECT_EQ(hr.kind, AppKind::custom);
  EXPECT_EQ(hr.tenant, tenant.no);
  EXPECT_EQ(organisation_->apps->find_developer("acme"), hr.developer);
  EXPECT_EQ(hr.scopes.size(), 2U);
  EXPECT_TRUE(hr.availability.all);
  EXPECT_EQ(hr.ip_allow, std::vector<std::string>{"10.0.0.0/8"});
  EXPECT_EQ(hr.app_key, "ding1");
  EXPECT_EQ(hr.agent_id, 836390886);
  EXPECT_NE(match_secret(hr, SecretUse::app_id, key_, "s3cret"), nullptr);
  EXPECT_NE(match_secret(hr, SecretUse::app_key, key_, "s3cret2"), nullptr);
  EXPECT_EQ(match_secret(hr, SecretUse::app_id, key_, "s3cret2"), nullptr);
  EXPECT_EQ(*read_event_settings(key_, hr),
            (EventSettings{"http://127.0.0.1:9000/events", "k", "v"}));
  EXPECT_TRUE(hr.event_url);
  EXPECT_TRUE(organisation_->apps->installed(tenant.no, hr.no));

  auto const& store = app("cli_store");
  EXPECT_EQ(store.kind, AppKind::store);
  EXPECT_EQ(store.tenant, TenantNo{});
  ASSERT_NE(organisation_->apps->installation(tenant.no, store.no), nullptr);
  EXPECT_EQ(organisation_->apps->installation(tenant.no, store.no)->agent_id, 1);
  EXPECT_TRUE(acme().has_chat("oc_84983ff6516d731e5b5f68d4ea2e1da5"));
  EXPECT_EQ(acme().images(), (std::vector<Image>{{"img_v2_8e5a80ec", "poster.png", {}}}));
}

TEST_F(ImportTest, TheSameFileAgainChangesNothing) {
  import(kDocument);
  auto const before = organisation_;
  auto const planned = plan(kDocument);
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->counts,
            (ImportCounts{{0, 0, 1}, {0, 0, 1}, {0, 0, 1}, {0, 0, 2}, {0, 0, 1}, {0, 0, 1}}));
  EXPECT_EQ(planned->after->directories, before->directories);
  auto const path = write("", "staged");
  EXPECT_EQ(stage_import(*planned, path).value(), 0U);
}

TEST_F(ImportTest, DefaultsApplyToWhatIsLeftOut) {
  import(R"({"tenants":[{"tenant_key":"acme","departments":[{"department_id":"eng"}],
      "users":[{"user_id":"li"}],"apps":[{"app_id":"cli_a","app_secret":"s"}]}]})");
  auto const& tenant = acme().tenant();
  EXPECT_EQ(tenant.name, "acme");
  EXPECT_EQ(tenant.timezone, "Asia/Shanghai");
  EXPECT_EQ(tenant.recall_hours, std::nullopt);
  EXPECT_EQ(tenant.retention_days, 400U);
  EXPECT_TRUE(tenant.mention_all);
  auto const eng = acme().find_department("eng", ids_).value();
  EXPECT_EQ(acme().department(eng).name, "eng");
  EXPECT_EQ(acme().department(eng).parent, kRootDepartment);
  EXPECT_GE(acme().department(eng).dept_number, 2) << "a missing number is assigned";
  EXPECT_EQ(user("li").departments, std::vector{kRootDepartment});
  EXPECT_TRUE(user("li").active);
  EXPECT_EQ(app("cli_a").kind, AppKind::custom);
  EXPECT_TRUE(app("cli_a").bot);
  EXPECT_TRUE(app("cli_a").enabled);
  EXPECT_TRUE(app("cli_a").scopes.empty());
  EXPECT_TRUE(app("cli_a").availability.all);
  EXPECT_EQ(organisation_->apps->find_developer("acme"), app("cli_a").developer);
  EXPECT_TRUE(organisation_->apps->installed(tenant.no, app("cli_a").no));
}

TEST_F(ImportTest, AbsentKeepsNullClears) {
  import(kDocument);
  auto const counts = import(R"({"tenants":[{"tenant_key":"acme",
      "users":[{"user_id":"7cdcc7c2","name":"Li"}],
      "departments":[{"department_id":"eng"}],"apps":[{"app_id":"cli_demo"}]}]})");
  EXPECT_EQ(counts.users, (ImportCount{0, 1, 0}));
  EXPECT_EQ(counts.tenants, (ImportCount{0, 0, 1}));
  EXPECT_EQ(counts.departments, (ImportCount{0, 0, 1}));
  EXPECT_EQ(counts.apps, (ImportCount{0, 0, 1}));
  auto li = user("7cdcc7c2");
  EXPECT_EQ(li.name, "Li");
  EXPECT_EQ(li.email, "li@acme.test");
  EXPECT_EQ(li.departments.size(), 1U);
  EXPECT_EQ(li.open_aliases.size(), 1U);

  import(R"({"tenants":[{"tenant_key":"acme","dingtalk":null,"recall_hours":null,
      "users":[{"user_id":"7cdcc7c2","name":null,"email":"","departments":null,"union_id":null,
                "open_ids":{"cli_demo":null},"active":false}],
      "departments":[{"department_id":"eng","open_department_id":null,"name":null}],
      "apps":[{"app_id":"cli_demo","events":null,"dingtalk":null,"scopes":[],"installed":false,
               "availability":{}}]}]})");
  li = user("7cdcc7c2");
  EXPECT_EQ(li.name, "");
  EXPECT_EQ(li.email, "");
  EXPECT_EQ(li.mobile, "+8613800000000");
  EXPECT_EQ(li.departments, std::vector{kRootDepartment});
  EXPECT_TRUE(li.union_aliases.empty());
  EXPECT_TRUE(li.open_aliases.empty());
  EXPECT_FALSE(li.active);
  EXPECT_EQ(acme().tenant().corp_id, "");
  EXPECT_EQ(acme().tenant().recall_hours, std::nullopt);
  EXPECT_FALSE(acme().find_department("od-5b91c9affb665451a16b90b4be367efa", ids_));
  auto const& hr = app("cli_demo");
  EXPECT_EQ(hr.events_sealed, "");
  EXPECT_EQ(hr.agent_id, 0);
  EXPECT_EQ(match_secret(hr, SecretUse::app_key, key_, "s3cret2"), nullptr);
  EXPECT_NE(match_secret(hr, SecretUse::app_id, key_, "s3cret"), nullptr);
  EXPECT_FALSE(hr.availability.all);
  EXPECT_FALSE(organisation_->apps->installed(acme().tenant().no, hr.no));
}

TEST_F(ImportTest, LinesMayReferForward) {
  auto const counts = import(
      R"({"user":{"tenant_key":"acme","user_id":"li","departments":["deep","eng"],"open_ids":{"cli_a":"ou_li"}}}
{"department":{"tenant_key":"acme","department_id":"deep","parent":"eng"}}

{"app":{"tenant_key":"acme","app_id":"cli_a","app_secret":"s","availability":{"users":["li"],"departments":["deep"]}}}
{ "department" : {"tenant_key":"acme","department_id":"eng"}}
{"chat":{"tenant_key":"acme","chat_id":"oc_1"}}
{"image":{"tenant_key":"acme","image_key":"img_1"}}
{"app":{"app_id":"cli_s","app_secret":"s","installed_in":[{"tenant_key":"acme"}]}}
{"tenant":{"tenant_key":"acme","name":"Acme"}})",
      "org.jsonl");
  EXPECT_EQ(counts,
            (ImportCounts{{1, 0, 0}, {2, 0, 0}, {1, 0, 0}, {2, 0, 0}, {1, 0, 0}, {1, 0, 0}}));
  auto const deep = acme().find_department("deep", ids_).value();
  EXPECT_EQ(user("li").departments.front(), deep);
  EXPECT_EQ(app("cli_a").availability,
            (Availability{false, {deep}, {acme().find_user("li").value()}}));
  EXPECT_EQ(app("cli_s").kind, AppKind::store);
  EXPECT_EQ(acme().find_open_id(app("cli_a").no, "ou_li", ids_), acme().find_user("li"));
}

TEST_F(ImportTest, TheFormatIsFoundWithoutAnEnding) {
  import(kDocument, "upload1");
  EXPECT_EQ(import("\xef\xbb\xbf{\"tenants\":[]}", "upload2"), ImportCounts{});
  EXPECT_EQ(import("{ \"user\" : {\"tenant_key\":\"acme\",\"user_id\":\"x\"}}", "upload3").users,
            (ImportCount{1, 0, 0}));
  EXPECT_EQ(import("tenant_key,user_id\nacme,y\n", "upload4").users, (ImportCount{1, 0, 0}));
}

TEST_F(ImportTest, NewUsersAreNumberedAlongTheTree) {
  import(R"({"tenants":[{"tenant_key":"acme","users":[
      {"user_id":"b1","departments":["b"]},{"user_id":"a-x1","departments":["a-x","b"]},
      {"user_id":"root1"},{"user_id":"a1","departments":["a"]},{"user_id":"b2","departments":["b"]},
      {"user_id":"a-x2","departments":["a-x"]},{"user_id":"a2","departments":["a"]}],
      "departments":[{"department_id":"b"},{"department_id":"a-x","parent":"a"},
                     {"department_id":"a"}]}]})");
  std::vector<std::string> order;
  for (std::uint32_t n = 1; n < acme().users_end(); ++n) {
    order.emplace_back(acme().user_id(UserNo{n}));
  }
  EXPECT_EQ(order, (std::vector<std::string>{"root1", "b1", "b2", "a1", "a2", "a-x1", "a-x2"}));
  auto const a = acme().find_department("a", ids_).value();
  EXPECT_EQ(acme().members_below(a), UserSet::range(UserNo{4}, UserNo{8}));

  import(R"({"tenants":[{"tenant_key":"acme","users":[
      {"user_id":"b3","departments":["b"]},{"user_id":"b1","departments":["a"]},
      {"user_id":"root2"}]}]})");
  EXPECT_EQ(acme().find_user("b1"), UserNo{2}) << "who exists keeps the number";
  EXPECT_EQ(acme().find_user("root2"), UserNo{8});
  EXPECT_EQ(acme().find_user("b3"), UserNo{9});
}

TEST_F(ImportTest, DepartmentsMoveWithTheirMembers) {
  import(R"({"tenants":[{"tenant_key":"acme","departments":[{"department_id":"a"},
      {"department_id":"b"},{"department_id":"c","parent":"a"}],
      "users":[{"user_id":"li","departments":["c"]}]}]})");
  auto const counts = import(R"({"tenants":[{"tenant_key":"acme",
      "departments":[{"department_id":"c","parent":"b"}]}]})");
  EXPECT_EQ(counts.departments, (ImportCount{0, 1, 0}));
  auto const b = acme().find_department("b", ids_).value();
  auto const a = acme().find_department("a", ids_).value();
  EXPECT_EQ(acme().members_below(b).size(), 1U);
  EXPECT_TRUE(acme().members_below(a).empty());
}

TEST_F(ImportTest, UnionIdsAreForTheOneDeveloperOfTheTenantsApps) {
  import(R"({"tenants":[{"tenant_key":"acme","users":[{"user_id":"li","union_id":"on_1"}],
      "apps":[{"app_id":"cli_a","app_secret":"s","developer":"partner"}]}]})");
  auto const partner = organisation_->apps->find_developer("partner").value();
  EXPECT_EQ(acme().find_union_id(partner, "on_1", ids_), acme().find_user("li"));
  import(R"({"tenants":[{"tenant_key":"other","users":[{"user_id":"han","union_id":"on_2"}],
      "apps":[{"app_id":"cli_b","app_secret":"s","developer":"p1"},
              {"app_id":"cli_c","app_secret":"s","developer":"p2"}]}]})");
  auto const& other = *organisation_->find_tenant("other");
  auto const own = organisation_->apps->find_developer("other").value();
  EXPECT_EQ(other.find_union_id(own, "on_2", ids_), other.find_user("han"));
  import(R"({"tenants":[{"tenant_key":"other","users":[
      {"user_id":"han","union_id":{"p1":"on_3","p2":"on_4","other":null}}]}]})");
  auto const p2 = organisation_->apps->find_developer("p2").value();
  EXPECT_EQ(organisation_->find_tenant("other")->find_union_id(p2, "on_4", ids_), UserNo{1});
  EXPECT_EQ(organisation_->find_tenant("other")->user(UserNo{1}).union_aliases.size(), 2U);
}

TEST_F(ImportTest, AChangedSecretWithdrawsTheOldOne) {
  import(kDocument);
  auto const counts = import(R"({"tenants":[{"tenant_key":"acme",
      "apps":[{"app_id":"cli_demo","app_secret":"other"}]}]})");
  EXPECT_EQ(counts.apps, (ImportCount{0, 1, 0}));
  auto const& hr = app("cli_demo");
  EXPECT_EQ(match_secret(hr, SecretUse::app_id, key_, "s3cret"), nullptr);
  auto const* const good = match_secret(hr, SecretUse::app_id, key_, "other");
  ASSERT_NE(good, nullptr);
  EXPECT_EQ(good->version, 2);
  EXPECT_EQ(good->created_at, from_ms(1000));
  EXPECT_NE(match_secret(hr, SecretUse::app_key, key_, "s3cret2"), nullptr);
}

TEST_F(ImportTest, AliasesMayChangeHandsWithinOneFile) {
  import(R"({"tenants":[{"tenant_key":"acme","apps":[{"app_id":"cli_a","app_secret":"s"}],
      "departments":[{"department_id":"d1","open_department_id":"od-1","dingtalk_dept_id":5},
                     {"department_id":"d2","open_department_id":"od-2","dingtalk_dept_id":6}],
      "users":[{"user_id":"a","open_ids":{"cli_a":"ou_1"}},{"user_id":"b","open_ids":{"cli_a":"ou_2"}},
               {"user_id":"c","union_id":"on_3"}]}]})");
  auto const counts = import(R"({"tenants":[{"tenant_key":"acme",
      "departments":[{"department_id":"d1","open_department_id":"od-2","dingtalk_dept_id":6},
                     {"department_id":"d2","open_department_id":"od-1","dingtalk_dept_id":5}],
      "users":[{"user_id":"new","union_id":"on_3"},{"user_id":"a","open_ids":{"cli_a":"ou_2"}},
               {"user_id":"b","open_ids":{"cli_a":"ou_1"}},{"user_id":"c","union_id":null}]}]})");
  EXPECT_EQ(counts.users, (ImportCount{1, 3, 0}));
  EXPECT_EQ(counts.departments, (ImportCount{0, 2, 0}));
  auto const no = app("cli_a").no;
  EXPECT_EQ(acme().find_open_id(no, "ou_1", ids_), acme().find_user("b"));
  EXPECT_EQ(acme().find_open_id(no, "ou_2", ids_), acme().find_user("a"));
  EXPECT_EQ(acme().find_union_id(app("cli_a").developer, "on_3", ids_), acme().find_user("new"));
  EXPECT_EQ(acme().find_department("od-1", ids_), acme().find_department("d2", ids_));
}

TEST_F(ImportTest, CsvQuotingFollowsRfc4180) {
  import(
      R"({"tenants":[{"tenant_key":"acme","departments":[{"department_id":"a"},{"department_id":"b"}],
      "apps":[{"app_id":"cli_a","app_secret":"s"}]}]})");
  auto const counts = import(
      "tenant_key,user_id,name,departments,union_id,open_id:cli_a,email,mobile,active,floor\r\n"
      "acme,u1,\"Li, \"\"Lei\"\"\",a; b,on_1,ou_1,li@acme.test,+86138,true,3\r\n"
      "acme,u2,\xe9\x9f\xa9\xe6\xa2\x85,,,,,,false,\r\n"
      "\r\n"
      "acme,\"u3\",,b,,,,,,\n"
      "acme,u4,x\\y,a,,,,,1,",
      "users.csv");
  EXPECT_EQ(counts.users, (ImportCount{4, 0, 0}));
  auto const u1 = user("u1");
  EXPECT_EQ(u1.name, "Li, \"Lei\"");
  EXPECT_EQ(u1.departments.size(), 2U);
  EXPECT_EQ(u1.union_aliases.front().second, "on_1");
  EXPECT_EQ(u1.open_aliases.front().second, "ou_1");
  EXPECT_EQ(u1.email, "li@acme.test");
  EXPECT_EQ(u1.mobile, "+86138");
  EXPECT_EQ(user("u2").name, "\xe9\x9f\xa9\xe6\xa2\x85");
  EXPECT_FALSE(user("u2").active);
  EXPECT_EQ(user("u2").departments, std::vector{kRootDepartment});
  EXPECT_TRUE(user("u3").active);
  EXPECT_EQ(user("u4").name, "x\\y");
  auto const again = import("user_id,tenant_key,name\nu1,acme,Li\nu2,acme,", "users.csv");
  EXPECT_EQ(again.users, (ImportCount{0, 2, 0}));
  EXPECT_EQ(user("u1").email, "li@acme.test") << "a column that is absent keeps what is stored";
  EXPECT_EQ(user("u2").name, "") << "an empty cell clears";
}

TEST_F(ImportTest, CsvProblemsNameTheirLine) {
  import(R"({"tenants":[{"tenant_key":"acme","departments":[{"department_id":"a"}]}]})");
  auto const csv = [&](std::string const& text) { return problem(text, "users.csv"); };
  EXPECT_EQ(csv("user_id\nx\n"), "line 1: the header line has no column tenant_key");
  EXPECT_EQ(csv("tenant_key,user_id,name,name\n"),
            "line 1: the column \"name\" stands twice in the header line");
  EXPECT_EQ(csv("tenant_key,user_id\nacme,a\nacme,b,c\n"),
            "line 3: the row has 3 fields, the header line 2");
  EXPECT_EQ(csv("tenant_key,user_id\nacme,\"a\nb\"\n"), "line 2, user_id: has control characters");
  EXPECT_EQ(csv("tenant_key,user_id\nacme,\"a\n\nx\nacme,b"),
            "line 2: a quoted field does not end");
  EXPECT_EQ(csv("tenant_key,user_id\nacme,a\"b\n"), "line 2: quotes must enclose a whole field");
  EXPECT_EQ(csv("tenant_key,user_id,departments\nacme,a,a\nacme,b,a;x\n"),
            "line 3, departments: department \"x\" is unknown");
  EXPECT_EQ(csv("tenant_key,user_id,active\nacme,a,maybe\n"),
            "line 2, active: must be true or false");
  EXPECT_THAT(csv("tenant_key,user_id\nacme,\xff\xfe\n"), HasSubstr("line 2: "));
  EXPECT_EQ(csv("tenant_key,user_id\nacme,\n"), "line 2, user_id: is empty");
}

TEST_F(ImportTest, ProblemsNameLineAndField) {
  EXPECT_EQ(problem("{\"tenants\":[{\"tenant_key\":\"acme\",\n \"users\":[{\"user_id\":\"a\"},\n"
                    "  {\"user_id\":\"b\",\"departments\":[\"sales\"]}]}]}"),
            "line 3, tenants[0].users[1].departments: department \"sales\" is unknown");
  EXPECT_EQ(
      problem("{\"tenant\":{\"tenant_key\":\"acme\"}}\n"
              "{\"user\":{\"tenant_key\":\"acme\",\"user_id\":\"a\",\"departments\":[\"x\"]}}",
              "org.jsonl"),
      "line 2, user.departments: department \"x\" is unknown");
}

// Each file is refused with this text, and leaves everything as it was.
struct BadFile {
  char const* name;
  char const* users;  // what stands in the tenant, after its key
  char const* text;

  friend void PrintTo(BadFile const& bad, std::ostream* out) { *out << bad.name; }
};

class BadFileTest : public ImportTest, public ::testing::WithParamInterface<BadFile> {};

TEST_P(BadFileTest, IsRefusedAndChangesNothing) {
  import(kDocument);
  auto const before = organisation_;
  auto const& bad = GetParam();
  EXPECT_THAT(problem(std::string("{\"tenants\":[{\"tenant_key\":\"acme\",") + bad.users + "}]}"),
              HasSubstr(bad.text));
  EXPECT_EQ(organisation_, before);
  EXPECT_EQ(import(kDocument).users, (ImportCount{0, 0, 1}));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFileTest,
    ::testing::Values(
        BadFile{
            "Cycle",
            R"("departments":[{"department_id":"a","parent":"b"},{"department_id":"b","parent":"a"}])",
            "would be below itself"},
        BadFile{
            "CycleWithAnOldOne",
            R"("departments":[{"department_id":"b","parent":"eng"},{"department_id":"eng","parent":"b"}])",
            "would be below itself"},
        BadFile{"OwnParent", R"("departments":[{"department_id":"a","parent":"a"}])",
                "departments[0].parent: department \"a\" would be below itself"},
        BadFile{"UnknownParent", R"("departments":[{"department_id":"a","parent":"x"}])",
                "departments[0].parent: department \"x\" is unknown"},
        BadFile{"DepartmentTwice", R"("departments":[{"department_id":"a"},{"department_id":"a"}])",
                "departments[1].department_id: \"a\" is given twice in this file"},
        BadFile{"RootAgain", R"("departments":[{"department_id":"0","name":"All"}])",
                "departments[0].department_id: names the root"},
        BadFile{"DepartmentCalledOne", R"("departments":[{"department_id":"1"}])", "must not be"},
        BadFile{"DepartmentLikeOpenId", R"("departments":[{"department_id":"od-1"}])",
                "must not begin with \"od-\""},
        BadFile{"DepartmentWithSpace", R"("departments":[{"department_id":"a b"}])",
                "may have letters"},
        BadFile{"DepartmentNumberTaken",
                R"("departments":[{"department_id":"a","dingtalk_dept_id":101}])",
                "dingtalk_dept_id: 101 is another department's"},
        BadFile{"DepartmentAliasTaken",
                R"("departments":[{"department_id":"a",
                   "open_department_id":"od-5b91c9affb665451a16b90b4be367efa"}])",
                "is another department's"},
        BadFile{"DepartmentNumberIsText",
                R"("departments":[{"department_id":"a","dingtalk_dept_id":"7"}])",
                "must be a whole number"},
        BadFile{"UserTwice", R"("users":[{"user_id":"a"},{"user_id":"a"}])",
                "users[1].user_id: \"a\" is given twice in this file"},
        BadFile{"KnownUserTwice", R"("users":[{"user_id":"7cdcc7c2"},{"user_id":"7cdcc7c2"}])",
                "users[1].user_id: \"7cdcc7c2\" is given twice in this file"},
        BadFile{
            "AliasTaken",
            R"("users":[{"user_id":"a","open_ids":{"cli_demo":"ou_18eac85d35a26f989317ad4f02e8bbbb"}}])",
            "is another user's"},
        BadFile{"UnionIdTaken",
                R"("users":[{"user_id":"a","union_id":"on_cad4860e7af114fb4ff6c5d496d1dd76"}])",
                "is another user's"},
        BadFile{"AliasOfUnknownApp", R"("users":[{"user_id":"a","open_ids":{"cli_x":"ou_1"}}])",
                "open_ids: app \"cli_x\" is unknown"},
        BadFile{"AliasWithoutPrefix", R"("users":[{"user_id":"a","open_ids":{"cli_demo":"x"}}])",
                "must begin with \"ou_\""},
        BadFile{"UserWithoutId", R"("users":[{"name":"a"}])", "users[0].user_id: is missing"},
        BadFile{"EmptyUserId", R"("users":[{"user_id":""}])", "users[0].user_id: is empty"},
        BadFile{
            "LongUserId",
            R"("users":[{"user_id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}])",
            "is longer than 64 bytes"},
        BadFile{"ControlInId", R"("users":[{"user_id":"a\u0007"}])", "has control characters"},
        BadFile{"NulInName", R"("users":[{"user_id":"a","name":"\u0000"}])",
                "users[0].name: has control characters"},
        BadFile{"UserIdIsNumber", R"("users":[{"user_id":7}])", "users[0].user_id: must be text"},
        BadFile{"UserIsText", R"("users":["a"])", "users[0]: must be an object"},
        BadFile{"UsersAreObject", R"("users":{})", "users: must be a list"},
        BadFile{"ActiveIsText", R"("users":[{"user_id":"a","active":"yes"}])",
                "users[0].active: must be true or false"},
        BadFile{"DepartmentsAreText", R"("users":[{"user_id":"a","departments":"eng"}])",
                "users[0].departments: must be a list"},
        BadFile{"UnknownDepartment", R"("users":[{"user_id":"a","departments":["eng","x"]}])",
                "users[0].departments: department \"x\" is unknown"},
        BadFile{"UnknownZone", R"("timezone":"Mars/Olympus")", "is no time zone"},
        BadFile{"NegativeHours", R"("recall_hours":-1)", "recall_hours: must be a whole number"},
        BadFile{"AppWithoutSecret", R"("apps":[{"app_id":"cli_x"}])",
                "apps[0].app_secret: is missing"},
        BadFile{"EmptySecret", R"("apps":[{"app_id":"cli_demo","app_secret":""}])", "is empty"},
        BadFile{"AppTwice", R"("apps":[{"app_id":"cli_demo"},{"app_id":"cli_demo"}])",
                "is given twice"},
        BadFile{"AppOfNobody", R"("apps":[{"app_id":"cli_store"}])", "belongs elsewhere"},
        BadFile{"StoreAppInTenant",
                R"("apps":[{"app_id":"cli_x","app_secret":"s","type":"store"}])",
                "stands outside of the tenants"},
        BadFile{"OddType", R"("apps":[{"app_id":"cli_x","app_secret":"s","type":"odd"}])",
                "apps[0].type: must be"},
        BadFile{"BadAddress", R"("apps":[{"app_id":"cli_demo","ip_allow":["10.0.0.300"]}])",
                "is no address"},
        BadFile{"BadEventsUrl", R"("apps":[{"app_id":"cli_demo","events":{"url":"ftp://x"}}])",
                "apps[0].events.url: must begin with"},
        BadFile{"AvailableToUnknown",
                R"("apps":[{"app_id":"cli_demo","availability":{"users":["nobody"]}}])",
                "apps[0].availability.users: user \"nobody\" is unknown"},
        BadFile{"AppkeyTaken",
                R"("apps":[{"app_id":"cli_x","app_secret":"s","dingtalk":{"appkey":"ding1"}}])",
                "apps[0].dingtalk.appkey: \"ding1\" is another app's"},
        BadFile{"ChatTwice", R"("chats":[{"chat_id":"a"},{"chat_id":"a"}])", "is given twice"},
        BadFile{"ImageWithPath", R"("images":[{"image_key":"a","file":"../x"}])",
                "images[0].file: must be the name of a file"},
        BadFile{"BrokenJson", R"("users":[{"user_id":"a",}])", "tenants[0].users[0]: "},
        BadFile{"MissingComma", R"("users":[{"user_id":"a"} {"user_id":"b"}])", "expected ']'"}),
    [](auto const& bad) { return bad.param.name; });

TEST_F(ImportTest, IdsThatTheServerMadeCannotBeImportedForOthers) {
  import(kDocument);
  auto const li = acme().find_user("7cdcc7c2").value();
  auto const sealed = "ou_" + ids_.seal({IdKind::open_id, 1, acme().tenant().no.value,
                                         app("cli_demo").no.value, li.value});
  auto const file = [&](std::string const& user) {
    return R"({"tenants":[{"tenant_key":"acme","users":[{"user_id":")" + user +
           R"(","open_ids":{"cli_demo":")" + sealed + R"("}}]}]})";
  };
  EXPECT_THAT(problem(file("somebody")), HasSubstr("is an id that this server made"));
  EXPECT_EQ(import(file("7cdcc7c2")).users, (ImportCount{0, 1, 0}));
}

TEST_F(ImportTest, UnreadableFilesAreRefused) {
  for (std::string const text :
       {"", "{", "[]", "null", "{\"tenants\":[{]}", "{\"tenants\":[{\"tenant_key\":\"a\"}]}}",
        "{\"tenants\":[{\"tenant_key\":\"a\"}]", "{\"tenants\":{}}", "{\"tenants\":[,]}",
        "{\"tenants\":[{\"tenant_key\":\"a\"},]}", "{\"a\":01}", "{\"a\":}", "{a:1}",
        "{\"tenants\":[{\"tenant_key\":\"\xff\"}]}", "{\"tenants\":[1]}"}) {
    EXPECT_THAT(problem(text), HasSubstr("line 1")) << text;
  }
  EXPECT_EQ(plan_import("/nowhere/at/all.json", {*organisation_, key_, 1, from_ms(0)}).error().code,
            Errc::unavailable);
  EXPECT_EQ(plan_import("/", {*organisation_, key_, 1, from_ms(0)}).error().code,
            Errc::unavailable);
}

TEST_F(ImportTest, BadLinesAreRefused) {
  auto const lines = [&](std::string const& text) { return problem(text, "org.jsonl"); };
  EXPECT_THAT(lines("{\"tenant\":{\"tenant_key\":\"a\"}}\n{\"tenant\":"), HasSubstr("line 2: "));
  EXPECT_THAT(lines("[]"), HasSubstr("line 1: must be an object with one of"));
  EXPECT_THAT(lines("{\"planet\":{}}"), HasSubstr("line 1: must be an object with one of"));
  EXPECT_THAT(lines("{\"x\":1,\"user\":{}}"), HasSubstr("line 1: must be an object with one of"));
  EXPECT_THAT(lines("{\"chat\":{},\"app\":{}}"),
              HasSubstr("line 1: must be an object with one of"));
  EXPECT_EQ(lines("{\"user\":{\"tenant_key\":\"x\",\"user_id\":\"a\"}}"),
            "line 1, user.tenant_key: tenant \"x\" is unknown");
  EXPECT_EQ(lines("{\"user\":{\"user_id\":\"a\"}}"), "line 1, user.tenant_key: is missing");
  EXPECT_EQ(lines("{\"tenant\":{\"tenant_key\":\"a\"}}\n{\"tenant\":{\"tenant_key\":\"a\"}}"),
            "line 2, tenant.tenant_key: \"a\" is given twice in this file");
  EXPECT_EQ(lines("{\"app\":{\"app_id\":\"a\",\"app_secret\":\"s\",\"type\":\"custom\"}}"),
            "line 1, app.tenant_key: is missing; a custom app belongs to a tenant");
}

TEST_F(ImportTest, AtMostTwentyProblemsAreListed) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "{\"chat\":{}}\n";
  auto const listed = problem(text, "org.jsonl");
  EXPECT_EQ(std::count(listed.begin(), listed.end(), '\n'), 20);
  EXPECT_THAT(listed, HasSubstr("line 1, chat.tenant_key: is missing\nline 1, chat.chat_id"));
  EXPECT_THAT(listed, HasSubstr(" more"));
}

TEST_F(ImportTest, UnknownFieldsAreIgnored) {
  EXPECT_EQ(import(R"({"version":3,"tenants":[{"tenant_key":"acme","motto":{"a":[1,{"b":"}"}]},
      "users":[{"user_id":"a","shoe_size":42}]}],"more":null})")
                .users,
            (ImportCount{1, 0, 0}));
}

TEST_F(ImportTest, UsersMayStandBeforeTheKeyOfTheirTenant) {
  EXPECT_EQ(import(R"({"tenants":[{"users":[{"user_id":"a"}],"tenant_key":"acme"}]})").users,
            (ImportCount{1, 0, 0}));
  EXPECT_EQ(acme().find_user("a"), UserNo{1});
}

TEST_F(ImportTest, RandomChangesToAFileNeverDoHarm) {
  import(kDocument);
  auto const before = organisation_;
  std::mt19937 random(5);
  std::string const lines =
      "{\"tenant\":{\"tenant_key\":\"acme\"}}\n"
      "{\"department\":{\"tenant_key\":\"acme\",\"department_id\":\"d\",\"parent\":\"eng\"}}\n"
      "{\"user\":{\"tenant_key\":\"acme\",\"user_id\":\"a\",\"departments\":[\"d\"]}}\n";
  std::string const csv = "tenant_key,user_id,departments\nacme,\"a\",eng\nacme,b,\"eng;eng\"\n";
  std::pair<std::string const*, char const*> const files[] = {
      {&kDocument, "a.json"}, {&lines, "a.jsonl"}, {&csv, "a.csv"}, {&kDocument, "a"}};
  std::string const alphabet = "{}[]\":,\\0a\n\xff;\xe4 nt";
  for (int i = 0; i < 1000; ++i) {
    auto const& [original, name] = files[random() % 4];
    auto text = *original;
    for (auto n = random() % 3 + 1; n > 0; --n) {
      auto const at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = alphabet[random() % alphabet.size()];
          break;
        case 1:
          text.erase(at, random() % 8);
          break;
        case 2:
          text.insert(at, 1, alphabet[random() % alphabet.size()]);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 40));
      }
      if (text.empty()) text = " ";
    }
    auto const planned = plan(text, name);
    ASSERT_TRUE(planned || planned.error().code == Errc::import_invalid) << text;
    paths_.resize(std::min<std::size_t>(paths_.size(), 5));
  }
  EXPECT_EQ(organisation_, before);
  EXPECT_EQ(import(kDocument).users, (ImportCount{0, 0, 1}));
}

}  // namespace
}  // namespace carillon

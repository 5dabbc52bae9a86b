#include <fstream>
#include <random>
#include <unistd.h>

#include <gtest/gtest.h>

#include "import/import.h"
#include "import/row_format.h"

namespace carillon {
namespace {

class StagedImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(source_) << R"({"tenants":[{"tenant_key":"acme","recall_hours":0,
        "departments":[{"department_id":"eng","open_department_id":"od-1"}],
        "apps":[{"app_id":"cli_a","app_secret":"s","scopes":["x"],"ip_allow":["::1"],
                 "availability":{"departments":["eng"],"users":["u7"]},"events":{"url":"http://x"},
                 "dingtalk":{"appkey":"k","appsecret":"t"}}],
        "chats":[{"chat_id":"oc_1","name":"All"}],"images":[{"image_key":"img_1","file":"a.png"}],
        "users":[)";
    std::ofstream out(source_, std::ios::app);
    for (int i = 0; i < kUsers; ++i) {
      out << (i == 0 ? "" : ",") << R"({"user_id":"u)" << i << R"(","name":"Name )" << i
          << R"(","departments":["eng"],"union_id":"on_)" << i << R"(","open_ids":{"cli_a":"ou_)"
          << i << "\"}}";
    }
    out << R"(]}],"apps":[{"app_id":"cli_s","app_secret":"s","installed_in":[{"tenant_key":"acme"}]}]})";
    out.close();
    auto made = plan_import(source_, {Organisation(), key_, 3, from_ms(5)});
    ASSERT_TRUE(made) << made.error().detail;
    plan_ = *std::move(made);
    auto const rows = stage_import(plan_, staged_);
    ASSERT_TRUE(rows);
    total_ = *rows;
  }
  void TearDown() override {
    std::remove(source_.c_str());
    std::remove(staged_.c_str());
  }

  static constexpr int kUsers = 9000;
  Key key_{};
  std::string source_ =
      ::testing::TempDir() + "carillon_" + std::to_string(getpid()) + "_staged_source.json";
  std::string staged_ = ::testing::TempDir() + "carillon_" + std::to_string(getpid()) + "_staged";
  PlannedImport plan_;
  std::uint64_t total_ = 0;
};

void append(DirectoryRows& all, DirectoryRows&& some) {
  auto const move = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  move(all.tenants, some.tenants);
  move(all.departments, some.departments);
  move(all.users, some.users);
  move(all.chats, some.chats);
  move(all.images, some.images);
  move(all.developers, some.developers);
  move(all.apps, some.apps);
  move(all.installations, some.installations);
}

DirectoryRows rest_of(StagedImport& staged, std::size_t at_once) {
  DirectoryRows all;
  for (;;) {
    auto rows = staged.next(at_once);
    EXPECT_TRUE(rows) << rows.error().detail;
    if (!rows || rows->empty()) return all;
    EXPECT_LE(rows->size(), at_once);
    append(all, *std::move(rows));
  }
}

TEST_F(StagedImportTest, RowsComeBackAsTheyWere) {
  EXPECT_EQ(total_, 1U + 2 + 2 + 2 + 1 + kUsers + 1 + 1);
  auto staged = StagedImport::open(staged_, 0);
  ASSERT_TRUE(staged);
  EXPECT_EQ(staged->rows_total(), total_);
  auto const rows = rest_of(*staged, 700);
  EXPECT_EQ(rows.size(), total_);
  auto const& directory = *plan_.after->find_tenant("acme");
  ASSERT_EQ(rows.tenants.size(), 1U);
  EXPECT_EQ(rows.tenants[0], directory.tenant());
  EXPECT_EQ(rows.departments[0].second, directory.department(DepartmentNo{2}));
  EXPECT_EQ(rows.apps, plan_.after->apps->apps());
  EXPECT_EQ(rows.developers, plan_.after->apps->developers());
  EXPECT_EQ(rows.installations, plan_.after->apps->installations());
  EXPECT_EQ(rows.chats[0].second, directory.chats()[0]);
  EXPECT_EQ(rows.images[0].second, directory.images()[0]);
  for (auto const& [tenant, user] : rows.users) ASSERT_EQ(user, directory.user(user.no));
}

TEST_F(StagedImportTest, CarriesOnFromAnyRow) {
  auto whole = StagedImport::open(staged_, 0);
  auto const all = rest_of(*whole, 100'000);
  for (std::uint64_t const done : {1UL, 5UL, 8UL, 9UL, 10UL, 1234UL, total_ - 1, total_}) {
    auto staged = StagedImport::open(staged_, done);
    ASSERT_TRUE(staged) << done;
    auto const rest = rest_of(*staged, 1000);
    EXPECT_EQ(rest.size(), total_ - done);
    std::vector<std::pair<TenantNo, User>> const users(
        all.users.end() - static_cast<std::ptrdiff_t>(rest.users.size()), all.users.end());
    EXPECT_EQ(rest.users, users);
  }
  EXPECT_FALSE(StagedImport::open(staged_, total_ + 1));
}

TEST_F(StagedImportTest, DamageIsAnError) {
  std::ifstream in(staged_, std::ios::binary);
  std::string const good{std::istreambuf_iterator<char>(in), {}};
  std::mt19937 random(1);
  auto const write = [&](std::string const& bytes) {
    std::ofstream(staged_, std::ios::binary | std::ios::trunc) << bytes;
  };
  auto const readable = [&] {
    auto staged = StagedImport::open(staged_, 0);
    if (!staged) return false;
    std::uint64_t rows = 0;
    for (;;) {
      auto some = staged->next(1000);
      if (!some) return false;
      if (some->empty()) return rows == total_;
      rows += some->size();
    }
  };
  EXPECT_TRUE(readable());
  for (int i = 0; i < 200; ++i) {
    auto bad = good;
    auto const at = random() % bad.size();
    bad[at] = static_cast<char>(bad[at] + 1 + random() % 255);
    write(bad);
    ASSERT_FALSE(readable()) << at;
  }
  for (auto const size : {0UL, 10UL, 25UL, 41UL, good.size() / 2, good.size() - 1}) {
    write(good.substr(0, size));
    ASSERT_FALSE(readable()) << size;
  }
  EXPECT_FALSE(StagedImport::open("/nowhere/at/all", 0));
}

TEST(RowFormat, AnyBytesAreRefusedOrRead) {
  std::mt19937 random(2);
  std::string good;
  User user;
  user.no = UserNo{5};
  user.user_id = "li";
  user.departments = {kRootDepartment};
  user.open_aliases = {{AppNo{1}, "ou_1"}};
  append_row(good, TenantNo{1}, user);
  App app;
  app.no = AppNo{1};
  app.scopes = {"a", "b"};
  app.secrets.emplace_back();
  append_row(good, app);
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = good;
    for (int n = 0; n < 3; ++n) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % bytes.size());
    DirectoryRows rows;
    std::string_view left(bytes);
    while (!left.empty() && read_row(left, rows)) {
    }
  }
}

}  // namespace
}  // namespace carillon

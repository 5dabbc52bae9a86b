#include "server/demo_organisation.h"

#include <array>
#include <cstdint>
#include <random>
#include <string_view>

#include "json/writer.h"

namespace carillon::server {
namespace {

constexpr std::size_t kPeople = 10'000;
constexpr std::size_t kEvery = 17;  // so many people to one who sits in two teams

struct Top {
  std::string_view id;
  std::string_view open_alias;
  std::string_view name;
  std::size_t people;
  std::size_t teams;   // a division
  std::size_t groups;  // a team; 0: teams are the lowest level
  std::vector<std::string_view> divisions;
};

// Headcounts add up to kPeople.
std::vector<Top> tops() {
  return {
      {"engineering",
       "od-5b91c9affb665451a16b90b4be367efa",
       "研发中心 Engineering",
       3200,
       4,
       4,
       {"平台部 Platform", "移动端 Mobile", "前端 Web", "数据部 Data", "人工智能 AI",
        "安全部 Security", "质量部 Quality", "基础设施 Infrastructure"}},
      {"3dceba33a33226",
       "",
       "销售中心 Sales",
       2300,
       5,
       3,
       {"华北 North China", "华东 East China", "华南 South China", "西部 West China",
        "海外 International"}},
      {"d502aaa9514059",
       "",
       "客户服务部 Customer Service",
       1500,
       6,
       3,
       {"热线 Hotline", "在线客服 Online Chat", "现场服务 Field Service"}},
      {"manufacturing",
       "",
       "生产制造部 Manufacturing",
       1200,
       6,
       4,
       {"苏州工厂 Suzhou Plant", "东莞工厂 Dongguan Plant"}},
      {"operations",
       "",
       "运营部 Operations",
       800,
       5,
       2,
       {"供应链 Supply Chain", "物流 Logistics", "行政 Facilities"}},
      {"marketing",
       "",
       "市场部 Marketing",
       500,
       4,
       0,
       {"品牌 Brand", "增长 Growth", "活动 Events"}},
      {"finance",
       "",
       "财务部 Finance",
       300,
       3,
       0,
       {"会计 Accounting", "税务 Tax", "内审 Internal Audit"}},
      {"people",
       "",
       "人力资源部 People",
       200,
       3,
       0,
       {"招聘 Recruiting", "薪酬 Compensation", "学习 Learning"}},
  };
}

constexpr std::array<std::string_view, 32> kSurnames{
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",  "徐",
    "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁",  "宋",
    "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "欧阳"};
constexpr std::array<std::string_view, 32> kGiven{
    "伟",   "芳",   "娜",   "敏",   "静",   "丽",   "强",   "磊",   "军",   "洋",  "勇",
    "艳",   "杰",   "娟",   "涛",   "明",   "超",   "秀英", "霞",   "平",   "刚",  "桂英",
    "子涵", "浩然", "欣怡", "宇轩", "梓萱", "博文", "雨桐", "思远", "佳琪", "晨曦"};
constexpr std::array<std::string_view, 24> kFirstNames{
    "Emma", "Liam",  "Olivia", "Noah",   "Ava",   "Ethan", "Sophia", "Lucas",
    "Mia",  "Mason", "Amelia", "Logan",  "Grace", "Jacob", "Chloe",  "Daniel",
    "Nora", "Henry", "Zoe",    "Samuel", "Ruth",  "Oscar", "Ines",   "Hugo"};
constexpr std::array<std::string_view, 24> kLastNames{
    "Smith",  "Jones",  "Brown",  "Taylor", "Wilson", "Evans",  "Thomas", "Roberts",
    "Walker", "Wright", "Hughes", "Green",  "Hall",   "Wood",   "Clarke", "Patel",
    "Silva",  "Costa",  "Meyer",  "Weber",  "Rossi",  "Moreau", "Novak",  "Larsen"};

// The people whom the vendor's examples name.
struct Known {
  std::size_t index;
  std::string_view user_id;
  std::string_view name;
  std::string_view open_id;
  std::string_view union_id;
};
constexpr std::array<Known, 4> kKnown{{
    {40, "7cdcc7c2", "李雷 Li Lei", "ou_18eac85d35a26f989317ad4f02e8bbbb",
     "on_cad4860e7af114fb4ff6c5d496d1dd76"},
    {41, "ca51d83b", "韩梅梅 Han Meimei", "ou_461cf042d9eedaa60d445f26dc747d5e", ""},
    {5400, "a18fe85d", "Kate Green", "ou_a18fe85d22e7633852d8104226e99eac", ""},
    {8800, "9204a373", "Jim Hall", "ou_9204a37300b3700d61effaa439f34295", ""},
}};

Known const* find_known(std::size_t index) {
  for (auto const& known : kKnown) {
    if (known.index == index) return &known;
  }
  return nullptr;
}

struct Node {
  std::string id;
  std::size_t people = 0;
};

class Maker {
 public:
  DemoOrganisation make() {
    out_.tenant_key = "demo";
    out_.everywhere = {"cli_demo",    "demo-secret",     "公司公告 Company News",
                       "dingdemokey", "demo-key-secret", 836390886};
    out_.sales_only = {"cli_demo_sales", "demo-sales-secret", "销售助手 Sales Assistant"};
    json_.begin_object().begin_array("tenants").begin_object();
    json_.field("tenant_key", out_.tenant_key).field("name", "星海集团 Star Harbour");
    json_.field("timezone", "Asia/Shanghai");
    json_.begin_object("dingtalk").field("corpid", "dingdemo").end_object();
    write_departments();
    write_people();
    write_apps();
    json_.begin_array("chats").begin_object();
    json_.field("chat_id", "oc_84983ff6516d731e5b5f68d4ea2e1da5").field("name", "全员群 All hands");
    json_.end_object().end_array().begin_array("images").begin_object();
    json_.field("image_key", "img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj");
    json_.end_object().end_array();
    json_.end_object().end_array().end_object();
    return std::move(out_);
  }

 private:
  void department(std::string const& id, std::string_view parent, std::string_view name,
                  std::string_view open_alias = {}) {
    json_.begin_object().field("department_id", id).field("parent", parent).field("name", name);
    if (!open_alias.empty()) json_.field("open_department_id", open_alias);
    json_.end_object();
    ++out_.departments;
  }

  void write_departments() {
    json_.begin_array("departments");
    for (auto const& top : tops()) {
      std::string const id(top.id);
      out_.top_departments.push_back(id);
      department(id, "0", top.name, top.open_alias);
      auto const first = nodes_.size();
      nodes_.push_back({id, 2});  // its head and an assistant
      for (std::size_t i = 0; i < top.divisions.size(); ++i) {
        auto const division = id + "-" + std::to_string(i + 1);
        department(division, id, top.divisions[i]);
        nodes_.push_back({division, 1});
        for (std::size_t n = 1; n <= top.teams; ++n) add_team(top, division, n);
      }
      share_out(first, top.people);
    }
    json_.end_array();
  }

  void add_team(Top const& top, std::string const& division, std::size_t n) {
    auto const team = division + "-" + std::to_string(n);
    department(team, division, "第" + std::to_string(n) + "团队 Team " + std::to_string(n));
    if (top.groups == 0) {
      nodes_.push_back({team, 0});
      return;
    }
    nodes_.push_back({team, 1});
    for (std::size_t i = 1; i <= top.groups; ++i) {
      auto const group = team + "-" + std::to_string(i);
      department(group, team, std::to_string(i) + "组 Group " + std::to_string(i));
      nodes_.push_back({group, 0});
    }
  }

  // Everybody who is not at the head of something sits in one of the lowest departments, more in
  // some than in others.
  void share_out(std::size_t first, std::size_t people) {
    std::vector<std::size_t> lowest;
    for (auto i = first; i < nodes_.size(); ++i) {
      people -= nodes_[i].people;
      if (nodes_[i].people == 0) lowest.push_back(i);
    }
    lowest_.insert(lowest_.end(), lowest.begin(), lowest.end());
    for (std::size_t i = 0; i < lowest.size(); ++i) {
      auto const even = people / (lowest.size() - i);
      auto const wobble = even / 3;
      auto const last = i + 1 == lowest.size();
      auto const size = last ? people : even - wobble + random_() % (2 * wobble + 1);
      nodes_[lowest[i]].people = size;
      people -= size;
    }
  }

  std::string name() {
    if (random_() % 4 == 0) {
      auto const first = kFirstNames[random_() % kFirstNames.size()];
      return std::string(first) + " " + std::string(kLastNames[random_() % kLastNames.size()]);
    }
    auto const surname = kSurnames[random_() % kSurnames.size()];
    return std::string(surname) + std::string(kGiven[random_() % kGiven.size()]);
  }

  void write_people() {
    json_.begin_array("users");
    for (auto const& node : nodes_) {
      for (std::size_t i = 0; i < node.people; ++i) write_person(node.id);
    }
    json_.end_array();
  }

  void write_person(std::string const& department_id) {
    static constexpr char kDigits[] = "0123456789abcdef";
    auto const index = out_.user_ids.size();
    auto const* known = find_known(index);
    std::string id;
    // Multiplying by an odd number maps 32-bit numbers one to one, so that no id comes twice.
    auto const mixed = static_cast<std::uint32_t>(index + 1) * 0x9e3779b1u;
    for (int shift = 28; shift >= 0; shift -= 4) id += kDigits[mixed >> shift & 15];
    if (known != nullptr) id = known->user_id;

    json_.begin_object().field("user_id", id);
    json_.field("name", known != nullptr ? std::string(known->name) : name());
    json_.begin_array("departments").string(department_id);
    if (index % kEvery == kEvery - 1) {
      auto const& other = nodes_[lowest_[random_() % lowest_.size()]].id;
      if (other != department_id) {
        json_.string(other);
        ++out_.in_two_departments;
      }
    }
    json_.end_array().field("email", id + "@demo.example");
    if (known != nullptr) {
      json_.begin_object("open_ids").field(out_.everywhere.id, known->open_id).end_object();
      if (!known->union_id.empty()) json_.field("union_id", known->union_id);
    }
    json_.end_object();
    out_.user_ids.push_back(std::move(id));
  }

  void write_app(DemoApp const& app, std::string_view availability) {
    json_.begin_object().field("app_id", app.id).field("app_secret", app.secret);
    json_.field("name", app.name).field("type", "custom").field("developer", "demo");
    json_.field("bot", true).begin_array("scopes");
    json_.string("im:message:send_as_bot");
    json_.string("im:message:send_multi_users").string("im:message:send_multi_depts");
    json_.end_array().key("availability").raw(availability);
    if (!app.app_key.empty()) {
      json_.begin_object("dingtalk").field("appkey", app.app_key);
      json_.field("appsecret", app.key_secret).field("agent_id", app.agent_id).end_object();
    }
    json_.end_object();
  }

  void write_apps() {
    json_.begin_array("apps");
    write_app(out_.everywhere, R"({"all":true})");
    write_app(out_.sales_only, R"({"departments":["3dceba33a33226"],"users":["7cdcc7c2"]})");
    json_.end_array();
  }

  DemoOrganisation out_;
  json::Writer json_{out_.json};
  std::mt19937 random_{20240601};
  std::vector<Node> nodes_;
  std::vector<std::size_t> lowest_;  // of nodes_: departments with nothing below
};

}  // namespace

DemoOrganisation make_demo_organisation() { return Maker().make(); }

}  // namespace carillon::server

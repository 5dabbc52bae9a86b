#include "import/changes.h"

#include <algorithm>
#include <utility>

namespace carillon {
namespace {

using FieldNames = std::vector<std::string_view>;

template <class T>
void compare(FieldNames& out, std::string_view name, T const& before, T const& after) {
  if (before != after) out.push_back(name);
}

FieldNames fields_of(Tenant const& before, Tenant const& after) {
  FieldNames out;
  compare(out, "name", before.name, after.name);
  compare(out, "timezone", before.timezone, after.timezone);
  compare(out, "recall_hours", before.recall_hours, after.recall_hours);
  compare(out, "retention_days", before.retention_days, after.retention_days);
  compare(out, "mention_all", before.mention_all, after.mention_all);
  compare(out, "dingtalk", before.corp_id, after.corp_id);
  return out;
}

FieldNames fields_of(Department const& before, Department const& after) {
  FieldNames out;
  compare(out, "name", before.name, after.name);
  compare(out, "parent", before.parent, after.parent);
  compare(out, "open_department_id", before.open_alias, after.open_alias);
  compare(out, "dingtalk_dept_id", before.dept_number, after.dept_number);
  return out;
}

FieldNames fields_of(User const& before, User const& after) {
  FieldNames out;
  compare(out, "name", before.name, after.name);
  compare(out, "departments", before.departments, after.departments);
  compare(out, "email", before.email, after.email);
  compare(out, "mobile", before.mobile, after.mobile);
  compare(out, "active", before.active && !before.resigned, after.active && !after.resigned);
  compare(out, "union_id", before.union_aliases, after.union_aliases);
  compare(out, "open_ids", before.open_aliases, after.open_aliases);
  return out;
}

FieldNames fields_of(App const& before, App const& after) {
  FieldNames out;
  compare(out, "name", before.name, after.name);
  compare(out, "type", before.kind, after.kind);
  compare(out, "developer", before.developer, after.developer);
  compare(out, "bot", before.bot, after.bot);
  compare(out, "enabled", before.enabled && !before.deleted, after.enabled && !after.deleted);
  compare(out, "scopes", before.scopes, after.scopes);
  compare(out, "availability", before.availability, after.availability);
  compare(out, "ip_allow", before.ip_allow, after.ip_allow);
  compare(out, "events", before.events_sealed, after.events_sealed);
  compare(out, "app_secret", before.secrets, after.secrets);
  compare(out, "dingtalk", std::pair(before.app_key, before.agent_id),
          std::pair(after.app_key, after.agent_id));
  return out;
}

class Lister {
 public:
  Lister(Organisation const& now, PlannedImport const& plan, std::size_t limit)
      : now_(now), plan_(plan), limit_(limit) {}

  std::vector<ImportChange> run() {
    for (auto const no : plan_.changed.tenants) list_tenant(no);
    for (auto const& [tenant, no] : plan_.changed.departments) list_department(tenant, no);
    for (auto const& [tenant, users] : plan_.changed.users) {
      for (auto const no : users.list(0, left())) list_user(tenant, no);
    }
    for (auto const no : plan_.changed.apps) list_app(no);
    for (auto const& [tenant, app] : installed_only())
      add("app", tenant, id_of(app), false, {"installed_in"});
    for (auto const& [tenant, chat] : plan_.changed.chats) {
      auto const* before = before_of(tenant);
      auto const* known = before == nullptr ? nullptr : before->find_chat(chat.chat_id);
      add("chat", tenant, chat.chat_id, known == nullptr, {"name"});
    }
    for (auto const& [tenant, image] : plan_.changed.images) {
      auto const* before = before_of(tenant);
      auto const* known = before == nullptr ? nullptr : before->find_image(image.image_key);
      add("image", tenant, image.image_key, known == nullptr, {"file"});
    }
    return std::move(out_);
  }

 private:
  std::size_t left() const { return limit_ - out_.size(); }
  Directory const* before_of(TenantNo tenant) const { return now_.find(tenant); }
  Directory const& after_of(TenantNo tenant) const { return *plan_.after->find(tenant); }
  std::string id_of(AppNo app) const { return plan_.after->apps->find(app)->app_id; }

  void add(std::string_view kind, TenantNo tenant, std::string id, bool created,
           FieldNames fields) {
    if (left() == 0) return;
    auto const* directory = plan_.after->find(tenant);
    out_.push_back({kind, directory == nullptr ? std::string() : directory->tenant().tenant_key,
                    std::move(id), created, std::move(fields)});
  }

  void list_tenant(TenantNo no) {
    auto const* before = before_of(no);
    auto const& after = after_of(no).tenant();
    add("tenant", no, after.tenant_key, before == nullptr,
        fields_of(before == nullptr ? Tenant() : before->tenant(), after));
  }

  void list_department(TenantNo tenant, DepartmentNo no) {
    auto const* directory = before_of(tenant);
    bool const known = directory != nullptr && directory->has_department(no);
    auto const& after = after_of(tenant).department(no);
    add("department", tenant, no == kRootDepartment ? "0" : after.department_id, !known,
        fields_of(known ? directory->department(no) : Department(), after));
  }

  void list_user(TenantNo tenant, UserNo no) {
    auto const* directory = before_of(tenant);
    bool const known = directory != nullptr && directory->has_user(no);
    auto const after = after_of(tenant).user(no);
    add("user", tenant, after.user_id, !known,
        fields_of(known ? directory->user(no) : User(), after));
  }

  void list_app(AppNo no) {
    auto const* before = now_.apps->find(no);
    auto const& after = *plan_.after->apps->find(no);
    add("app", after.tenant, after.app_id, before == nullptr,
        fields_of(before == nullptr ? App() : *before, after));
  }

  // Apps of which nothing differs but where they are installed.
  std::vector<std::pair<TenantNo, AppNo>> installed_only() const {
    std::vector<std::pair<TenantNo, AppNo>> out;
    auto const& apps = plan_.changed.apps;
    for (auto const& installation : plan_.changed.installations) {
      if (std::find(apps.begin(), apps.end(), installation.app) != apps.end()) continue;
      out.emplace_back(installation.tenant, installation.app);
    }
    return out;
  }

  Organisation const& now_;
  PlannedImport const& plan_;
  std::size_t limit_;
  std::vector<ImportChange> out_;
};

}  // namespace

std::vector<ImportChange> list_changes(Organisation const& now, PlannedImport const& plan,
                                       std::size_t limit) {
  return Lister(now, plan, limit).run();
}

}  // namespace carillon

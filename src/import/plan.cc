#include <algorithm>
#include <utility>

#include "access/quota.h"
#include "import/image_files.h"
#include "import/planner.h"

namespace carillon {
namespace {

constexpr std::int64_t kHoursMax = 10 * 366 * 24;
constexpr std::int64_t kDaysMax = 100 * 366;
constexpr std::size_t kTenantsMax = (1U << 24) - 1;  // what a sealed id has room for

void count(ImportCount& counts, bool created, bool changed) {
  ++(created ? counts.created : changed ? counts.updated : counts.unchanged);
}

}  // namespace

Result<PlannedImport> plan_import(std::string const& path, ImportContext const& context) {
  return Planner(path, context).run();
}

Result<PlannedImport> Planner::run() {
  TRY(source_, Source::open(path_));
  apps_ = *context_.now.apps;
  for (auto const& developer : apps_.developers()) developer_names_[developer.name] = developer.no;

  CHECK_OK(keep_all_but_users());
  if (problems_.any()) return problems_.error();
  plan_tenants();
  plan_departments();
  number_apps();
  if (problems_.any()) return problems_.error();
  CHECK_OK(count_users());
  CHECK_OK(put_users());
  plan_apps();
  plan_chats();
  plan_images();
  if (problems_.any()) return problems_.error();
  return finish();
}

Result<void> Planner::keep_all_but_users() {
  return source_->read(Wanted::all_but_users, problems_, [this](Entity const& entity) {
    kept_[static_cast<std::size_t>(entity.place.kind)].push_back(
        {entity.place, entity.tenant, json::minified(entity.fields)});
  });
}

TenantPlan& Planner::add_tenant(Tenant tenant, Directory const* before) {
  auto plan = std::make_unique<TenantPlan>();
  plan->tenant = std::move(tenant);
  plan->before = before;
  plan->department_ids.emplace("0", kRootDepartment);
  if (before == nullptr) {
    plan->departments.emplace_back().no = kRootDepartment;
    plan->users_end = 1;
  } else {
    for (std::uint32_t n = 1; n < before->departments_end(); ++n) {
      DepartmentNo const no{n};
      plan->departments.push_back(before->has_department(no) ? before->department(no)
                                                             : Department());
      if (no != kRootDepartment && before->has_department(no)) {
        plan->department_ids.emplace(plan->departments.back().department_id, no);
      }
    }
    plan->users_end = before->users_end();
  }
  tenant_keys_[plan->tenant.tenant_key] = tenants_.size();
  tenants_.push_back(std::move(plan));
  return *tenants_.back();
}

TenantPlan* Planner::find_tenant(std::string_view tenant_key) {
  if (auto const at = tenant_keys_.find(std::string(tenant_key)); at != tenant_keys_.end()) {
    return tenants_[at->second].get();
  }
  auto const* before = context_.now.find_tenant(tenant_key);
  return before == nullptr ? nullptr : &add_tenant(before->tenant(), before);
}

TenantPlan* Planner::tenant_of(std::uint32_t document_tenant, Fields const& fields) {
  if (document_tenant != Place::kNone) {
    auto const at = document_tenants_.find(document_tenant);
    return at == document_tenants_.end() ? nullptr : tenants_[at->second].get();
  }
  auto const key = fields.required_id("tenant_key");
  if (key.empty()) return nullptr;
  auto* const plan = find_tenant(key);
  if (plan == nullptr) fields.problem("tenant_key", "tenant " + in_quotes(key) + " is unknown");
  return plan;
}

DirectoryBuilder& Planner::builder_of(TenantPlan& plan) {
  if (!plan.builder) {
    plan.builder = plan.before == nullptr ? std::make_unique<DirectoryBuilder>(plan.tenant)
                                          : std::make_unique<DirectoryBuilder>(*plan.before);
    plan.builder->tenant() = plan.tenant;
  }
  return *plan.builder;
}

void Planner::plan_tenants() {
  std::unordered_set<std::string> given;
  for_each(EntityKind::tenant, [&](Fields const& fields, KeptEntity const& kept) {
    auto const key = fields.required_id("tenant_key");
    if (key.empty()) return;
    if (!given.insert(key).second) {
      fields.problem("tenant_key", in_quotes(key) + " is given twice in this file");
      return;
    }
    auto const* before = context_.now.find_tenant(key);
    Tenant tenant;
    if (before != nullptr) {
      tenant = before->tenant();
    } else {
      tenant.no = TenantNo{
          static_cast<std::uint32_t>(context_.now.directories.size() + ++tenants_created_)};
      tenant.tenant_key = key;
      tenant.name = key;
      if (tenant.no.value > kTenantsMax) fields.problem("tenant_key", "is one tenant too many");
    }
    if (auto name = fields.name("name")) tenant.name = name->empty() ? key : *std::move(name);
    if (auto zone = fields.optional_id("timezone")) {
      if (zone->empty()) {
        tenant.timezone = Tenant().timezone;
      } else if (is_timezone(*zone)) {
        tenant.timezone = *std::move(zone);
      } else {
        fields.problem("timezone", in_quotes(*zone) + " is no time zone");
      }
    }
    if (auto const hours = fields.integer("recall_hours", 0, kHoursMax)) {
      tenant.recall_hours = static_cast<std::uint32_t>(*hours);
      if (fields.value("recall_hours")->is_null()) tenant.recall_hours.reset();
    }
    if (auto const days = fields.integer("retention_days", 0, kDaysMax)) {
      tenant.retention_days = fields.value("retention_days")->is_null()
                                  ? Tenant().retention_days
                                  : static_cast<std::uint32_t>(*days);
    }
    if (auto const mention = fields.boolean("mention_all")) tenant.mention_all = *mention;
    if (auto const dingtalk = fields.object("dingtalk")) {
      if (auto corpid = dingtalk->optional_id("corpid")) tenant.corp_id = *corpid;
    } else if (fields.has("dingtalk")) {
      tenant.corp_id.clear();
    }

    bool const changed = before == nullptr || !(tenant == before->tenant());
    count(out_.counts.tenants, before == nullptr, changed);
    auto& plan = add_tenant(std::move(tenant), before);
    if (kept.place.tenant != Place::kNone) {
      document_tenants_[kept.place.tenant] = tenants_.size() - 1;
    }
    if (!changed) return;
    out_.changed.tenants.push_back(plan.tenant.no);
    builder_of(plan);
  });
}

void Planner::plan_chats() {
  std::unordered_map<TenantPlan*, std::unordered_map<std::string, Chat>> known;
  std::unordered_set<std::string> given;
  for_each(EntityKind::chat, [&](Fields const& fields, KeptEntity const& kept) {
    auto* const plan = tenant_of(kept.document_tenant, fields);
    auto const id = fields.required_id("chat_id");
    if (plan == nullptr || id.empty()) return;
    if (!given.insert(plan->tenant.tenant_key + '\0' + id).second) {
      fields.problem("chat_id", in_quotes(id) + " is given twice in this file");
      return;
    }
    auto const [chats, first] = known.try_emplace(plan);
    if (first && plan->before != nullptr) {
      for (auto const& chat : plan->before->chats()) chats->second[chat.chat_id] = chat;
    }
    auto const before = chats->second.find(id);
    bool const created = before == chats->second.end();
    auto chat = created ? Chat{id, {}} : before->second;
    if (auto name = fields.name("name")) chat.name = *std::move(name);
    bool const changed = created || !(chat == before->second);
    count(out_.counts.chats, created, changed);
    if (!changed) return;
    builder_of(*plan).put(chat);
    out_.changed.chats.emplace_back(plan->tenant.no, std::move(chat));
  });
}

void Planner::plan_images() {
  std::unordered_map<TenantPlan*, std::unordered_map<std::string, Image>> known;
  std::unordered_set<std::string> given;
  for_each(EntityKind::image, [&](Fields const& fields, KeptEntity const& kept) {
    auto* const plan = tenant_of(kept.document_tenant, fields);
    auto const key = fields.required_id("image_key");
    if (plan == nullptr || key.empty()) return;
    if (!given.insert(plan->tenant.tenant_key + '\0' + key).second) {
      fields.problem("image_key", in_quotes(key) + " is given twice in this file");
      return;
    }
    auto const [images, first] = known.try_emplace(plan);
    if (first && plan->before != nullptr) {
      for (auto const& image : plan->before->images()) images->second[image.image_key] = image;
    }
    auto const before = images->second.find(key);
    bool const created = before == images->second.end();
    auto image = created ? Image{key, {}, {}} : before->second;
    if (auto file = fields.name("file")) {
      if (!is_file_name(*file)) fields.problem("file", "must be the name of a file, no path");
      if (*file != image.file) image.blob = {};
      image.file = *std::move(file);
    }
    apply_file(fields, image);
    bool const changed = created || !(image == before->second);
    count(out_.counts.images, created, changed);
    if (!changed) return;
    builder_of(*plan).put(image);
    out_.changed.images.emplace_back(plan->tenant.no, std::move(image));
  });
}

// An image whose file is not at hand keeps what it has; it may be brought in later.
void Planner::apply_file(Fields const& fields, Image& image) {
  if (image.file.empty() || !context_.find_file || !is_file_name(image.file)) return;
  auto const path = context_.find_file(image.file);
  auto const blob = measure_image(path);
  if (!blob) return fields.problem("file", in_quotes(image.file) + " " + blob.error().detail);
  if (blob->bytes == 0) return;
  image.blob = *blob;
  out_.files.emplace_back(path, *blob);  // also one that should be there: it may have got lost
}

Result<PlannedImport> Planner::finish() {
  auto after = std::make_shared<Organisation>(context_.now);
  ++after->version;
  after->apps = std::make_shared<AppRegistry const>(std::move(apps_));
  after->directories.resize(after->directories.size() + tenants_created_);
  for (auto const& plan : tenants_) {
    if (!plan->builder) continue;
    auto const no = plan->tenant.no;
    auto made = plan->builder->build();
    if (!made) return fail(Errc::import_invalid, std::move(made).error().detail);
    plan->builder.reset();
    after->directories[no.value - 1] = *std::move(made);
    for (std::uint32_t n = 1; n <= plan->department_changed.size(); ++n) {
      if (plan->department_changed[n - 1]) {
        out_.changed.departments.emplace_back(no, DepartmentNo{n});
      }
    }
    if (!plan->changed.empty()) out_.changed.users.emplace_back(no, std::move(plan->changed));
  }
  out_.after = std::move(after);
  return std::move(out_);
}

}  // namespace carillon

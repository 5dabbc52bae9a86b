#include "store/postgres/records.h"

#include "store/rows/directory_rows.h"
#include "store/rows/packing.h"

namespace carillon::postgres {

using rows::Packer;
using rows::Unpacker;

namespace {

constexpr std::uint64_t kForm = 1;

Packer begin() {
  Packer out;
  out.number(kForm);
  return out;
}

std::string text(Unpacker& in) { return std::string(in.text()); }

}  // namespace

std::string pack(Tenant const& tenant) {
  auto out = begin();
  out.text(tenant.tenant_key);
  out.text(tenant.name);
  out.text(tenant.timezone);
  out.number(tenant.recall_hours ? std::uint64_t{*tenant.recall_hours} + 1 : 0);
  out.number(tenant.retention_days);
  out.number(tenant.mention_all ? 1 : 0);
  out.text(tenant.corp_id);
  return out.take();
}

bool unpack(std::string_view bytes, Tenant& tenant) {
  Unpacker in(bytes);
  bool const known = in.number() == kForm;
  tenant.tenant_key = text(in);
  tenant.name = text(in);
  tenant.timezone = text(in);
  auto const hours = in.number();
  tenant.recall_hours =
      hours == 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(hours - 1));
  tenant.retention_days = in.number32();
  tenant.mention_all = in.number() != 0;
  tenant.corp_id = text(in);
  return known && in.ok() && in.at_end();
}

std::string pack(Department const& department) {
  auto out = begin();
  out.number(department.generation);
  out.text(department.department_id);
  out.text(department.open_alias);
  out.signed_number(department.dept_number);
  out.number(department.parent.value);
  out.text(department.name);
  out.signed_number(department.order);
  out.number(department.deleted ? 1 : 0);
  return out.take();
}

bool unpack(std::string_view bytes, Department& department) {
  Unpacker in(bytes);
  bool const known = in.number() == kForm;
  department.generation = static_cast<std::uint8_t>(in.number());
  department.department_id = text(in);
  department.open_alias = text(in);
  department.dept_number = in.signed_number();
  department.parent = DepartmentNo{in.number32()};
  department.name = text(in);
  department.order = in.signed_number();
  department.deleted = in.number() != 0;
  return known && in.ok() && in.at_end();
}

std::string pack(App const& app) {
  auto out = begin();
  out.number(static_cast<std::uint8_t>(app.kind));
  out.text(app.app_id);
  out.text(app.name);
  out.number(app.tenant.value);
  out.number(app.developer.value);
  out.number((app.bot ? 1U : 0U) | (app.enabled ? 2U : 0U) | (app.deleted ? 4U : 0U));
  out.text(app.events_sealed);
  out.text(app.app_key);
  out.signed_number(app.agent_id);
  out.text(rows::pack_app_lists(app));
  return out.take();
}

bool unpack(std::string_view bytes, App& app) {
  Unpacker in(bytes);
  bool const known = in.number() == kForm;
  app.kind = static_cast<AppKind>(in.number());
  app.app_id = text(in);
  app.name = text(in);
  app.tenant = TenantNo{in.number32()};
  app.developer = DeveloperNo{in.number32()};
  auto const flags = in.number();
  app.bot = (flags & 1) != 0;
  app.enabled = (flags & 2) != 0;
  app.deleted = (flags & 4) != 0;
  app.events_sealed = text(in);
  app.app_key = text(in);
  app.agent_id = in.signed_number();
  return rows::unpack_app_lists(in.text(), app) && known && in.ok() && in.at_end();
}

std::string pack(Operator const& account) {
  auto out = begin();
  out.text(account.name);
  out.number(static_cast<std::uint8_t>(account.role));
  out.text(account.password_hash);
  out.number(account.revision);
  out.signed_number(to_ms(account.created_at));
  out.number(account.removed ? 1 : 0);
  return out.take();
}

bool unpack(std::string_view bytes, Operator& account) {
  Unpacker in(bytes);
  bool const known = in.number() == kForm;
  account.name = text(in);
  account.role = static_cast<Role>(in.number());
  account.password_hash = text(in);
  account.revision = in.number32();
  account.created_at = from_ms(in.signed_number());
  account.removed = in.number() != 0;
  return known && in.ok() && in.at_end();
}

std::string pack(AuditEntry const& entry) {
  auto out = begin();
  out.text(entry.operator_name);
  out.number(static_cast<std::uint8_t>(entry.role));
  out.text(entry.action);
  out.text(entry.remote);
  return out.take();
}

bool unpack(std::string_view bytes, AuditEntry& entry) {
  Unpacker in(bytes);
  bool const known = in.number() == kForm;
  entry.operator_name = text(in);
  entry.role = static_cast<Role>(in.number());
  entry.action = text(in);
  entry.remote = text(in);
  return known && in.ok() && in.at_end();
}

}  // namespace carillon::postgres

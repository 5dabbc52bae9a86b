// GET /api/v1/tenants: the tenants of this installation and how large they are.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

std::uint32_t count_departments(Directory const& directory) {
  std::uint32_t n = 0;
  for (auto no = kRootDepartment.value + 1; no < directory.departments_end(); ++no) {
    if (directory.has_department(DepartmentNo{no})) ++n;
  }
  return n;
}

Result<void> list_tenants(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  std::map<TenantNo, std::uint32_t> apps;
  for (auto const& installation : caller.organisation->apps->installations()) {
    auto const* app = caller.organisation->apps->find(installation.app);
    if (installation.installed && app != nullptr && !app->deleted) ++apps[installation.tenant];
  }
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("tenants");
  for (auto const& directory : caller.organisation->directories) {
    if (!directory) continue;
    auto const& tenant = directory->tenant();
    json.begin_object()
        .field("tenant_key", tenant.tenant_key)
        .field("name", tenant.name)
        .field("timezone", tenant.timezone)
        .field("users", directory->members_below(kRootDepartment).size())
        .field("active_users", directory->active().size())
        .field("departments", count_departments(*directory))
        .field("apps", apps[tenant.no])
        .end_object();
  }
  json.end_array().end_object();
  answer.json(std::move(out));
  return {};
}

}  // namespace

void add_tenants(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/tenants", list_tenants));
}

}  // namespace carillon::console

#include "ledger/with_rows.h"

#include <map>
#include <utility>
#include <vector>

#include "directory/directory_edit.h"

namespace carillon {
namespace {

constexpr std::size_t kFewRows = 1000;

// One tenant's of the rows.
struct TenantRows {
  Tenant const* tenant = nullptr;
  std::vector<Department const*> departments;
  std::vector<User const*> users;
  std::vector<Chat const*> chats;
  std::vector<Image const*> images;

  bool only_few_members() const {
    return tenant == nullptr && chats.empty() && images.empty() &&
           departments.size() + users.size() <= kFewRows;
  }
};

std::map<TenantNo, TenantRows> by_tenant(DirectoryRows const& rows) {
  std::map<TenantNo, TenantRows> out;
  for (auto const& tenant : rows.tenants) out[tenant.no].tenant = &tenant;
  for (auto const& [tenant, each] : rows.departments) out[tenant].departments.push_back(&each);
  for (auto const& [tenant, each] : rows.users) out[tenant].users.push_back(&each);
  for (auto const& [tenant, each] : rows.chats) out[tenant].chats.push_back(&each);
  for (auto const& [tenant, each] : rows.images) out[tenant].images.push_back(&each);
  return out;
}

// Departments before the users that move into them, and after those that leave.
Result<std::shared_ptr<Directory const>> edited(Directory const& base, TenantRows const& rows) {
  DirectoryEdit edit(base);
  for (auto const* department : rows.departments) {
    if (!department->deleted) CHECK_OK(edit.put(*department));
  }
  for (auto const* user : rows.users) CHECK_OK(edit.put(*user));
  for (auto const* department : rows.departments) {
    if (department->deleted && edit.now().has_department(department->no)) {
      edit.erase(department->no);
    }
  }
  return edit.finish();
}

Result<std::shared_ptr<Directory const>> rebuilt(Directory const* base, TenantRows const& rows) {
  auto builder = base != nullptr ? DirectoryBuilder(*base) : DirectoryBuilder(*rows.tenant);
  if (rows.tenant != nullptr) builder.tenant() = *rows.tenant;
  for (auto const* department : rows.departments) CHECK_OK(builder.put(*department));
  for (auto const* user : rows.users) CHECK_OK(builder.put(*user));
  for (auto const* chat : rows.chats) builder.put(*chat);
  for (auto const* image : rows.images) builder.put(*image);
  return builder.build();
}

}  // namespace

Result<std::shared_ptr<Organisation const>> with_rows(Organisation const& base,
                                                      DirectoryRows const& rows) {
  auto out = std::make_shared<Organisation>(base);
  ++out->version;
  for (auto const& [no, changed] : by_tenant(rows)) {
    auto const* before = base.find(no);
    if (before == nullptr && changed.tenant == nullptr) {
      return fail(Errc::internal,
                  "rows of tenant " + std::to_string(no.value) + ", which is not known");
    }
    bool const few = before != nullptr && changed.only_few_members();
    TRY(auto directory, few ? edited(*before, changed) : rebuilt(before, changed));
    if (out->directories.size() < no.value) out->directories.resize(no.value);
    out->directories[no.value - 1] = std::move(directory);
  }
  if (!rows.developers.empty() || !rows.apps.empty() || !rows.installations.empty()) {
    auto apps = std::make_shared<AppRegistry>(*base.apps);
    for (auto const& developer : rows.developers) apps->put(developer);
    for (auto const& app : rows.apps) apps->put(app);
    for (auto const& installation : rows.installations) apps->put(installation);
    out->apps = std::move(apps);
  }
  if (!rows.operators.empty()) {
    auto operators = std::make_shared<OperatorRegistry>(*base.operators);
    for (auto const& account : rows.operators) operators->put(account);
    out->operators = std::move(operators);
  }
  return std::shared_ptr<Organisation const>(std::move(out));
}

}  // namespace carillon

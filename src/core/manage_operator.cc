#include "core/manage_operator.h"

#include <utility>

#include "core/apply_import.h"

namespace carillon {
namespace {

Result<Operator> get_operator(View const& view, std::string const& name) {
  auto const* account = view.organisation()->operators->find(name);
  if (account == nullptr) return fail(Errc::not_found, "operator \"" + name + "\"");
  return *account;
}

// A copy of the organisation with this account, and the row for it.
template <class Answer>
Decided<Answer> put_operator(View const& view, Operator const& account, Answer answer) {
  auto const now = view.organisation();
  auto registry = std::make_shared<OperatorRegistry>(*now->operators);
  registry->put(account);
  auto changed = std::make_shared<Organisation>(*now);
  changed->operators = std::move(registry);
  ++changed->version;
  Decided<Answer> out{{}, std::move(answer), std::move(changed)};
  out.change.directory.operators.push_back(account);
  return out;
}

Result<void> check_name(std::string_view name) {
  if (is_operator_name(name)) return {};
  return fail(Errc::invalid_field, "name must be 1 to 64 letters, digits and ._@+-");
}

Decided<Operator> add_operator(View const& view, NewOperator const& command) {
  auto const organisation = view.organisation();
  auto const& registry = *organisation->operators;
  Operator account;
  account.no = registry.next();
  if (auto const* before = registry.find_removed(command.name)) {
    account.no = before->no;
    account.revision = before->revision + 1;
  }
  account.name = command.name;
  account.role = command.role;
  account.password_hash = command.password_hash;
  account.created_at = view.now();
  return put_operator(view, account, account);
}

}  // namespace

Result<Decided<Operator>> create_operator(View& view, NewOperator const& command) {
  CHECK_OK(check_no_import(view));
  CHECK_OK(check_name(command.name));
  auto const organisation = view.organisation();
  if (organisation->operators->find(command.name) != nullptr) {
    return fail(Errc::already_exists, "operator \"" + command.name + "\"");
  }
  return add_operator(view, command);
}

Result<Decided<Operator>> admit_operator(View& view, std::string const& name, Role role) {
  CHECK_OK(check_no_import(view));
  CHECK_OK(check_name(name));
  auto const full_name = std::string(kVouchedPrefix) + name;
  auto const organisation = view.organisation();
  auto const* account = organisation->operators->find(full_name);
  if (account == nullptr) return add_operator(view, {full_name, role, {}});
  if (account->role == role) return Decided<Operator>{{}, *account, nullptr};
  return patch_operator(view, {full_name, role, std::nullopt});
}

Result<Decided<Operator>> patch_operator(View& view, OperatorPatch const& command) {
  CHECK_OK(check_no_import(view));
  TRY(auto account, get_operator(view, command.name));
  if (!command.role && !command.password_hash) return Decided<Operator>{{}, account, nullptr};
  if (command.role) account.role = *command.role;
  if (command.password_hash) account.password_hash = *command.password_hash;
  ++account.revision;
  return put_operator(view, account, account);
}

Result<Decided<Nothing>> remove_operator(View& view, std::string const& name) {
  CHECK_OK(check_no_import(view));
  TRY(auto account, get_operator(view, name));
  account.removed = true;
  account.password_hash.clear();
  ++account.revision;
  return put_operator(view, account, Nothing{});
}

}  // namespace carillon

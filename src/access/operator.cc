#include "access/operator.h"

#include <algorithm>
#include <array>
#include <utility>

namespace carillon {
namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr std::array<std::pair<Role, std::string_view>, 3> kRoles{
    {{Role::viewer, "viewer"}, {Role::sender, "sender"}, {Role::admin, "admin"}}};

Operator const* find_named(std::vector<Operator> const& operators, std::string_view name,
                           bool removed) {
  auto const at = std::find_if(operators.begin(), operators.end(), [&](Operator const& account) {
    return account.no && account.name == name && account.removed == removed;
  });
  return at == operators.end() ? nullptr : &*at;
}

}  // namespace

std::string_view role_name(Role role) { return kRoles[static_cast<std::size_t>(role) - 1].second; }

std::optional<Role> find_role(std::string_view name) {
  for (auto const& [role, known] : kRoles) {
    if (known == name) return role;
  }
  return std::nullopt;
}

bool is_operator_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("._@+-").find(c) != std::string_view::npos;
         });
}

Operator const* OperatorRegistry::find(std::string_view name) const {
  return find_named(operators_, name, false);
}
Operator const* OperatorRegistry::find_removed(std::string_view name) const {
  return find_named(operators_, name, true);
}

Operator const* OperatorRegistry::find(OperatorNo no) const {
  if (!no || no.value > operators_.size()) return nullptr;
  auto const& account = operators_[no.value - 1];
  return account.no && !account.removed ? &account : nullptr;
}

void OperatorRegistry::put(Operator account) {
  auto const index = account.no.value - 1;
  if (operators_.size() <= index) operators_.resize(index + 1);
  operators_[index] = std::move(account);
}

}  // namespace carillon

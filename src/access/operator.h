// The people who run the server: their names, roles and passwords.
//
// Shape   A role may do everything that the ones before it may. `revision` rises with every change
//         of role or password and with removal; sessions hold it, and so end. A removed operator
//         stays as a row, so that their number is never given to somebody else.
// Source  docs/decisions/0015-sign-in.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/number.h"

namespace carillon {

struct OperatorTag {};
using OperatorNo = Number<OperatorTag>;  // from 1 on

enum class Role : std::uint8_t {
  viewer = 1,  // sees everything
  sender = 2,  // also sends, recalls, pauses
  admin = 3,   // also apps, directory, operators
};
std::string_view role_name(Role role);
std::optional<Role> find_role(std::string_view name);

struct Operator {
  OperatorNo no;
  std::string name;
  Role role = Role::viewer;
  std::string password_hash;  // crypto/password.h; empty: no password
  std::uint32_t revision = 1;
  Time created_at{};
  bool removed = false;

  friend bool operator==(Operator const&, Operator const&) = default;
};

// Letters, digits and "._@+-", 1 to 64 of them.
bool is_operator_name(std::string_view name);
// Before the names of those whom the OpenID provider vouches for; no name given here has it.
inline constexpr std::string_view kVouchedPrefix = "oidc:";

class OperatorRegistry {
 public:
  // Null also if they were removed.
  Operator const* find(std::string_view name) const;
  Operator const* find(OperatorNo no) const;
  Operator const* find_removed(std::string_view name) const;
  std::vector<Operator> const& all() const { return operators_; }  // by number, removed ones too
  OperatorNo next() const { return OperatorNo{static_cast<std::uint32_t>(operators_.size() + 1)}; }
  void put(Operator account);  // replaces the one of that number

 private:
  std::vector<Operator> operators_;  // operators_[no - 1]
};

}  // namespace carillon

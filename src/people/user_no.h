// UserNo: a user of one tenant as a dense number, a bit in a set. Never reused or renumbered.
#pragma once

#include "base/number.h"

namespace carillon {

struct UserTag {};
using UserNo = Number<UserTag, std::uint32_t>;

// A block is 65,536 neighbouring UserNos: the unit in which delivery moves and inboxes are kept.
using BlockNo = std::uint32_t;
inline constexpr std::uint64_t kBlockUsers = 65536;
constexpr BlockNo block_of(UserNo user) { return user.value >> 16; }

}  // namespace carillon

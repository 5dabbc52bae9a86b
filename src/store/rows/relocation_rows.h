// The mark of a move, as it lies packed in a row.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/relocation.h"

namespace carillon::rows {

std::string pack_relocation(Relocation const& relocation);
// No bytes: no move.
// Errors  internal: damaged bytes; any may be given.
Result<Relocation> read_relocation(std::string_view bytes);

}  // namespace carillon::rows

// A change as it lies in the log, for the memory of the other servers (ledger/change_log.h).
//
// Shape   Sections, each with its number and how many things follow; a change that touches little
//         is some dozen bytes. A later version may add sections: whoever does not know one must
//         not go on without it.
// Errors  internal: an unknown section, or damaged bytes; any bytes may be given.
#pragma once

#include <string>
#include <string_view>

#include "ledger/change.h"

namespace carillon::postgres {

std::string pack_log_entry(Change const& change);
Result<Change> read_log_entry(std::string_view bytes);

}  // namespace carillon::postgres

// What is read whole at start: what memory keeps of the store, and the directory.
//
// Shape   Pages of some thousand rows in the order of their keys, each beginning after the last
//         one's end, inside an instant: no cursor stays open, and memory holds a page at a time.
// Cost    About 1.5 us a user, of which the database uses half.
#pragma once

#include <functional>

#include "ledger/ledger.h"
#include "store/postgres/session.h"

namespace carillon::postgres {

// Both inside an instant of the session.
Result<StoredState> load_state(Session& session, Time now);
Result<void> load_directory(Session& session,
                            std::function<Result<void>(DirectoryRows&& some_rows)> const& take);

Result<std::string> read_meta(Session& session, std::string_view name);
Result<std::uint64_t> read_meta_number(Session& session, std::string_view name);

}  // namespace carillon::postgres

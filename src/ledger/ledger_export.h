// All rows of a store that the rest of the port does not enumerate, page by page: for moving to
// another store.
//
// Shape   A page is appended to a Change that writes the same rows to an empty store; the tables in
//         the order of ExportTable, each row finds there what it needs. Slices come in the order of
//         their seqs, from which the runs of inbox entries are made.
//         A place in a table means something to the store that gave it only, and as long as nobody
//         writes there.
// Errors  unavailable; internal: a row is damaged.
// Cost    Blocking, one thread. A page is some megabytes at most, or one row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/change.h"

namespace carillon {

enum class ExportTable : std::uint8_t {
  user_details = 0,
  department_details = 1,
  batches = 2,
  slices = 3,
  receipts = 4,
  quota = 5,  // of all days
  calls = 6,  // the oldest first; how long each was to be kept is not told: nobody asks for it
  media = 7,
  app_chats = 8,
  events = 9,  // with what became of them
  event_tallies = 10,
  push = 11,
  spent_tokens = 12,
  counters = 13,
};
inline constexpr std::size_t kExportTables = 14;

struct ExportPage {
  std::size_t rows = 0;  // none: the table is at its end
  std::string last;      // the place of the last one
};

class LedgerExport {
 public:
  virtual ~LedgerExport() = default;
  // The rows behind `after` (empty: from the first on), about `limit` at most.
  virtual Result<ExportPage> read(ExportTable table, std::string_view after, std::size_t limit,
                                  Change& out) = 0;
};

}  // namespace carillon

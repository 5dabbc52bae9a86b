// Moving house: everything in one store to another, of whichever kind either is.
//
// Shape   begin_move -> copy_rows -> compare_stores -> end_move, each of which may be called again
//         after a crash anywhere: what has been done is told by the marks of both stores
//         (ledger/relocation.h). Nobody else may write to either meanwhile; the caller sees to it.
//         It is a move and not a copy: ids stay as they are, so one store only may go on.
//         Whoever writes to a source that has a log of changes is found out, at the latest by
//         end_move(), which then fails.
// Errors  invalid_field: a sentence for the operator. unavailable, low_disk: a store was lost or is
//         full; call it again. Of begin_move: nothing was changed, unless a store was lost.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "relocation/row_sums.h"
#include "relocation/store_rows.h"

namespace carillon {

// What operators call the two stores.
struct MoveNames {
  std::string from;
  std::string to;
};

enum class MoveStart : std::uint8_t {
  fresh,     // from the beginning
  goes_on,   // from where it was
  was_done,  // there is nothing left to do
};

Result<MoveStart> begin_move(Ledger& from, Ledger& to, MoveNames const& names, Time now);

// `told` is called after each step, with the rows copied by this call so far; its error ends it.
Result<std::uint64_t> copy_rows(Ledger& from, Ledger& to, std::size_t rows_a_step,
                                std::function<Result<void>(std::uint64_t)> const& told);

// Whether the source is as it was when the move began, as far as its log of changes tells.
Result<void> check_unwritten(Ledger& from);

struct StoreComparison {
  RowSums rows;                      // of the source
  std::uint64_t batches = 0;         // whose books were recounted on both sides
  std::vector<BatchKey> torn;        // whose books do not balance, on either side alike
  std::vector<std::string> unequal;  // a sentence for what differs between the stores
};
Result<StoreComparison> compare_stores(Ledger& from, Ledger& to,
                                       std::function<Result<void>(std::uint64_t)> const& told);

// After a comparison that found nothing unequal.
Result<void> end_move(Ledger& from, Ledger& to);

// Makes the source of a move a store of its own again. If the move had come to its end, the other
// store may have gone on, so this one counts as a copy from then on: at its next start it makes ids
// that are not the other's, and its unfinished batches wait.
// Gives what its state was.
Result<RelocationState> take_back(Ledger& store, std::string const& name);

// Whether a server may start on the store, which is called `name`.
Result<void> check_at_home(Ledger& store, std::string const& name);

}  // namespace carillon

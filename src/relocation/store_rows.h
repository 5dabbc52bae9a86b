// All rows of a store, as changes that write the same rows to an empty one, in an order in which
// each finds there what it needs.
//
// Shape   First the directory, as the store streams it at start; then what the store exports, table
//         by table; then the audit log, newest first. Behind any of these steps the walk can be
//         taken up again, by the place that came with it, as long as nobody writes to the store.
// Errors  Those of the store and of `take`.
// Cost    Memory holds one step.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/ledger.h"

namespace carillon {

// Where a walk stands; good with the store that it goes through only.
struct RowsPlace {
  std::uint8_t stage = 0;
  std::string last;  // of the stage; empty: before its first row

  std::string text() const;
  static RowsPlace read(std::string_view text);  // of text(); empty: the beginning
};

inline constexpr std::size_t kRowsAStep = 4000;

Result<void> each_step(
    Ledger& store, RowsPlace from, std::size_t rows_a_step,
    std::function<Result<void>(Change&& rows, RowsPlace const& reached)> const& take);

}  // namespace carillon

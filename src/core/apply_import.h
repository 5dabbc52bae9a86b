// The three decisions of an import that was read, checked and staged: begin, rows, finish.
//
// Shape   Begin notes the staged file, each step writes some rows with how far it got, finish puts
//         the new organisation in force. A crash in between is carried on with at the next start.
// Source  design.md section 5. While one is under way nothing else changes directories or apps.
// Errors  import_running; already_exists if the organisation changed since the plan was made: plan
//         again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

Result<Decided<Nothing>> begin_import(View& view, std::uint64_t planned_on_version,
                                      std::string const& staged_file);
Decided<Nothing> apply_import_rows(std::string const& staged_file, std::uint64_t rows_done,
                                   DirectoryRows rows);
// Asked by every other decision that changes directories or apps.
// Errors  import_running.
Result<void> check_no_import(View const& view);
Decided<Nothing> finish_import(std::shared_ptr<Organisation const> after);

}  // namespace carillon

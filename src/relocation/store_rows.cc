#include "relocation/store_rows.h"

#include <charconv>
#include <memory>
#include <utility>

namespace carillon {
namespace {

using Take = std::function<Result<void>(Change&& rows, RowsPlace const& reached)>;

constexpr std::uint8_t kDirectoryStage = 0;
constexpr std::uint8_t kFirstExportStage = 1;
constexpr std::uint8_t kAuditStage = kFirstExportStage + kExportTables;

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The order of the stream is always the same, so a place in it is how many rows came before.
Result<void> walk_directory(Ledger& store, std::uint64_t done, Take const& take) {
  std::uint64_t seen = 0;
  return store.load_directory([&](DirectoryRows&& rows) -> Result<void> {
    seen += rows.size();
    if (seen <= done) return {};
    // Of a lot that came in part, all: rows of the directory may be written again.
    Change step;
    step.directory = std::move(rows);
    return take(std::move(step), {kDirectoryStage, std::to_string(seen)});
  });
}

Result<void> walk_tables(Ledger& store, RowsPlace from, std::size_t rows_a_step, Take const& take) {
  TRY(auto const source, store.open_export());
  for (auto stage = from.stage; stage < kAuditStage; ++stage) {
    auto const table = static_cast<ExportTable>(stage - kFirstExportStage);
    for (auto last = std::exchange(from.last, {});;) {
      Change step;
      TRY(auto page, source->read(table, last, rows_a_step, step));
      if (page.rows == 0) break;
      last = std::move(page.last);
      CHECK_OK(take(std::move(step), {stage, last}));
    }
  }
  return {};
}

Result<void> walk_audit(Ledger& store, AuditNo before, std::size_t rows_a_step, Take const& take) {
  TRY(auto const reader, store.open_reader());
  for (;;) {
    Change step;
    TRY(step.audit, reader->audit(before, rows_a_step));
    if (step.audit.empty()) return {};
    before = step.audit.back().no;
    CHECK_OK(take(std::move(step), {kAuditStage, std::to_string(before.value)}));
  }
}

}  // namespace

std::string RowsPlace::text() const {
  std::string out(1, static_cast<char>(stage));
  return out + last;
}

RowsPlace RowsPlace::read(std::string_view text) {
  if (text.empty()) return {};
  return {static_cast<std::uint8_t>(text.front()), std::string(text.substr(1))};
}

Result<void> each_step(Ledger& store, RowsPlace from, std::size_t rows_a_step, Take const& take) {
  if (from.stage == kDirectoryStage) {
    CHECK_OK(walk_directory(store, number_of(from.last), take));
    from = {kFirstExportStage, {}};
  }
  AuditNo audited;
  if (from.stage < kAuditStage) {
    CHECK_OK(walk_tables(store, std::move(from), rows_a_step, take));
  } else {
    audited = AuditNo{number_of(from.last)};
  }
  return walk_audit(store, audited, rows_a_step, take);
}

}  // namespace carillon

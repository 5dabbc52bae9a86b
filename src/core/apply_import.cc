#include "core/apply_import.h"

#include <utility>

namespace carillon {

Result<void> check_no_import(View const& view) {
  if (view.import().staged_file.empty()) return {};
  return fail(Errc::import_running, "an import is being applied; try again when it is done");
}

Result<Decided<Nothing>> begin_import(View& view, std::uint64_t planned_on_version,
                                      std::string const& staged_file) {
  CHECK_OK(check_no_import(view));
  if (view.organisation()->version != planned_on_version) {
    return fail(Errc::already_exists, "the organisation was changed while the import was read");
  }
  Decided<Nothing> out;
  out.change.import = ImportProgress{staged_file, 0};
  return out;
}

Decided<Nothing> apply_import_rows(std::string const& staged_file, std::uint64_t rows_done,
                                   DirectoryRows rows) {
  Decided<Nothing> out;
  out.change.directory = std::move(rows);
  out.change.import = ImportProgress{staged_file, rows_done};
  return out;
}

Decided<Nothing> finish_import(std::shared_ptr<Organisation const> after) {
  Decided<Nothing> out;
  out.change.import = ImportProgress{};
  out.organisation = std::move(after);
  return out;
}

}  // namespace carillon

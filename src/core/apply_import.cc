#include "core/apply_import.h"

#include <utility>

namespace carillon {

Result<Decided<Nothing>> begin_import(View& view, std::uint64_t planned_on_version,
                                      std::string const& staged_file) {
  if (!view.import().staged_file.empty()) {
    return fail(Errc::import_running, "another import is being applied; try again when it is done");
  }
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

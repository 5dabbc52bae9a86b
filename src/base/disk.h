// Making sure that what was written survives a power cut.
//
// Errors  low_disk if there is no room, else unavailable; with what failed and why.
// Cost    Waits for the disk.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace carillon {

// The failure that errno tells of: "WHAT: No space left on device".
Error disk_failure(std::string const& what);

Result<void> sync_file(std::filesystem::path const& file);
// That new names in the folder, and those gone from it, are remembered.
Result<void> sync_folder(std::filesystem::path const& folder);

}  // namespace carillon

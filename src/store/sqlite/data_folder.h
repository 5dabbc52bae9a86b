// The data folder: made if missing, locked by whoever writes, and its data file known again.
//
// Errors  unavailable, saying what is wrong, where, and what to do.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace carillon::sqlite {

std::filesystem::path data_file(std::filesystem::path const& folder);

// Makes the folder if it is missing, for this user only, and checks that it can be written.
Result<void> prepare_folder(std::filesystem::path const& folder);
// Makes an empty data file that only this user can read, unless there is one.
Result<void> prepare_data_file(std::filesystem::path const& folder);

// What a plain copy of the file does not share with it: its inode and when that was made. (Device
// numbers are left out where the second is known: they change when machines restart.) Empty if it
// cannot be told.
std::string file_identity(std::filesystem::path const& file);

// Held by the one server or import that writes to a folder; released with the object, or when the
// process ends in whatever way.
class FolderLock {
 public:
  static Result<FolderLock> take(std::filesystem::path const& folder);
  FolderLock() = default;  // holds nothing
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int file_ = -1;
};

}  // namespace carillon::sqlite

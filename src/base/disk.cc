#include "base/disk.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace carillon {
namespace {

Result<void> sync_path(std::filesystem::path const& path, int flags) {
  int const opened = open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
  if (opened < 0) return disk_failure(path.string() + " cannot be opened");
  bool const synced =
      fsync(opened) == 0 || errno == EINVAL;  // some file systems have no such thing
  auto error = disk_failure(path.string() + " did not reach the disk");
  close(opened);
  if (synced) return {};
  return error;
}

}  // namespace

Error disk_failure(std::string const& what) {
  bool const full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? Errc::low_disk : Errc::unavailable, what + ": " + std::strerror(errno));
}

Result<void> sync_file(std::filesystem::path const& file) { return sync_path(file, 0); }

Result<void> sync_folder(std::filesystem::path const& folder) {
  return sync_path(folder, O_DIRECTORY);
}

}  // namespace carillon

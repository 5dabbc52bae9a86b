#include "store/sqlite/data_folder.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/disk.h"

namespace carillon::sqlite {
namespace {

constexpr mode_t kOwnFile = 0600;

Error failed(std::string const& what, std::string const& advice) {
  auto const reason = std::string(std::strerror(errno));
  return fail(errno == ENOSPC ? Errc::low_disk : Errc::unavailable,
              what + ": " + reason + "; " + advice);
}

std::string read_owner(int file) {
  char text[32] = {};
  auto const size = pread(file, text, sizeof text - 1, 0);
  std::string owner(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!owner.empty() && owner.back() == '\n') owner.pop_back();
  return owner;
}

}  // namespace

std::filesystem::path data_file(std::filesystem::path const& folder) {
  return folder / "carillon.db";
}

Result<void> prepare_folder(std::filesystem::path const& folder) {
  std::error_code code;
  if (!std::filesystem::is_directory(folder, code)) {
    std::filesystem::create_directories(folder, code);
    if (code) {
      return fail(Errc::unavailable, "the data folder " + folder.string() + " cannot be made: " +
                                         code.message() + "; make it, or name another with --data");
    }
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, code);
  }
  if (access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    return failed("the data folder " + folder.string() + " cannot be written",
                  "give it to the user that the server runs as, or name another with --data");
  }
  return {};
}

Result<void> prepare_data_file(std::filesystem::path const& folder) {
  int const file = open(data_file(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnFile);
  if (file < 0) {
    return failed(data_file(folder).string() + " cannot be opened",
                  "the folder and the files in it must be writable for this user");
  }
  close(file);
  return sync_folder(folder);
}

std::string file_identity(std::filesystem::path const& file) {
  struct statx facts {};
  if (statx(AT_FDCWD, file.c_str(), 0, STATX_INO | STATX_BTIME, &facts) != 0) return {};
  auto identity = std::to_string(facts.stx_ino) + ":";
  if ((facts.stx_mask & STATX_BTIME) != 0) {
    return identity + std::to_string(facts.stx_btime.tv_sec) + "." +
           std::to_string(facts.stx_btime.tv_nsec);
  }
  return identity + std::to_string(facts.stx_dev_major) + "-" + std::to_string(facts.stx_dev_minor);
}

Result<FolderLock> FolderLock::take(std::filesystem::path const& folder) {
  auto const path = folder / "carillon.lock";
  FolderLock lock;
  lock.file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnFile);
  if (lock.file_ < 0) {
    return failed(path.string() + " cannot be opened",
                  "the folder and the files in it must be writable for this user");
  }
  if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return failed(path.string() + " cannot be locked", "the file system must support flock");
    }
    auto const owner = read_owner(lock.file_);
    return fail(Errc::unavailable, "another carillon" +
                                       (owner.empty() ? "" : " (process " + owner + ")") +
                                       " is using the data folder " + folder.string() +
                                       "; stop it first, or name another folder with --data");
  }
  auto const owner = std::to_string(getpid()) + "\n";
  if (ftruncate(lock.file_, 0) == 0) {
    // Only a hint for the message above, so a full disk does not matter here.
    [[maybe_unused]] auto const written = pwrite(lock.file_, owner.data(), owner.size(), 0);
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace carillon::sqlite

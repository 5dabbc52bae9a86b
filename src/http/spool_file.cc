#include "http/spool_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace carillon::http {
namespace {

Error failed(std::string_view what) {
  bool const full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? Errc::low_disk : Errc::internal,
              std::string(what) + " an upload: " + std::strerror(errno));
}

}  // namespace

SpoolFile::SpoolFile(std::string folder, std::string ending)
    : folder_(std::move(folder)), ending_(std::move(ending)) {}

SpoolFile::~SpoolFile() {
  if (file_ < 0) return;
  close(file_);
  unlink(path_.c_str());
}

Result<void> SpoolFile::append(std::string_view bytes) {
  if (bytes.empty()) return {};
  CHECK_OK(open());
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    auto const n = write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("writing");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

std::string SpoolFile::take() {
  if (file_ < 0) return {};
  close(std::exchange(file_, -1));
  return path_;
}

Result<void> SpoolFile::open() {
  if (file_ >= 0) return {};
  mkdir(folder_.c_str(), 0700);  // usually there; if it cannot be made, the file cannot either
  auto name = folder_ + "/" + std::string(kSpoolFilePrefix) + "XXXXXX" + ending_;
  // Made readable for this user only: it may hold people's data and apps' secrets.
  file_ = mkostemps(name.data(), static_cast<int>(ending_.size()), O_CLOEXEC);
  if (file_ < 0) return failed("creating");
  path_ = std::move(name);
  return {};
}

}  // namespace carillon::http

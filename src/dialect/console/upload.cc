#include "dialect/console/upload.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "crypto/crypto.h"

namespace carillon::console {
namespace {

Error failed(std::string_view what) {
  bool const full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? Errc::low_disk : Errc::internal,
              std::string(what) + " an upload: " + std::strerror(errno));
}

}  // namespace

Upload::Upload(std::string folder, std::string ending) : folder_(std::move(folder)) {
  std::uint8_t name[16];
  random_bytes(name, sizeof(name));
  path_ = folder_ + "/upload-" + to_hex(name, sizeof(name)) + ending;
}

Upload::~Upload() {
  if (file_ < 0) return;
  close(file_);
  unlink(path_.c_str());
}

Result<void> Upload::append(std::string_view bytes) {
  if (bytes.empty()) return {};
  CHECK_OK(open());
  while (!bytes.empty()) {
    auto const n = write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("writing");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

std::string Upload::take() {
  if (file_ < 0) return {};
  close(std::exchange(file_, -1));
  return path_;
}

Result<void> Upload::open() {
  if (file_ >= 0) return {};
  mkdir(folder_.c_str(), 0700);  // usually there; if it cannot be made, the file cannot either
  // It holds people's data and apps' secrets: nobody else's to read.
  file_ = ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file_ < 0) return failed("creating");
  return {};
}

}  // namespace carillon::console

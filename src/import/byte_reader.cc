#include "import/byte_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>

namespace carillon {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

}  // namespace

Result<ByteReader> ByteReader::open(std::string const& path) {
  ByteReader out;
  out.file_.reset(std::fopen(path.c_str(), "rbe"));
  struct stat status {};
  if (!out.file_ || fstat(fileno(out.file_.get()), &status) != 0 || !S_ISREG(status.st_mode)) {
    auto const why = out.file_ ? "it is no regular file" : std::strerror(errno);
    return fail(Errc::unavailable, "cannot read " + path + ": " + why);
  }
  std::setvbuf(out.file_.get(), nullptr, _IONBF, 0);
  out.buffer_.resize(kBufferBytes);
  if (out.at_hand().starts_with("\xef\xbb\xbf")) out.take(3);  // a byte order mark says nothing
  return out;
}

bool ByteReader::fill() {
  auto const n = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
  at_ = buffer_.data();
  end_ = at_ + n;
  return n != 0;
}

bool ByteReader::read_line(std::string& out, std::size_t bytes_max) {
  out.clear();
  if (peek() == kEnd) return false;
  for (auto more = at_hand(); !more.empty(); more = at_hand()) {
    auto const end = more.find('\n');
    out.append(more.substr(0, end));
    if (out.size() > bytes_max) return false;
    if (end == std::string_view::npos) {
      take(more.size());
      continue;
    }
    take(end);
    get();
    break;
  }
  if (out.ends_with('\r')) out.pop_back();
  return true;
}

}  // namespace carillon

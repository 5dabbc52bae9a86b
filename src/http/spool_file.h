// Files that bodies, or parts of them, are spooled into while they are read.
//
// Shape   A SpoolFile is made with its first bytes, on the thread that may wait for the disk, and
//         removed again unless it was taken over with take(). A SpooledBody is a whole body in one.
// Errors  low_disk if there is no room; internal for any other failure of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/body_sink.h"

namespace carillon::http {

class SpoolFile {
 public:
  // `folder` is made if it is not there; `ending` is the end of the file's name, with its dot.
  explicit SpoolFile(std::string folder, std::string ending = {});
  ~SpoolFile();
  SpoolFile(SpoolFile const&) = delete;
  SpoolFile& operator=(SpoolFile const&) = delete;

  Result<void> append(std::string_view bytes);
  std::uint64_t bytes() const { return bytes_; }
  // Empty if there were no bytes at all, and so no file.
  std::string const& path() const { return path_; }
  // Everything was appended: the path of the whole file, which is the caller's from now on.
  std::string take();

 private:
  Result<void> open();

  std::string folder_;
  std::string ending_;
  std::string path_;
  std::uint64_t bytes_ = 0;
  int file_ = -1;
};

// What such files are called, so that those of a process that was killed can be found.
inline constexpr std::string_view kSpoolFilePrefix = "upload-";

class SpooledBody final : public BodySink {
 public:
  explicit SpooledBody(std::string folder, std::string ending)
      : file_(std::move(folder), std::move(ending)) {}
  Result<void> append(std::string_view bytes) override { return file_.append(bytes); }
  std::string take() { return file_.take(); }

 private:
  SpoolFile file_;
};

}  // namespace carillon::http

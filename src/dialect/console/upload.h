// A body that is spooled into a file of its own while it is read.
//
// Shape   The file is made with the first bytes, on the thread that may wait for the disk, and
//         removed again unless it was taken over with take().
// Errors  low_disk if there is no room; internal for any other failure of the file.
#pragma once

#include <string>
#include <string_view>

#include "http/body_sink.h"

namespace carillon::console {

class Upload final : public http::BodySink {
 public:
  // `folder` is made if it is not there; `ending` is the end of the file's name, with its dot.
  Upload(std::string folder, std::string ending);
  ~Upload() override;
  Upload(Upload const&) = delete;

  Result<void> append(std::string_view bytes) override;
  // Everything was appended: the path of the whole file, which is the caller's from now on.
  // Empty if there were no bytes at all, and so no file.
  std::string take();

 private:
  Result<void> open();

  std::string folder_;
  std::string path_;
  int file_ = -1;
};

}  // namespace carillon::console

// Where the body of a large upload goes while it is being read, so that it never lies in memory.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace carillon::http {

class BodySink {
 public:
  virtual ~BodySink() = default;
  // Called in order on a thread that may wait for the disk; never two at a time for one sink.
  // A failure ends the request with the route's error answer.
  virtual Result<void> append(std::string_view bytes) = 0;
};

}  // namespace carillon::http

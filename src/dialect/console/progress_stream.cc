#include "dialect/console/progress_stream.h"

namespace carillon::console {

std::optional<std::string> ProgressStream::next() {
  if (done_) return std::nullopt;
  auto const record = find_();
  if (!record) return std::nullopt;
  done_ = record->finished() && end_ == StreamEnd::when_done;
  if (record->revision == seen_) return done_ ? std::nullopt : std::optional<std::string>("");
  seen_ = record->revision;
  return "event: progress\nid: " + std::to_string(seen_) + "\ndata: " + render_(*record) + "\n\n";
}

}  // namespace carillon::console

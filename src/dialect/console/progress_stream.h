// The Server-Sent Events of one batch: `progress` whenever its record changed.
//
// Shape   Each event's data is the batch's progress as JSON, its id the record's revision. The
//         stream ends after the event that shows the batch done (sent or recalled), unless it
//         follows on for reads and recalls; it ends as soon as the caller may not see the batch
//         any more, or the batch is gone.
// Cost    A look into memory each time; owned and called by one connection.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "batch/batch.h"
#include "http/event_stream.h"

namespace carillon::console {

enum class StreamEnd : std::uint8_t { when_done, follow };

class ProgressStream final : public http::EventStream {
 public:
  using Find = std::function<std::optional<BatchRecord>()>;  // nothing: gone, or not theirs now
  using Render = std::function<std::string(BatchRecord const&)>;

  // `last_revision`: what the client has seen before, 0: nothing.
  ProgressStream(Find find, Render render, StreamEnd end, std::uint32_t last_revision)
      : find_(std::move(find)), render_(std::move(render)), end_(end), seen_(last_revision) {}

  std::optional<std::string> next() override;

 private:
  Find find_;
  Render render_;
  StreamEnd end_;
  std::uint32_t seen_;
  bool done_ = false;
};

}  // namespace carillon::console

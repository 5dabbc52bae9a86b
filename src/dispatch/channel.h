// A way out to people who are connected now. The stored inbox is the truth: a channel is told of
// what is already on disk, may drop it, and repairs itself from the inbox.
#pragma once

#include <span>

#include "batch/batch.h"
#include "batch/batch_store.h"

namespace carillon {

class Channel {
 public:
  virtual ~Channel() = default;
  // Slices of one commit, and the records of batches whose recall it accepted, each in seq order a
  // tenant; readers see both by now. The writer thread: do not wait.
  virtual void committed(std::span<Slice const> slices, std::span<BatchRecord const> recalls) = 0;
};

}  // namespace carillon

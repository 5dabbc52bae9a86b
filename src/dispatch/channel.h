// A way out to people who are connected now. The stored inbox is the truth: a channel is told of
// what is already on disk, may drop it, and repairs itself from the inbox.
#pragma once

#include <span>

#include "batch/batch.h"
#include "batch/batch_store.h"
#include "batch/content.h"

namespace carillon {

class Channel {
 public:
  virtual ~Channel() = default;
  // Slices and recalls of one commit, in seq order a tenant. The writer thread: do not wait.
  virtual void delivered(std::span<Slice const> slices) = 0;
  virtual void recalled(BatchRecord const& record) = 0;
};

}  // namespace carillon

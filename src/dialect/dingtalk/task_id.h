// Task ids: a batch's coordinates as one number below 2^52, which every client reads exactly.
//
// Shape   check 4 bits, generation 8, batch 40, scattered by a permutation that the installation's
//         key chooses: no table, no lookup. Neighbours look unrelated, most numbers are none. It
//         hides how much is sent, not a secret: whose a batch is, is asked after it was found.
// Source  design.md section 3. The generation rises when a copy of a backup is started, so that its
//         new ids never collide with the original's.
// Cost    A few nanoseconds either way. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "batch/batch.h"
#include "crypto/crypto.h"

namespace carillon::dingtalk {

class TaskIds {
 public:
  explicit TaskIds(Key const& installation_key);

  struct Task {
    BatchNo batch;
    std::uint8_t generation = 0;

    friend bool operator==(Task const&, Task const&) = default;
  };
  std::int64_t number(Task const& task) const;
  // Empty if number() made no such number.
  std::optional<Task> find(std::int64_t number) const;

 private:
  std::uint64_t factors_[2];   // odd
  std::uint64_t inverses_[2];  // of the factors
};

}  // namespace carillon::dingtalk

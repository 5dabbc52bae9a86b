// A SQLite VFS on which the power can be cut: what was written but not synced is lost, or torn.
//
// Shape   A shim over the system's VFS. Files are written through, so that SQLite works as always;
//         beside each, the shim keeps what a disk would hold after the last sync, and the writes,
//         truncations and deletions since. At the cut every call begins to fail; once all
//         connections are closed, restore() puts the files into the state a disk would have.
//         A new name in the folder is durable once any log or journal was synced, which is when
//         SQLite syncs the folder. As SQLite assumes of disks (powersafe overwrite), a torn write
//         never changes bytes outside its own range.
// Cost    Nothing is really synced; images are in memory. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace carillon::testing {

class PowerCutVfs {
 public:
  // What of the unsynced is gone: all of it, or any sectors of 512 bytes and halves of them.
  enum class Loss : std::uint8_t { everything, torn };
  // In the middle of what the cut came.
  enum class Moment : std::uint8_t { none, log_write, log_sync, data_write, data_sync, other };

  explicit PowerCutVfs(std::uint64_t seed);
  ~PowerCutVfs();

  std::string const& name() const;

  // The cut comes instead of the n-th write, truncation, deletion or sync from now.
  void cut_after(std::uint64_t operations);
  void never_cut();
  bool is_cut() const;
  Moment moment() const;

  // With all connections closed: the files as a disk would hold them; then there is power again.
  void restore(Loss loss);

  // Syncs answer well and do nothing: a disk that lies.
  void ignore_syncs();
  // Syncs fail, as on a disk that breaks.
  void fail_syncs();

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace carillon::testing

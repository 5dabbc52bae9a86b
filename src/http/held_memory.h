// The memory held for peers that are slow: requests not yet complete, answers not yet fetched.
// Together it is bounded; whoever has made no progress the longest makes room.
//
// Shape   Holders stand in the order of their last progress, those of little and those of much
//         memory each in a line of their own. When the sum is over the limit, the first of the line
//         that holds more are told to leave, by a call that must only post: their own threads then
//         give the memory back. So a flood of large requests pushes out no small ones.
// Errors  hold() fails when nobody else is left to make room, or the holder was told to leave.
// Cost    One lock; requests that come in one read and answers that go in one write come not here.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>

namespace carillon::http {

class HeldMemory {
 public:
  explicit HeldMemory(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  class Holder {
   public:
    Holder() = default;
    Holder(Holder const&) = delete;
    Holder& operator=(Holder const&) = delete;
    // Called at most once between two releases, under the lock, from any thread.
    virtual void leave() = 0;

   protected:
    virtual ~Holder() = default;

   private:
    friend class HeldMemory;
    std::size_t bytes_ = 0;
    bool listed_ = false;
    bool leaving_ = false;
    std::list<Holder*>::iterator place_;
  };

  // Progress: the holder needs `bytes` from now on. If that fails it keeps what it had.
  [[nodiscard]] bool hold(Holder& holder, std::size_t bytes);
  // The holder needs nothing any more and may be destroyed.
  void release(Holder& holder);
  bool told_to_leave(Holder const& holder);

  std::size_t bytes_max() const { return bytes_max_; }
  std::uint64_t bytes() const { return total_.load(std::memory_order_relaxed); }
  std::uint64_t evicted() const { return evicted_.load(std::memory_order_relaxed); }

 private:
  struct Line {
    std::list<Holder*> by_progress;  // longest without progress first
    std::size_t bytes = 0;           // of all who stand in it
  };

  bool small(std::size_t bytes) const;
  Line& line_of(std::size_t bytes) { return small(bytes) ? small_ : large_; }
  bool make_room(Holder const& wanting, std::size_t bytes);
  void take_out(Holder& holder);

  std::size_t const bytes_max_;
  std::mutex mutex_;
  Line small_;  // guarded by mutex_
  Line large_;  // guarded by mutex_
  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> evicted_{0};
};

}  // namespace carillon::http

#include "http/held_memory.h"

namespace carillon::http {
namespace {

// A request of at most this part of the limit is small.
constexpr std::size_t kSmallPart = 100;

}  // namespace

bool HeldMemory::hold(Holder& holder, std::size_t bytes) {
  std::lock_guard const lock(mutex_);
  if (holder.leaving_) return false;
  if (bytes > holder.bytes_ && !make_room(holder, bytes - holder.bytes_)) return false;
  if (holder.listed_) {
    by_progress_.splice(by_progress_.end(), by_progress_, holder.place_);
  } else {
    holder.place_ = by_progress_.insert(by_progress_.end(), &holder);
    holder.listed_ = true;
  }
  total_.fetch_add(bytes - holder.bytes_, std::memory_order_relaxed);  // modulo 2^64
  holder.bytes_ = bytes;
  return true;
}

bool HeldMemory::make_room(Holder const& wanting, std::size_t bytes) {
  auto const wanted = total_.load(std::memory_order_relaxed) + bytes;
  // Those told to leave still hold their memory for a moment: that moment is bounded, too. The last
  // of that room is for small requests, whose senders do not feel a flood of large ones.
  bool const small = bytes <= bytes_max_ / kSmallPart;
  if (wanted > bytes_max_ + bytes_max_ / (small ? 2 : 4)) return false;
  while (wanted - leaving_ > bytes_max_) {
    auto victim = by_progress_.begin();
    if (victim != by_progress_.end() && *victim == &wanting) ++victim;
    if (victim == by_progress_.end()) return false;
    auto& holder = **victim;
    by_progress_.erase(victim);
    holder.listed_ = false;
    holder.leaving_ = true;
    leaving_ += holder.bytes_;
    evicted_.fetch_add(1, std::memory_order_relaxed);
    holder.leave();
  }
  return true;
}

void HeldMemory::release(Holder& holder) {
  std::lock_guard const lock(mutex_);
  if (holder.listed_) by_progress_.erase(holder.place_);
  if (holder.leaving_) leaving_ -= holder.bytes_;
  total_.fetch_sub(holder.bytes_, std::memory_order_relaxed);
  holder.listed_ = false;
  holder.leaving_ = false;
  holder.bytes_ = 0;
}

bool HeldMemory::told_to_leave(Holder const& holder) {
  std::lock_guard const lock(mutex_);
  return holder.leaving_;
}

}  // namespace carillon::http

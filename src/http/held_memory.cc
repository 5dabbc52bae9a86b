#include "http/held_memory.h"

namespace carillon::http {
namespace {

// A holder of at most this part of the limit is small.
constexpr std::size_t kSmallPart = 64;

}  // namespace

bool HeldMemory::small(std::size_t bytes) const { return bytes <= bytes_max_ / kSmallPart; }

bool HeldMemory::hold(Holder& holder, std::size_t bytes) {
  std::lock_guard const lock(mutex_);
  if (holder.leaving_) return false;
  if (bytes > holder.bytes_ && !make_room(holder, bytes)) return false;
  auto& line = line_of(bytes);
  if (holder.listed_) {
    auto& before = line_of(holder.bytes_);
    line.by_progress.splice(line.by_progress.end(), before.by_progress, holder.place_);
    before.bytes -= holder.bytes_;
  } else {
    holder.place_ = line.by_progress.insert(line.by_progress.end(), &holder);
    holder.listed_ = true;
  }
  line.bytes += bytes;
  total_.fetch_add(bytes - holder.bytes_, std::memory_order_relaxed);  // modulo 2^64
  holder.bytes_ = bytes;
  return true;
}

bool HeldMemory::make_room(Holder const& wanting, std::size_t bytes) {
  // Those told to leave still hold their memory for a moment: that moment is bounded, too. The last
  // of that room is for small requests, whose senders do not feel a flood of large ones.
  auto const in_all = total_.load(std::memory_order_relaxed) + bytes - wanting.bytes_;
  if (in_all > bytes_max_ + bytes_max_ / (small(bytes) ? 2 : 8)) return false;
  auto const& mine = line_of(bytes);
  auto const wanted_of = [&](Line const& line) {
    auto const before = wanting.listed_ && &line == &line_of(wanting.bytes_) ? wanting.bytes_ : 0;
    return line.bytes - before + (&line == &mine ? bytes : 0);
  };
  while (wanted_of(small_) + wanted_of(large_) > bytes_max_) {
    auto const& line = wanted_of(small_) > wanted_of(large_) ? small_ : large_;
    auto victim = line.by_progress.begin();
    if (victim != line.by_progress.end() && *victim == &wanting) ++victim;
    if (victim == line.by_progress.end()) return false;
    auto& holder = **victim;
    take_out(holder);
    holder.leaving_ = true;
    evicted_.fetch_add(1, std::memory_order_relaxed);
    holder.leave();
  }
  return true;
}

void HeldMemory::take_out(Holder& holder) {
  auto& line = line_of(holder.bytes_);
  line.by_progress.erase(holder.place_);
  line.bytes -= holder.bytes_;
  holder.listed_ = false;
}

void HeldMemory::release(Holder& holder) {
  std::lock_guard const lock(mutex_);
  if (holder.listed_) take_out(holder);
  total_.fetch_sub(holder.bytes_, std::memory_order_relaxed);
  holder.leaving_ = false;
  holder.bytes_ = 0;
}

bool HeldMemory::told_to_leave(Holder const& holder) {
  std::lock_guard const lock(mutex_);
  return holder.leaving_;
}

}  // namespace carillon::http

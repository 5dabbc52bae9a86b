// Bytes that grow as they arrive and go back to the system when they are no longer needed.
//
// Cost    From 32 KiB on pages of its own, moved instead of copied when they grow and resident
//         only where written: a heap that has seen a hundred large bodies stays as small as before.
// Errors  Throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace carillon::http {

class Buffer {
 public:
  Buffer() = default;
  ~Buffer() { clear(); }
  Buffer(Buffer const&) = delete;
  Buffer& operator=(Buffer const&) = delete;

  // Makes room for `capacity_max` bytes at most ahead of time: the announced length, if any.
  void append(std::string_view bytes, std::size_t capacity_max);
  void clear();  // gives the memory back

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

 private:
  void grow(std::size_t capacity);

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  bool mapped_ = false;
};

}  // namespace carillon::http

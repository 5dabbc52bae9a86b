// Pile: an array of plain values that grows at its end without ever being held twice.
//
// Cost    realloc moves large blocks by remapping pages, so that growing neither copies nor needs
//         old and new at the same time; the reserve at the end is address space, not memory.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace carillon {

template <class T>
class Pile {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Pile() = default;
  Pile(Pile const& other) { append({other.data_, other.size_}); }
  Pile(Pile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Pile& operator=(Pile other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Pile() { std::free(data_); }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }
  T* data() { return data_; }
  T const* data() const { return data_; }
  T& operator[](std::size_t i) { return data_[i]; }
  T const& operator[](std::size_t i) const { return data_[i]; }

  void push_back(T value) { append({&value, 1}); }
  void append(std::span<T const> values) {
    if (values.empty()) return;
    auto const before = size_;
    reach(size_ + values.size());
    std::memcpy(static_cast<void*>(data_ + before), values.data(), values.size_bytes());
  }
  // Makes it at least that long; what is new is all zero bytes.
  void extend(std::size_t size) {
    if (size <= size_) return;
    auto const before = size_;
    reach(size);
    std::memset(static_cast<void*>(data_ + before), 0, (size - before) * sizeof(T));
  }
  // Gives back what was kept for growing.
  void shrink() {
    if (capacity_ == size_) return;
    if (size_ == 0) {
      std::free(std::exchange(data_, nullptr));
    } else if (auto* const fitted = std::realloc(static_cast<void*>(data_), bytes())) {
      data_ = static_cast<T*>(fitted);
    }
    capacity_ = size_;
  }

 private:
  void reach(std::size_t size) {
    if (size > capacity_) {
      auto capacity = capacity_ + capacity_ / 2 + 16;
      if (capacity < size) capacity = size;
      auto* const grown = std::realloc(static_cast<void*>(data_), capacity * sizeof(T));
      if (grown == nullptr) throw std::bad_alloc();
      data_ = static_cast<T*>(grown);
      capacity_ = capacity;
    }
    size_ = size;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace carillon

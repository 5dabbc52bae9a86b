#include "http/buffer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace carillon::http {
namespace {

constexpr std::size_t kMappedBytesMin = 32 * 1024;

}  // namespace

void Buffer::append(std::string_view bytes, std::size_t capacity_max) {
  auto const wanted = size_ + bytes.size();
  if (wanted > capacity_) grow(std::max(wanted, std::min(capacity_max, 2 * capacity_)));
  if (!bytes.empty()) std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ = wanted;
}

void Buffer::grow(std::size_t capacity) {
  if (capacity < kMappedBytesMin) {
    auto* const grown = static_cast<char*>(std::realloc(data_, capacity));
    if (!grown) throw std::bad_alloc();
    data_ = grown;
  } else {
    auto* const grown = mapped_ ? mremap(data_, capacity_, capacity, MREMAP_MAYMOVE)
                                : mmap(nullptr, capacity, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (grown == MAP_FAILED) throw std::bad_alloc();
    if (!mapped_) {
      if (size_ > 0) std::memcpy(grown, data_, size_);
      std::free(data_);
    }
    data_ = static_cast<char*>(grown);
    mapped_ = true;
  }
  capacity_ = capacity;
}

void Buffer::clear() {
  if (mapped_) {
    munmap(data_, capacity_);
  } else {
    std::free(data_);
  }
  data_ = nullptr;
  size_ = capacity_ = 0;
  mapped_ = false;
}

}  // namespace carillon::http

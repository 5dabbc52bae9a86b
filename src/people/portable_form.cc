#include "people/portable_form.h"

#include <cstdint>
#include <cstring>
#include <vector>

namespace carillon {
namespace {

constexpr std::uint32_t kCookie = 12346;
constexpr std::uint32_t kCookieWithRuns = 12347;  // in the lower half; above it the blocks less one
constexpr std::uint32_t kBlocksMax = 65536;
constexpr std::uint32_t kOffsetsFrom = 4;  // with runs, fewer blocks have no offsets
constexpr std::uint32_t kListMax = 4096;
constexpr std::size_t kBitmapBytes = 8192;

// Numbers are little endian, as on every machine that this is built for.
class Bytes {
 public:
  explicit Bytes(std::string_view all) : all_(all) {}

  std::size_t position() const { return at_; }
  bool at_end() const { return at_ == all_.size(); }
  bool has(std::size_t n) const { return all_.size() - at_ >= n; }
  char const* take(std::size_t n) {
    auto const* out = all_.data() + at_;
    at_ += n;
    return out;
  }
  template <class T>
  T number() {
    T out;
    std::memcpy(&out, take(sizeof(T)), sizeof(T));
    return out;
  }

 private:
  std::string_view all_;
  std::size_t at_ = 0;
};

// Without the machine's own instruction, which not every build may use.
std::uint64_t count_bits(std::uint64_t x) {
  x -= x >> 1 & 0x5555555555555555;
  x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return x * 0x0101010101010101 >> 56;
}

bool is_list(Bytes& in, std::uint32_t count) {
  if (!in.has(count * std::size_t{2})) return false;
  std::int32_t last = -1;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::int32_t const n = in.number<std::uint16_t>();
    if (n <= last) return false;
    last = n;
  }
  return true;
}

bool is_bitmap(Bytes& in, std::uint32_t count) {
  if (!in.has(kBitmapBytes)) return false;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kBitmapBytes; i += 8) bits += count_bits(in.number<std::uint64_t>());
  return bits == count;
}

bool is_runs(Bytes& in, std::uint32_t count) {
  if (!in.has(2)) return false;
  auto const runs = in.number<std::uint16_t>();
  if (runs == 0 || !in.has(runs * std::size_t{4})) return false;
  std::uint32_t free_from = 0;  // neighbouring runs would be one
  std::uint32_t total = 0;
  for (std::uint32_t i = 0; i < runs; ++i) {
    std::uint32_t const start = in.number<std::uint16_t>();
    std::uint32_t const length = in.number<std::uint16_t>() + 1U;
    if (start < free_from || start + length > kBlocksMax) return false;
    free_from = start + length + 1;
    total += length;
  }
  return total == count;
}

}  // namespace

bool is_portable_form(std::string_view bytes) {
  Bytes in(bytes);
  if (!in.has(4)) return false;
  auto const cookie = in.number<std::uint32_t>();
  bool const with_runs = (cookie & 0xffff) == kCookieWithRuns;
  std::uint32_t blocks = (cookie >> 16) + 1;
  if (!with_runs) {
    if (cookie != kCookie || !in.has(4)) return false;
    blocks = in.number<std::uint32_t>();
    if (blocks > kBlocksMax) return false;
  }
  std::size_t const flag_bytes = with_runs ? (blocks + 7) / 8 : 0;
  bool const with_offsets = !with_runs || blocks >= kOffsetsFrom;
  if (!in.has(flag_bytes + blocks * std::size_t{with_offsets ? 8U : 4U})) return false;
  auto const* const flags = in.take(flag_bytes);

  std::vector<std::uint32_t> counts(blocks);
  std::int32_t last = -1;
  for (auto& count : counts) {
    std::int32_t const key = in.number<std::uint16_t>();
    if (key <= last) return false;
    last = key;
    count = in.number<std::uint16_t>() + 1U;
  }
  std::vector<std::uint32_t> offsets(with_offsets ? blocks : 0);
  for (auto& offset : offsets) offset = in.number<std::uint32_t>();

  for (std::uint32_t i = 0; i < blocks; ++i) {
    if (with_offsets && offsets[i] != in.position()) return false;
    bool const runs = with_runs && (flags[i / 8] >> (i % 8) & 1) != 0;
    bool const good = runs                    ? is_runs(in, counts[i])
                      : counts[i] <= kListMax ? is_list(in, counts[i])
                                              : is_bitmap(in, counts[i]);
    if (!good) return false;
  }
  return in.at_end();
}

}  // namespace carillon

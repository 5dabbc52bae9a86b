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

std::string portable_form_of(std::span<std::uint32_t const> numbers) {
  std::uint32_t blocks = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i == 0 || numbers[i] >> 16 != numbers[i - 1] >> 16) ++blocks;
  }
  std::string out;
  out.reserve(8 + blocks * 8 + numbers.size() * 2);
  auto const put = [&](auto value) {
    out.append(reinterpret_cast<char const*>(&value), sizeof value);
  };
  auto const each_block = [&](auto const& f) {
    for (std::size_t first = 0, end = 0; first < numbers.size(); first = end) {
      while (end < numbers.size() && numbers[end] >> 16 == numbers[first] >> 16) ++end;
      f(numbers[first] >> 16, static_cast<std::uint32_t>(end - first));
    }
  };
  put(kCookie);
  put(blocks);
  each_block([&](std::uint32_t key, std::uint32_t count) {
    put(static_cast<std::uint16_t>(key));
    put(static_cast<std::uint16_t>(count - 1));
  });
  std::uint32_t offset = 8 + blocks * 8;
  each_block([&](std::uint32_t, std::uint32_t count) {
    put(offset);
    offset += count * 2;
  });
  for (auto const number : numbers) put(static_cast<std::uint16_t>(number));
  return out;
}

std::optional<std::size_t> read_few(std::string_view bytes, std::span<std::uint32_t> numbers) {
  Bytes in(bytes);
  if (!in.has(8) || in.number<std::uint32_t>() != kCookie) return std::nullopt;
  auto const blocks = in.number<std::uint32_t>();
  if (blocks > numbers.size() || !in.has(blocks * std::size_t{8})) return std::nullopt;
  Bytes about(bytes.substr(8));
  Bytes offsets(bytes.substr(8 + blocks * std::size_t{4}));
  in.take(blocks * std::size_t{8});
  std::size_t n = 0;
  std::int64_t last = -1;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    std::uint32_t const key = about.number<std::uint16_t>();
    std::uint32_t const count = about.number<std::uint16_t>() + 1U;
    if (offsets.number<std::uint32_t>() != in.position()) return std::nullopt;
    if (count > numbers.size() - n || !in.has(count * std::size_t{2})) return std::nullopt;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t const number = key << 16 | in.number<std::uint16_t>();
      if (number <= last) return std::nullopt;
      last = number;
      numbers[n++] = number;
    }
  }
  if (!in.at_end()) return std::nullopt;
  return n;
}

}  // namespace carillon

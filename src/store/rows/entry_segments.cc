#include "store/rows/entry_segments.h"

#include <algorithm>

#include "store/rows/packing.h"

namespace carillon::rows {
namespace {

// Four such rows fill a page of a table WITHOUT ROWID of SQLite, and none of them overflows; of
// PostgreSQL's pages eight do.
constexpr std::size_t kSegmentBytes = 900;

Error damaged_entries() {
  return fail(Errc::internal, "a stored list of inbox entries is damaged");
}

// Calls take(user, unpacker, count) for each user of a segment; `take` reads `count` numbers.
template <class Take>
Result<void> each_user(std::string_view bytes, Take const& take) {
  Unpacker in(bytes);
  std::uint64_t user = 0;
  while (!in.at_end()) {
    user += in.number();
    auto const count = in.count();
    if (!take(static_cast<std::uint32_t>(user), in, count)) return {};
  }
  if (!in.ok()) return damaged_entries();
  return {};
}

}  // namespace

std::vector<EntrySegment> pack_segments(std::vector<PlacedEntry> const& entries,
                                        std::uint64_t first_seq) {
  std::vector<EntrySegment> segments;
  Packer out;
  std::uint32_t previous = 0;
  for (auto at = entries.begin(); at != entries.end();) {
    auto const user = at->user;
    auto const end =
        std::find_if(at, entries.end(), [&](PlacedEntry const& e) { return e.user != user; });
    out.number(user - previous);
    out.number(static_cast<std::uint64_t>(end - at));
    for (auto seq = first_seq; at != end; seq = at->seq, ++at) out.number(at->seq - seq);
    previous = user;
    if (out.size() < kSegmentBytes && at != entries.end()) continue;
    segments.push_back({user, std::string(out.bytes())});
    out.clear();
    previous = 0;
  }
  return segments;
}

Result<void> unpack_segment(std::string_view bytes, std::uint64_t first_seq,
                            std::vector<PlacedEntry>& out) {
  return each_user(bytes, [&](std::uint32_t user, Unpacker& in, std::uint64_t count) {
    auto seq = first_seq;
    for (; count > 0; --count) out.push_back({user, seq += in.number()});
    return true;
  });
}

Result<std::vector<std::uint64_t>> seqs_in_segment(std::string_view bytes, std::uint64_t first_seq,
                                                   std::uint32_t wanted) {
  std::vector<std::uint64_t> seqs;
  CHECK_OK(each_user(bytes, [&](std::uint32_t user, Unpacker& in, std::uint64_t count) {
    if (user > wanted) return false;
    auto seq = first_seq;
    for (; count > 0; --count) {
      seq += in.number();
      if (user == wanted) seqs.push_back(seq);
    }
    return true;
  }));
  return seqs;
}

}  // namespace carillon::rows

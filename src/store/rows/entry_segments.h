// Runs of inbox entries of small audiences: sorted (user, seq) pairs, packed into segments.
//
// Shape   A run covers a range of a tenant's seqs; its segments are sorted by user, each named by
//         the last user in it.
// Source  docs/decisions/0006-person-entries-in-sorted-runs.md says why there are runs.
// Errors  internal for damaged bytes; any bytes may be given.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace carillon::rows {

struct PlacedEntry {
  std::uint32_t user;
  std::uint64_t seq;

  friend auto operator<=>(PlacedEntry const&, PlacedEntry const&) = default;
};
struct EntrySegment {
  std::uint32_t last_user;
  std::string entries;
};
// `entries` in order; no seq below `first_seq`.
std::vector<EntrySegment> pack_segments(std::vector<PlacedEntry> const& entries,
                                        std::uint64_t first_seq);
Result<void> unpack_segment(std::string_view bytes, std::uint64_t first_seq,
                            std::vector<PlacedEntry>& out);
// The seqs of one user, ascending.
Result<std::vector<std::uint64_t>> seqs_in_segment(std::string_view bytes, std::uint64_t first_seq,
                                                   std::uint32_t wanted);

}  // namespace carillon::rows

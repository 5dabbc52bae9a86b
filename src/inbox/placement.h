// How an audience is kept for its inboxes: per person, or as sets a block.
//
// A small batch would make every page of its block's people look at its slice; a large one would
// cost a row a person. The bound is where the two cost the same (docs/decisions).
#pragma once

#include <cstdint>

namespace carillon {

inline constexpr std::uint64_t kPerPersonMax = 1024;

enum class Placement : std::uint8_t { per_person, per_block };

constexpr Placement placement_of(std::uint64_t deliverable) {
  return deliverable <= kPerPersonMax ? Placement::per_person : Placement::per_block;
}

}  // namespace carillon

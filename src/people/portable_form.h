// Whether bytes are the portable Roaring form of a set. The library itself checks lengths only: a
// wrong count or an order that is none would later write outside of its memory.
//
// Source  The format's specification (RoaringFormatSpec): cookie, run flags, keys and counts,
//         offsets, then per block a sorted list, a bitmap or sorted runs.
// Cost    One pass: some 4 us for a block of 65,536, less for sparse ones.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace carillon {

bool is_portable_form(std::string_view bytes);

// A few numbers, ascending, in that form.
std::string portable_form_of(std::span<std::uint32_t const> numbers);
// The other way round: how many numbers there are; none if they do not fit, if they lie in runs or
// if the bytes are not such a form.
std::optional<std::size_t> read_few(std::string_view bytes, std::span<std::uint32_t> numbers);

}  // namespace carillon

// Whether bytes are the portable Roaring form of a set. The library itself checks lengths only: a
// wrong count or an order that is none would later write outside of its memory.
//
// Source  The format's specification (RoaringFormatSpec): cookie, run flags, keys and counts,
//         offsets, then per block a sorted list, a bitmap or sorted runs.
// Cost    One pass: some 4 us for a block of 65,536, less for sparse ones.
#pragma once

#include <string_view>

namespace carillon {

bool is_portable_form(std::string_view bytes);

}  // namespace carillon

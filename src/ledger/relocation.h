// What a store says of a move of everything in it to another: the mark by which a server knows
// whether it may start there.
//
// Shape   The source and the target of one move bear the same id:
//
//           source  none --> leaving --> left          target  (empty) --> arriving --> arrived
//
//         `left` is written before `arrived`, so that at no moment a server may start on both. With
//         `arriving` the mark says how far the rows have come: it is written with them. A server
//         that runs on either, because it was not found before, ends when it hears of the mark.
//         Whoever takes a source back (relocation/move.h) makes its mark `none` again.
#pragma once

#include <cstdint>
#include <string>

namespace carillon {

enum class RelocationState : std::uint8_t {
  none = 0,
  leaving = 1,   // its rows are being copied: nobody may write to it
  left = 2,      // they are in the other store, which goes on
  arriving = 3,  // it holds a part of the other store's rows
  arrived = 4,   // it holds all of them, and is the one that counts
};

struct Relocation {
  RelocationState state = RelocationState::none;
  std::string id;        // of the move
  std::string other;     // the store at the other end, as the operator calls it
  std::string position;  // of the rows that came, or of the change that marks the source (move.h)

  friend bool operator==(Relocation const&, Relocation const&) = default;
};

}  // namespace carillon

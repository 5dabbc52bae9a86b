// Dense numbers that stand for things: a type of its own each, converting to nothing else.
//
// Shape   A Number is our own, counted from 1 (0 is never given out); outside ids are text.
// Cost    The size of its representation; hashing is the identity.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace carillon {

template <class Tag, class Rep = std::uint32_t>
struct Number {
  using rep = Rep;
  Rep value = 0;

  constexpr Number() = default;
  constexpr explicit Number(Rep v) : value(v) {}
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(Number, Number) = default;
};

}  // namespace carillon

template <class Tag, class Rep>
struct std::hash<carillon::Number<Tag, Rep>> {
  std::size_t operator()(carillon::Number<Tag, Rep> n) const noexcept { return n.value; }
};

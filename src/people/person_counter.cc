#include "people/person_counter.h"

#include <bit>
#include <utility>

namespace carillon {

void PersonCounter::add(UserSet const& users) { add(users, 0); }

void PersonCounter::add(PersonCounter const& other) {
  for (std::size_t i = 0; i < other.planes_.size(); ++i) add(other.planes_[i], i);
}

void PersonCounter::add(UserSet users, std::size_t plane) {
  for (; !users.empty() && plane < kPlanesMax; ++plane) {
    if (planes_.size() <= plane) planes_.resize(plane + 1);
    auto carried = planes_[plane] & users;
    planes_[plane] |= users;
    planes_[plane] -= carried;
    users = std::move(carried);
  }
  if (users.empty()) return;
  // Whoever went beyond the last plane stays at the highest number.
  for (auto& full : planes_) full |= users;
}

PersonCounter PersonCounter::among(UserSet const& users) const {
  PersonCounter out;
  for (auto const& plane : planes_) out.planes_.push_back(plane & users);
  while (!out.planes_.empty() && out.planes_.back().empty()) out.planes_.pop_back();
  return out;
}

UserSet PersonCounter::at_least(std::uint32_t n, UserSet const& users) const {
  if (static_cast<std::size_t>(std::bit_width(n)) > planes_.size()) return {};
  UserSet more;           // above n in the planes seen so far
  UserSet equal = users;  // like n in them
  for (auto i = planes_.size(); i-- > 0;) {
    if ((n >> i & 1) != 0) {
      equal &= planes_[i];
    } else {
      more |= equal & planes_[i];
      equal -= planes_[i];
    }
  }
  return more | equal;
}

std::uint32_t PersonCounter::of(UserNo user) const {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < planes_.size(); ++i) {
    if (planes_[i].contains(user)) out |= std::uint32_t{1} << i;
  }
  return out;
}

}  // namespace carillon

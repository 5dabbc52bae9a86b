// PersonCounter: a small number for each person of a tenant, kept as sets.
//
// Shape   Bit planes: plane i holds everybody whose number has bit i. Numbers stop at 65,535.
// Source  design.md section 1: "messages per person and day" is a saturating counter of sets.
// Cost    add() touches as many planes as carries reach, most often one or two; nothing is done per
//         person. A plane is a UserSet: of a million people at most 131 KB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "people/user_set.h"

namespace carillon {

class PersonCounter {
 public:
  static constexpr std::size_t kPlanesMax = 16;

  // One more for each of them; for each what `other` holds.
  void add(UserSet const& users);
  void add(PersonCounter const& other);

  bool empty() const { return planes_.empty(); }
  // The numbers of these people only.
  PersonCounter among(UserSet const& users) const;
  // Who of these people has at least n, which is not 0.
  UserSet at_least(std::uint32_t n, UserSet const& users) const;
  std::uint32_t of(UserNo user) const;

 private:
  void add(UserSet users, std::size_t plane);

  std::vector<UserSet> planes_;
};

}  // namespace carillon

// UserSet: a set of people of one tenant, and the algebra on such sets.
//
// Shape   A value type: up to eight UserNos lie in it, sorted; any more are a Roaring bitmap. This
//         is the only file that knows Roaring.
// Errors  Only `read_safe` can fail; it may be given any bytes.
// Cost    contains about 16 ns, add 80 ns; a set of everybody is a few KB after optimize(), any
//         other set of a million users at most 131 KB. A few people, which is what most messages
//         go to, cost no memory besides the object. Unions of many sets: union_of, which has no bad
//         cases, rather than |= in a loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "people/user_no.h"

struct roaring_bitmap_s;

namespace carillon {

class UserSet {
 public:
  UserSet() = default;
  UserSet(std::initializer_list<UserNo> users);
  UserSet(UserSet const& other);
  UserSet(UserSet&& other) noexcept;
  UserSet& operator=(UserSet other) noexcept;
  ~UserSet();

  // All of [first, end).
  static UserSet range(UserNo first, UserNo end);
  static UserSet union_of(std::span<UserSet const* const> sets);
  // The portable Roaring form; refuses any bytes that are not one.
  static Result<UserSet> read_safe(std::string_view bytes);
  std::string bytes() const;

  void add(UserNo user);
  void add(std::span<UserNo const> users);
  void remove(UserNo user);
  bool contains(UserNo user) const;
  bool empty() const;
  std::uint64_t size() const;

  UserSet& operator|=(UserSet const& other);
  UserSet& operator&=(UserSet const& other);
  UserSet& operator-=(UserSet const& other);
  friend UserSet operator|(UserSet a, UserSet const& b) { return a |= b; }
  friend UserSet operator&(UserSet const& a, UserSet const& b) { return intersection(a, b); }
  friend UserSet operator-(UserSet const& a, UserSet const& b) { return difference(a, b); }
  friend bool operator==(UserSet const& a, UserSet const& b) { return a.equals(b); }

  // How many of them lie below `end` (a bound, which may be 2^32).
  std::uint64_t count_below(std::uint64_t end) const;
  std::uint64_t count_common(UserSet const& other) const;
  // Those of one block, with their own numbers.
  UserSet block(BlockNo block) const;
  // The smallest user not below `from`, if any.
  std::optional<UserNo> first_from(std::uint64_t from) const;

  // The users not below `from`, ascending, at most `limit`.
  std::vector<UserNo> list(std::uint64_t from = 0, std::size_t limit = SIZE_MAX) const;

  // Chooses the smallest form; once, before a set is kept or stored.
  void optimize();
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kFew = 8;

  explicit UserSet(roaring_bitmap_s* owned) : bits_(owned) {}
  static UserSet intersection(UserSet const& a, UserSet const& b);
  static UserSet difference(UserSet const& a, UserSet const& b);
  bool equals(UserSet const& other) const;

  bool is_few() const { return bits_ == nullptr; }
  std::span<std::uint32_t const> few() const { return {few_.data(), few_count_}; }
  // Those of the few of whom `keep` says true.
  template <class Keep>
  UserSet few_that(Keep const& keep) const;
  void append_few(std::uint32_t user) { few_[few_count_++] = user; }  // in ascending order
  roaring_bitmap_s* own();                                            // from here on a bitmap

  roaring_bitmap_s* bits_ = nullptr;  // null: the few are all there are
  std::array<std::uint32_t, kFew> few_{};
  std::uint8_t few_count_ = 0;
};

}  // namespace carillon

#include "people/user_set.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <roaring/roaring.h>

#include "people/portable_form.h"

namespace carillon {
namespace {

static_assert(sizeof(UserNo) == sizeof(std::uint32_t), "lists of UserNo are read as uint32 arrays");

struct Free {
  void operator()(roaring_bitmap_t* bits) const { roaring_bitmap_free(bits); }
};
using Owned = std::unique_ptr<roaring_bitmap_t, Free>;

std::uint32_t const* numbers(std::span<UserNo const> users) {
  return reinterpret_cast<std::uint32_t const*>(users.data());
}

}  // namespace

UserSet::UserSet(std::initializer_list<UserNo> users) {
  add(std::span<UserNo const>(users.begin(), users.size()));
}

UserSet::UserSet(UserSet const& other)
    : bits_(other.bits_ == nullptr ? nullptr : roaring_bitmap_copy(other.bits_)) {}

UserSet::UserSet(UserSet&& other) noexcept : bits_(std::exchange(other.bits_, nullptr)) {}

UserSet& UserSet::operator=(UserSet other) noexcept {
  std::swap(bits_, other.bits_);
  return *this;
}

UserSet::~UserSet() {
  if (bits_ != nullptr) roaring_bitmap_free(bits_);
}

roaring_bitmap_t* UserSet::own() {
  if (bits_ == nullptr) bits_ = roaring_bitmap_create();
  return bits_;
}

UserSet UserSet::range(UserNo first, UserNo end) {
  if (first >= end) return {};
  return UserSet(roaring_bitmap_from_range(first.value, end.value, 1));
}

UserSet UserSet::union_of(std::span<UserSet const* const> sets) {
  std::vector<roaring_bitmap_t const*> bits;
  bits.reserve(sets.size());
  for (auto const* set : sets) {
    if (set->bits_ != nullptr) bits.push_back(set->bits_);
  }
  if (bits.empty()) return {};
  return UserSet(roaring_bitmap_or_many(bits.size(), bits.data()));
}

Result<UserSet> UserSet::read_safe(std::string_view bytes) {
  if (!is_portable_form(bytes)) return fail(Errc::internal, "a stored set of users is damaged");
  Owned bits(roaring_bitmap_portable_deserialize_safe(bytes.data(), bytes.size()));
  if (!bits) return fail(Errc::internal, "a stored set of users cannot be read");
  return UserSet(bits.release());
}

std::string UserSet::bytes() const {
  Owned made;
  roaring_bitmap_t const* bits = bits_;
  if (bits == nullptr) {
    made.reset(roaring_bitmap_create());
    bits = made.get();
  }
  std::string out(roaring_bitmap_portable_size_in_bytes(bits), '\0');
  roaring_bitmap_portable_serialize(bits, out.data());
  return out;
}

void UserSet::add(UserNo user) { roaring_bitmap_add(own(), user.value); }

void UserSet::add(std::span<UserNo const> users) {
  if (!users.empty()) roaring_bitmap_add_many(own(), users.size(), numbers(users));
}

void UserSet::remove(UserNo user) {
  if (bits_ != nullptr) roaring_bitmap_remove(bits_, user.value);
}

bool UserSet::contains(UserNo user) const {
  return bits_ != nullptr && roaring_bitmap_contains(bits_, user.value);
}

bool UserSet::empty() const { return bits_ == nullptr || roaring_bitmap_is_empty(bits_); }

std::uint64_t UserSet::size() const {
  return bits_ == nullptr ? 0 : roaring_bitmap_get_cardinality(bits_);
}

UserSet& UserSet::operator|=(UserSet const& other) {
  if (other.bits_ == nullptr) return *this;
  if (bits_ == nullptr) return *this = other;
  roaring_bitmap_or_inplace(bits_, other.bits_);
  return *this;
}

UserSet& UserSet::operator&=(UserSet const& other) { return *this = intersection(*this, other); }

UserSet& UserSet::operator-=(UserSet const& other) {
  if (bits_ != nullptr && other.bits_ != nullptr) {
    roaring_bitmap_andnot_inplace(bits_, other.bits_);
  }
  return *this;
}

UserSet UserSet::intersection(UserSet const& a, UserSet const& b) {
  if (a.bits_ == nullptr || b.bits_ == nullptr) return {};
  return UserSet(roaring_bitmap_and(a.bits_, b.bits_));
}

UserSet UserSet::difference(UserSet const& a, UserSet const& b) {
  if (a.bits_ == nullptr || b.bits_ == nullptr) return a;
  return UserSet(roaring_bitmap_andnot(a.bits_, b.bits_));
}

bool UserSet::equals(UserSet const& other) const {
  if (bits_ == nullptr || other.bits_ == nullptr) return empty() && other.empty();
  return roaring_bitmap_equals(bits_, other.bits_);
}

std::uint64_t UserSet::count_below(std::uint64_t end) const {
  return bits_ == nullptr || end == 0 ? 0 : roaring_bitmap_range_cardinality(bits_, 0, end);
}

std::uint64_t UserSet::count_common(UserSet const& other) const {
  if (bits_ == nullptr || other.bits_ == nullptr) return 0;
  return roaring_bitmap_and_cardinality(bits_, other.bits_);
}

UserSet UserSet::block(BlockNo block) const {
  if (bits_ == nullptr) return {};
  auto const first = block * kBlockUsers;
  Owned all(roaring_bitmap_from_range(first, first + kBlockUsers, 1));
  return UserSet(roaring_bitmap_and(bits_, all.get()));
}

std::optional<UserNo> UserSet::first_from(std::uint64_t from) const {
  if (bits_ == nullptr || from > UINT32_MAX) return std::nullopt;
  roaring_uint32_iterator_t at;
  roaring_init_iterator(bits_, &at);
  if (!roaring_move_uint32_iterator_equalorlarger(&at, static_cast<std::uint32_t>(from))) {
    return std::nullopt;
  }
  return UserNo{at.current_value};
}

std::vector<UserNo> UserSet::list(std::uint64_t from, std::size_t limit) const {
  std::vector<UserNo> out;
  if (bits_ == nullptr || from > UINT32_MAX || limit == 0) return out;
  roaring_uint32_iterator_t at;
  roaring_init_iterator(bits_, &at);
  if (!roaring_move_uint32_iterator_equalorlarger(&at, static_cast<std::uint32_t>(from))) {
    return out;
  }
  auto const left = size() - count_below(from);
  out.resize(std::min<std::uint64_t>(left, limit));
  auto const got = roaring_read_uint32_iterator(&at, reinterpret_cast<std::uint32_t*>(out.data()),
                                                static_cast<std::uint32_t>(out.size()));
  out.resize(got);
  return out;
}

void UserSet::optimize() {
  if (bits_ == nullptr) return;
  roaring_bitmap_run_optimize(bits_);
  roaring_bitmap_shrink_to_fit(bits_);
}

std::size_t UserSet::memory_bytes() const {
  return bits_ == nullptr ? 0 : roaring_bitmap_size_in_bytes(bits_) + 64;
}

}  // namespace carillon

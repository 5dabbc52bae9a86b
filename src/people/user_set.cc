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

template <class Keep>
UserSet UserSet::few_that(Keep const& keep) const {
  UserSet out;
  for (auto const user : few()) {
    if (keep(user)) out.append_few(user);
  }
  return out;
}

UserSet::UserSet(std::initializer_list<UserNo> users) {
  add(std::span<UserNo const>(users.begin(), users.size()));
}

UserSet::UserSet(UserSet const& other)
    : bits_(other.is_few() ? nullptr : roaring_bitmap_copy(other.bits_)),
      few_(other.few_),
      few_count_(other.few_count_) {}

UserSet::UserSet(UserSet&& other) noexcept
    : bits_(std::exchange(other.bits_, nullptr)),
      few_(other.few_),
      few_count_(std::exchange(other.few_count_, 0)) {}

UserSet& UserSet::operator=(UserSet other) noexcept {
  std::swap(bits_, other.bits_);
  few_ = other.few_;
  few_count_ = other.few_count_;
  return *this;
}

UserSet::~UserSet() {
  if (bits_ != nullptr) roaring_bitmap_free(bits_);
}

roaring_bitmap_t* UserSet::own() {
  if (is_few()) {
    bits_ = roaring_bitmap_of_ptr(few_count_, few_.data());
    few_count_ = 0;
  }
  return bits_;
}

UserSet UserSet::range(UserNo first, UserNo end) {
  if (first >= end) return {};
  return UserSet(roaring_bitmap_from_range(first.value, end.value, 1));
}

UserSet UserSet::union_of(std::span<UserSet const* const> sets) {
  std::vector<roaring_bitmap_t const*> bits;
  std::vector<std::uint32_t> loose;
  bits.reserve(sets.size());
  for (auto const* set : sets) {
    if (!set->is_few()) bits.push_back(set->bits_);
    loose.insert(loose.end(), set->few().begin(), set->few().end());
  }
  UserSet out;
  if (!bits.empty()) out = UserSet(roaring_bitmap_or_many(bits.size(), bits.data()));
  if (!loose.empty()) {
    std::sort(loose.begin(), loose.end());
    roaring_bitmap_add_many(out.own(), loose.size(), loose.data());
  }
  return out;
}

Result<UserSet> UserSet::read_safe(std::string_view bytes) {
  UserSet out;
  if (auto const count = read_few(bytes, out.few_)) {
    out.few_count_ = static_cast<std::uint8_t>(*count);
    return out;
  }
  if (!is_portable_form(bytes)) return fail(Errc::internal, "a stored set of users is damaged");
  Owned bits(roaring_bitmap_portable_deserialize_safe(bytes.data(), bytes.size()));
  if (!bits) return fail(Errc::internal, "a stored set of users cannot be read");
  return UserSet(bits.release());
}

std::string UserSet::bytes() const {
  if (is_few()) return portable_form_of(few());
  std::string out(roaring_bitmap_portable_size_in_bytes(bits_), '\0');
  roaring_bitmap_portable_serialize(bits_, out.data());
  return out;
}

void UserSet::add(UserNo user) {
  if (is_few()) {
    auto* const end = few_.data() + few_count_;
    auto* const at = std::lower_bound(few_.data(), end, user.value);
    if (at != end && *at == user.value) return;
    if (few_count_ < kFew) {
      std::copy_backward(at, end, end + 1);
      *at = user.value;
      ++few_count_;
      return;
    }
  }
  roaring_bitmap_add(own(), user.value);
}

void UserSet::add(std::span<UserNo const> users) {
  if (is_few() && users.size() <= kFew) {
    for (auto const user : users) add(user);
  } else if (!users.empty()) {
    roaring_bitmap_add_many(own(), users.size(), numbers(users));
  }
}

void UserSet::remove(UserNo user) {
  if (!is_few()) {
    roaring_bitmap_remove(bits_, user.value);
    return;
  }
  auto* const end = few_.data() + few_count_;
  auto* const at = std::find(few_.data(), end, user.value);
  if (at == end) return;
  std::copy(at + 1, end, at);
  --few_count_;
}

bool UserSet::contains(UserNo user) const {
  if (!is_few()) return roaring_bitmap_contains(bits_, user.value);
  return std::find(few().begin(), few().end(), user.value) != few().end();
}

bool UserSet::empty() const { return is_few() ? few_count_ == 0 : roaring_bitmap_is_empty(bits_); }

std::uint64_t UserSet::size() const {
  return is_few() ? few_count_ : roaring_bitmap_get_cardinality(bits_);
}

UserSet& UserSet::operator|=(UserSet const& other) {
  if (other.is_few()) {
    for (auto const user : other.few()) add(UserNo{user});
    return *this;
  }
  if (is_few()) {
    auto const mine = *this;
    *this = other;
    return *this |= mine;
  }
  roaring_bitmap_or_inplace(bits_, other.bits_);
  return *this;
}

UserSet& UserSet::operator&=(UserSet const& other) { return *this = intersection(*this, other); }

UserSet& UserSet::operator-=(UserSet const& other) {
  if (is_few()) return *this = difference(*this, other);
  if (other.is_few()) {
    for (auto const user : other.few()) remove(UserNo{user});
  } else {
    roaring_bitmap_andnot_inplace(bits_, other.bits_);
  }
  return *this;
}

UserSet UserSet::intersection(UserSet const& a, UserSet const& b) {
  if (!a.is_few() && b.is_few()) return intersection(b, a);
  if (a.is_few()) return a.few_that([&](auto user) { return b.contains(UserNo{user}); });
  return UserSet(roaring_bitmap_and(a.bits_, b.bits_));
}

UserSet UserSet::difference(UserSet const& a, UserSet const& b) {
  if (a.is_few()) return a.few_that([&](auto user) { return !b.contains(UserNo{user}); });
  if (!b.is_few()) return UserSet(roaring_bitmap_andnot(a.bits_, b.bits_));
  auto out = a;
  return std::move(out -= b);
}

bool UserSet::equals(UserSet const& other) const {
  if (!is_few() && !other.is_few()) return roaring_bitmap_equals(bits_, other.bits_);
  return size() == other.size() && count_common(other) == size();
}

std::uint64_t UserSet::count_below(std::uint64_t end) const {
  if (is_few()) {
    return static_cast<std::uint64_t>(
        std::count_if(few().begin(), few().end(), [&](auto user) { return user < end; }));
  }
  return end == 0 ? 0 : roaring_bitmap_range_cardinality(bits_, 0, end);
}

std::uint64_t UserSet::count_common(UserSet const& other) const {
  if (!is_few() && other.is_few()) return other.count_common(*this);
  if (is_few()) {
    return static_cast<std::uint64_t>(std::count_if(
        few().begin(), few().end(), [&](auto user) { return other.contains(UserNo{user}); }));
  }
  return roaring_bitmap_and_cardinality(bits_, other.bits_);
}

UserSet UserSet::block(BlockNo block) const {
  auto const first = block * kBlockUsers;
  if (is_few()) {
    return few_that([&](auto user) { return user >= first && user - first < kBlockUsers; });
  }
  Owned all(roaring_bitmap_from_range(first, first + kBlockUsers, 1));
  return UserSet(roaring_bitmap_and(bits_, all.get()));
}

std::optional<UserNo> UserSet::first_from(std::uint64_t from) const {
  if (is_few()) {
    for (auto const user : few()) {
      if (user >= from) return UserNo{user};
    }
    return std::nullopt;
  }
  if (from > UINT32_MAX) return std::nullopt;
  roaring_uint32_iterator_t at;
  roaring_init_iterator(bits_, &at);
  if (!roaring_move_uint32_iterator_equalorlarger(&at, static_cast<std::uint32_t>(from))) {
    return std::nullopt;
  }
  return UserNo{at.current_value};
}

std::vector<UserNo> UserSet::list(std::uint64_t from, std::size_t limit) const {
  std::vector<UserNo> out;
  if (is_few()) {
    out.reserve(std::min<std::size_t>(few_count_, limit));
    for (auto const user : few()) {
      if (user >= from && out.size() < limit) out.push_back(UserNo{user});
    }
    return out;
  }
  if (from > UINT32_MAX || limit == 0) return out;
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
  if (is_few()) return;
  if (size() <= kFew) {
    UserSet few;
    for (auto const user : list()) few.append_few(user.value);
    *this = std::move(few);
    return;
  }
  roaring_bitmap_run_optimize(bits_);
  roaring_bitmap_shrink_to_fit(bits_);
}

std::size_t UserSet::memory_bytes() const {
  return is_few() ? 0 : roaring_bitmap_size_in_bytes(bits_) + 64;
}

}  // namespace carillon

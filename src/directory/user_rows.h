// The users of one directory as columns: what a million people cost is decided here.
//
// Shape   Columns by UserNo: where its text record lies, state, department(s), first alias.
//         A text record in the arena is {number, four lengths, user_id, name, email, mobile},
//         placed at multiples of four bytes so that 32 bits address 16 GB. The table of user_ids
//         holds places of records, so that a look-up touches a slot and a record and no more.
//         An alias is {whose, of whom, next of that user, id}: prefix and 32 lower-case hex digits
//         are kept as 16 bytes, any other text lies in the arena.
// Errors  put() refuses before it changes anything: invalid_field for text that is too long,
//         already_exists for an id or alias that another user has.
// Cost    About 12 bytes a user, its text and 12, and 36 an alias, tables included.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/entities.h"
#include "directory/number_table.h"
#include "directory/pile.h"
#include "people/user_set.h"

namespace carillon {

// Whose alias it is: of an app (open_id) or of a developer (union_id).
struct AliasOwner {
  std::uint32_t bits = 0;

  static AliasOwner of(AppNo app) { return {app.value << 2}; }
  static AliasOwner of(DeveloperNo developer) { return {developer.value << 2 | kUnion}; }
  bool is_union() const { return (bits & kUnion) != 0; }
  std::uint32_t number() const { return bits >> 2; }
  std::string_view prefix() const { return is_union() ? "on_" : "ou_"; }

  static constexpr std::uint32_t kUnion = 2;
  static constexpr std::uint32_t kText = 1;  // used inside UserRows: the id lies in the arena
};

class UserRows {
 public:
  UserRows();
  UserRows(UserRows&&) noexcept = default;
  UserRows& operator=(UserRows&&) noexcept = default;
  UserRows(UserRows const& other);  // leaves behind what updates made useless, if that is much

  Result<void> put(User const& user);

  // From now on put() neither checks nor indexes ids; index() then does both for all users at
  // once, at a third of the cost. Between the two nothing may be looked up.
  void defer_index() { deferred_ = true; }
  Result<void> index();

  bool has(UserNo user) const { return user.value < text_at_.size() && text_at_[user.value] != 0; }
  std::uint64_t end() const { return text_at_.size(); }  // one above the highest number
  std::optional<UserNo> find(std::string_view user_id) const;
  std::optional<UserNo> find_alias(AliasOwner owner, std::string_view alias) const;

  // has(user) must hold for these.
  std::string_view user_id(UserNo user) const;
  std::string_view name(UserNo user) const;
  std::uint8_t generation(UserNo user) const { return state_[user.value].generation; }
  bool active(UserNo user) const { return state_[user.value].active; }
  std::span<DepartmentNo const> departments(UserNo user) const;
  std::optional<std::string> alias(AliasOwner owner, UserNo user) const;  // the first, if several
  User get(UserNo user) const;

  std::size_t memory_bytes() const;

 private:
  using Place = std::uint32_t;       // in the arena, in units of four bytes; 0: nowhere
  using AliasIndex = std::uint32_t;  // in aliases_; 0: none

  struct State {
    std::uint8_t generation;
    bool active;
  };
  struct Header {
    std::uint32_t user;
    std::array<std::uint8_t, 4> lengths;  // user_id, name, email, mobile
  };
  struct Alias {
    std::uint32_t owner;  // AliasOwner::bits, kText included; 0: unused, `next` is the free list
    std::uint32_t user;
    AliasIndex next;
    std::array<std::uint8_t, 16> id;  // or {Place, length}
  };
  // An alias as it is looked for.
  struct AliasKey {
    std::uint32_t owner;
    std::array<std::uint8_t, 16> id;
    std::string_view text;
    std::uint64_t hash() const;
  };

  Header header(Place at) const;
  std::string_view text(Place at, std::size_t field) const;
  Place add_record(User const& user);
  Place add_bytes(std::string_view bytes);
  std::uint64_t record_hash(Place at) const { return hash_bytes(text(at, 0), 0); }

  static AliasKey alias_key(AliasOwner owner, std::string_view alias);
  AliasKey alias_key(AliasIndex alias) const;
  AliasIndex find_alias_index(AliasKey const& key) const;
  std::string alias_text(AliasIndex alias) const;
  void add_alias(UserNo user, AliasOwner owner, std::string_view alias);
  void drop_aliases(UserNo user);
  Result<void> check_ids(User const& user) const;
  Result<void> check_alias(UserNo user, AliasOwner owner, std::string_view alias) const;

  void put_text(User const& user);
  void put_departments(User const& user);
  bool same_aliases(User const& user) const;
  void put_aliases(User const& user);

  Pile<Place> text_at_;  // columns by UserNo
  Pile<State> state_;
  Pile<DepartmentNo> department_;  // one department, or kMany and an index into many_
  Pile<AliasIndex> first_alias_;

  Pile<char> arena_;
  Pile<DepartmentNo> many_;  // a count, then as many departments
  Pile<Alias> aliases_;
  AliasIndex free_alias_ = 0;
  NumberTable by_user_id_;  // of Places
  NumberTable by_alias_;    // of AliasIndexes
  std::size_t waste_bytes_ = 0;
  bool deferred_ = false;
};

}  // namespace carillon

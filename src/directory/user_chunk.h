// 512 users of one directory, with their text: the piece that is copied when one of them changes.
//
// Shape   A row of 16 bytes a user. A text record in the arena is {four lengths, user_id, name,
//         email, mobile}. An alias is {whose, next of that user, id}: prefix and 32 lower-case hex
//         digits are kept as 16 bytes, any other text lies in the arena. Users are called by their
//         place in the chunk; a chunk has no index and checks nothing.
// Cost    About 20 bytes a user, its text, and 24 an alias. A copy leaves behind what updates made
//         useless, if that is much; else it is four block moves of about 50 KB in all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "directory/entities.h"
#include "directory/pile.h"

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
  static constexpr std::uint32_t kText = 1;  // used inside UserChunk: the id lies in the arena
};

// An alias as it is looked for.
struct AliasKey {
  std::uint32_t owner;  // AliasOwner::bits, kText included
  std::array<std::uint8_t, 16> id;
  std::string_view text;  // with kText, all of it

  static AliasKey of(AliasOwner owner, std::string_view alias);
  std::uint64_t hash() const;
  std::string alias() const;
};

class UserChunk {
 public:
  using Place = std::uint32_t;
  static constexpr std::uint32_t kUsers = 512;
  static constexpr std::size_t kFieldMax = 255;

  UserChunk() = default;
  UserChunk(UserChunk const& other);
  UserChunk(UserChunk&&) noexcept = default;
  UserChunk& operator=(UserChunk&&) noexcept = default;
  ~UserChunk() = default;

  void put(Place at, User const& user);
  void shrink();  // once it is not written any more

  bool has(Place at) const { return at < rows_.size() && rows_[at].text != 0; }
  Place end() const { return static_cast<Place>(rows_.size()); }

  // has(at) must hold for these.
  std::string_view user_id(Place at) const { return text(at, 0); }
  std::string_view name(Place at) const { return text(at, 1); }
  std::string_view email(Place at) const { return text(at, 2); }
  std::string_view mobile(Place at) const { return text(at, 3); }
  std::uint8_t generation(Place at) const { return rows_[at].generation; }
  bool active(Place at) const { return (rows_[at].state & kActive) != 0; }
  bool resigned(Place at) const { return (rows_[at].state & kResigned) != 0; }
  std::span<DepartmentNo const> departments(Place at) const;
  bool has_alias(Place at, AliasKey const& key) const;
  std::optional<std::string> alias(Place at, AliasOwner owner) const;  // the first, if several
  User get(Place at) const;                                            // all but its number

  template <class Each>
  void for_each_alias(Place at, Each const& each) const {
    for (auto i = rows_[at].first_alias; i != 0; i = aliases_[i].next) each(alias_key(i));
  }

  std::size_t memory_bytes() const;

 private:
  using AliasIndex = std::uint32_t;  // in aliases_; 0: none

  static constexpr std::uint8_t kActive = 1;
  static constexpr std::uint8_t kResigned = 2;

  struct Row {
    std::uint32_t text;       // where its record begins in the arena; 0: there is no such user
    DepartmentNo department;  // one department, or kMany and an index into many_
    AliasIndex first_alias;
    std::uint8_t generation;
    std::uint8_t state;
    std::uint16_t spare;
  };
  struct Alias {
    std::uint32_t owner;  // AliasOwner::bits, kText included
    AliasIndex next;
    std::array<std::uint8_t, 16> id;  // or {where in the arena, length}
  };

  std::string_view text(Place at, std::size_t field) const;
  void put_text(Row& row, User const& user);
  void put_departments(Row& row, User const& user);
  void put_aliases(Row& row, User const& user);
  void add_alias(Row& row, AliasKey const& key);
  bool same_aliases(Row const& row, User const& user) const;
  AliasKey alias_key(AliasIndex alias) const;
  bool equals(AliasIndex alias, AliasKey const& key) const;

  Pile<Row> rows_;
  Pile<char> arena_;
  Pile<DepartmentNo> many_;  // a count, then as many departments
  Pile<Alias> aliases_;
  std::uint32_t waste_bytes_ = 0;
};

}  // namespace carillon

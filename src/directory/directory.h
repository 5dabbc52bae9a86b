// The directory of one tenant: who belongs to it, in which departments, under which outside ids.
//
// Shape   Immutable once built, so any thread reads it without a lock. A change makes a new one
//         that shares with the old what did not change (directory_edit.h); an import builds anew
//         what it touches. members_below(d) is the transitive member set, kept, not computed.
// Source  design.md sections 1 and 3.
// Cost    About 150 bytes a user with user_id, name, one union_id and one open_id (user_rows.h).
//         A look-up by id costs 200-400 ns, a sealed id the decryption on top.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sealed_id.h"
#include "directory/entities.h"
#include "people/user_set.h"

namespace carillon {

class Directory {
 public:
  ~Directory();
  Directory(Directory const&) = delete;

  Tenant const& tenant() const;
  std::size_t memory_bytes() const;

  // Users by outside id; inactive ones are found too. The sealed form of an id keeps resolving
  // beside an imported alias. `open_id` and `union_id` are given with their "ou_" / "on_".
  std::optional<UserNo> find_user(std::string_view user_id) const;
  std::optional<UserNo> find_open_id(AppNo app, std::string_view open_id,
                                     IdSealer const& ids) const;
  std::optional<UserNo> find_union_id(DeveloperNo developer, std::string_view union_id,
                                      IdSealer const& ids) const;
  // By mail address or mobile number; resigned users last, and only if they are wanted.
  std::optional<UserNo> find_email(std::string_view email, bool also_resigned = false) const;
  std::optional<UserNo> find_mobile(std::string_view mobile, bool also_resigned = false) const;
  // What is printed: the imported alias, else the sealed form.
  std::string open_id(AppNo app, UserNo user, IdSealer const& ids) const;
  std::string union_id(DeveloperNo developer, UserNo user, IdSealer const& ids) const;

  bool has_user(UserNo user) const;
  std::string_view user_id(UserNo user) const;  // has_user(user) must hold, here and below
  std::string_view user_name(UserNo user) const;
  std::span<DepartmentNo const> departments_of(UserNo user) const;
  bool resigned(UserNo user) const;
  User user(UserNo user) const;     // everything, as a value
  std::uint64_t users_end() const;  // one above the highest UserNo
  UserSet const& active() const;

  // Departments by custom id or "od-" id (alias or sealed). The root is not found under "0" here:
  // each dialect decides what the root's outside name may do.
  std::optional<DepartmentNo> find_department(std::string_view id, IdSealer const& ids) const;
  // Departments by number of the other kind: 1 is the root.
  std::optional<DepartmentNo> find_department_number(std::int64_t number) const;
  Department const& department(DepartmentNo department) const;  // must exist
  bool has_department(DepartmentNo department) const;
  std::string open_department_id(DepartmentNo department, IdSealer const& ids) const;
  std::span<DepartmentNo const> children(DepartmentNo department) const;  // ascending
  bool is_below(DepartmentNo department, DepartmentNo top) const;         // or the same
  std::uint32_t departments_end() const;
  // Of a department, and with everyone below; inactive users too, but nobody who resigned.
  UserSet const& members(DepartmentNo department) const;
  UserSet const& members_below(DepartmentNo department) const;

  bool has_chat(std::string_view chat_id) const;
  Chat const* find_chat(std::string_view chat_id) const;
  bool has_image(std::string_view image_key) const;
  Image const* find_image(std::string_view image_key) const;
  std::vector<Chat> const& chats() const;
  std::vector<Image> const& images() const;

 private:
  friend class DirectoryBuilder;
  friend class DirectoryEdit;
  Directory();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Builds a directory from rows in any order, or from an older directory and changed rows.
class DirectoryBuilder {
 public:
  explicit DirectoryBuilder(Tenant tenant);          // with a root department only
  explicit DirectoryBuilder(Directory const& base);  // starts as a copy
  ~DirectoryBuilder();

  Tenant& tenant();
  // Upserts by number; a number that is 0 gets the next one. Ids already taken by another number
  // are refused (already_exists); unknown department numbers are found by build().
  Result<DepartmentNo> put(Department department);
  Result<UserNo> put(User const& user);
  void put(Chat chat);
  void put(Image image);
  // For rows that were checked before they were stored: put() of a new user then leaves its ids to
  // build(), which refuses the same clashes for all of them at once, in far less time.
  void defer_checks();
  std::optional<UserNo> find_user(std::string_view user_id) const;  // not with deferred checks
  UserNo next_user() const;
  DepartmentNo next_department() const;

  // Checks the tree (unknown parents, cycles), computes the member sets. The builder is spent.
  Result<std::shared_ptr<Directory const>> build();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon

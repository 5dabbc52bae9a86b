// The users of one directory, by number and by each of their outside names; what a million people
// cost is decided here and in user_chunk.h.
//
// Shape   Chunks of 512 users and three indexes: by user_id, by alias, and by mail address or
//         mobile number. A copy shares all of it; what is put into the copy touches one chunk and a
//         shard or two of an index.
//         A resigned user keeps their number, and their ids until somebody else takes them.
// Errors  put() refuses before it changes anything: invalid_field for text that is too long,
//         already_exists for an id or alias that another user has. Mail addresses and mobile
//         numbers may be shared (imported ones are not judged); of those eight are found.
// Cost    About 20 bytes a user, its text and 12, and 32 an alias, indexes included; 8 for each
//         mail address and number. put() of one user: about 20 us in a shared copy.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "directory/cow_array.h"
#include "directory/entities.h"
#include "directory/number_index.h"
#include "directory/user_chunk.h"

namespace carillon {

class UserRows {
 public:
  Result<void> put(User const& user);

  // From now on put() neither checks nor indexes ids; index() then does both for all users at
  // once, at a third of the cost. Between the two nothing may be looked up.
  void defer_index() { deferred_ = true; }
  // `meanwhile` may read the users by number; it runs in any case.
  Result<void> index(std::function<Result<void>()> const& meanwhile = [] {
    return Result<void>();
  });
  void shrink();  // once a large number was put

  bool has(UserNo user) const {
    auto const* const chunk = chunks_.find(user.value / UserChunk::kUsers);
    return chunk != nullptr && chunk->has(user.value % UserChunk::kUsers);
  }
  std::uint64_t end() const { return end_; }  // one above the highest number
  std::optional<UserNo> find(std::string_view user_id) const;
  std::optional<UserNo> find_alias(AliasOwner owner, std::string_view alias) const;
  // Somebody who did not resign, if there is one; resigned ones only where they are wanted.
  std::optional<UserNo> find_email(std::string_view email, bool also_resigned) const;
  std::optional<UserNo> find_mobile(std::string_view mobile, bool also_resigned) const;

  // has(user) must hold for these.
  std::string_view user_id(UserNo user) const { return chunk(user).user_id(place(user)); }
  std::string_view name(UserNo user) const { return chunk(user).name(place(user)); }
  std::string_view email(UserNo user) const { return chunk(user).email(place(user)); }
  std::string_view mobile(UserNo user) const { return chunk(user).mobile(place(user)); }
  std::uint8_t generation(UserNo user) const { return chunk(user).generation(place(user)); }
  bool active(UserNo user) const { return chunk(user).active(place(user)); }
  bool resigned(UserNo user) const { return chunk(user).resigned(place(user)); }
  std::span<DepartmentNo const> departments(UserNo user) const {
    return chunk(user).departments(place(user));
  }
  std::optional<std::string> alias(AliasOwner owner, UserNo user) const {
    return chunk(user).alias(place(user), owner);
  }
  User get(UserNo user) const;

  // Calls each(user, chunk, place) for all users, ascending: the quick way to see everybody.
  template <class Each>
  void for_each(Each const& each) const {
    for (std::uint64_t first = 0; first < end_; first += UserChunk::kUsers) {
      auto const* const some = chunks_.find(first / UserChunk::kUsers);
      if (some == nullptr) continue;
      for (UserChunk::Place at = 0; at < some->end(); ++at) {
        if (some->has(at)) each(UserNo{static_cast<std::uint32_t>(first + at)}, *some, at);
      }
    }
  }

  std::size_t memory_bytes() const;

 private:
  static UserChunk::Place place(UserNo user) { return user.value % UserChunk::kUsers; }
  UserChunk const& chunk(UserNo user) const { return chunks_[user.value / UserChunk::kUsers]; }

  template <class Take>
  void alias_hashes(UserNo user, Take const& take) const;
  template <class Take>
  void contact_hashes(UserNo user, Take const& take) const;
  template <class IsIt>
  std::optional<UserNo> find_contact(std::uint64_t hash, bool also_resigned,
                                     IsIt const& is_it) const;

  Result<void> check_ids(User const& user) const;
  void take_id(User const& user);
  void take_aliases(User const& user);
  void take_contacts(UserNo user);
  Result<bool> make_room(NumberIndex& index, std::uint32_t number, std::uint32_t other,
                         std::uint64_t hash) const;
  Result<void> index_ids();
  Result<void> index_aliases();
  Result<void> index_alias(UserNo user, AliasKey const& key, std::uint64_t hash);
  void index_contacts();
  bool make_contact_room(UserNo user, std::uint64_t hash);

  CowArray<UserChunk> chunks_;
  NumberIndex by_user_id_;
  NumberIndex by_alias_;
  NumberIndex by_contact_;
  std::uint64_t end_ = 1;  // numbers count from 1
  bool deferred_ = false;
};

}  // namespace carillon

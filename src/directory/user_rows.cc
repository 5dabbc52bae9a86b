#include "directory/user_rows.h"

#include <array>
#include <future>
#include <utility>

#include "directory/contact_key.h"

namespace carillon {
namespace {

constexpr std::size_t kNamesakesMax = 8;  // users found under one mail address or mobile number
constexpr std::uint64_t kEmailSeed = 3;
constexpr std::uint64_t kMobileSeed = 4;

Error too_long(User const& user, char const* field) {
  return fail(Errc::invalid_field, std::string(field) + " of user \"" + user.user_id.substr(0, 64) +
                                       "\" is empty or too long");
}

Result<void> check_lengths(User const& user) {
  constexpr auto kMax = UserChunk::kFieldMax;
  if (user.user_id.empty() || user.user_id.size() > kMax) return too_long(user, "user_id");
  if (user.name.size() > kMax) return too_long(user, "name");
  if (user.email.size() > kMax) return too_long(user, "email");
  if (user.mobile.size() > kMax) return too_long(user, "mobile");
  if (user.departments.empty()) return too_long(user, "departments");
  for (auto const& [app, alias] : user.open_aliases) {
    if (!app || alias.empty() || alias.size() > kMax) return too_long(user, "open_id");
  }
  for (auto const& [developer, alias] : user.union_aliases) {
    if (!developer || alias.empty() || alias.size() > kMax) return too_long(user, "union_id");
  }
  return {};
}

template <class Take>
void each_alias(User const& user, Take const& take) {
  for (auto const& [developer, alias] : user.union_aliases) {
    take(AliasOwner::of(developer), alias);
  }
  for (auto const& [app, alias] : user.open_aliases) take(AliasOwner::of(app), alias);
}

std::uint64_t id_hash(std::string_view user_id) { return hash_bytes(user_id, 0); }

}  // namespace

template <class Take>
void UserRows::alias_hashes(UserNo user, Take const& take) const {
  chunk(user).for_each_alias(place(user), [&](AliasKey const& key) { take(key.hash()); });
}

template <class Take>
void UserRows::contact_hashes(UserNo user, Take const& take) const {
  if (auto const text = email(user); !text.empty()) take(hash_bytes(email_key(text), kEmailSeed));
  if (mobile(user).empty()) return;
  if (auto const key = mobile_key(mobile(user)); !key.empty()) take(hash_bytes(key, kMobileSeed));
}

Result<void> UserRows::put(User const& user) {
  CHECK_OK(check_lengths(user));
  bool const known = has(user.no);
  if (known) CHECK_OK(index());
  if (deferred_) {
    chunks_.edit(user.no.value / UserChunk::kUsers).put(place(user.no), user);
    end_ = std::max<std::uint64_t>(end_, std::uint64_t{user.no.value} + 1);
    return {};
  }
  CHECK_OK(check_ids(user));

  // Keys that stay are left alone, so that their shards stay shared.
  auto const before = known ? get(user.no) : User();
  // Who resigns may lose them to somebody, who is taken back gets those that nobody has.
  bool const anew = !known || before.resigned != user.resigned;
  bool const new_id = anew || before.user_id != user.user_id;
  bool const new_aliases = anew || before.open_aliases != user.open_aliases ||
                           before.union_aliases != user.union_aliases;
  bool const new_contacts = anew || before.email != user.email || before.mobile != user.mobile;
  if (known && new_id) by_user_id_.erase(user.no.value, id_hash(before.user_id));
  if (known && new_aliases) {
    alias_hashes(user.no, [&](std::uint64_t hash) { by_alias_.erase(user.no.value, hash); });
  }
  if (known && new_contacts) {
    contact_hashes(user.no, [&](std::uint64_t hash) { by_contact_.erase(user.no.value, hash); });
  }
  chunks_.edit(user.no.value / UserChunk::kUsers).put(place(user.no), user);
  end_ = std::max<std::uint64_t>(end_, std::uint64_t{user.no.value} + 1);
  if (new_id) take_id(user);
  if (new_aliases) take_aliases(user);
  if (new_contacts) take_contacts(user.no);
  return {};
}

// Of a resigned user an id may be taken over; a resigned user takes nothing from anybody.
Result<void> UserRows::check_ids(User const& user) const {
  auto const check = [&](std::optional<UserNo> holder, char const* what,
                         std::string const& id) -> Result<void> {
    if (!holder || *holder == user.no || user.resigned || resigned(*holder)) return {};
    return fail(Errc::already_exists, std::string(what) + " \"" + id + "\" is another user's");
  };
  // Look-ups that miss the caches take little longer than one if they start together.
  by_user_id_.prefetch(id_hash(user.user_id));
  each_alias(user, [&](AliasOwner owner, std::string const& alias) {
    by_alias_.prefetch(AliasKey::of(owner, alias).hash());
  });
  CHECK_OK(check(find(user.user_id), "user_id", user.user_id));
  Result<void> out;
  each_alias(user, [&](AliasOwner owner, std::string const& alias) {
    if (!out) return;
    out = check(find_alias(owner, alias), owner.is_union() ? "union_id" : "open_id", alias);
  });
  return out;
}

void UserRows::take_id(User const& user) {
  auto const hash = id_hash(user.user_id);
  if (auto const holder = find(user.user_id); holder && *holder != user.no) {
    if (user.resigned) return;
    by_user_id_.erase(holder->value, hash);
  }
  by_user_id_.insert(user.no.value, hash, [this](std::uint32_t number, auto const& take) {
    take(id_hash(user_id(UserNo{number})));
  });
}

void UserRows::take_aliases(User const& user) {
  each_alias(user, [&](AliasOwner owner, std::string const& alias) {
    auto const hash = AliasKey::of(owner, alias).hash();
    if (auto const holder = find_alias(owner, alias); holder && *holder != user.no) {
      if (user.resigned) return;
      by_alias_.erase(holder->value, hash);
    }
    by_alias_.insert(user.no.value, hash, [this](std::uint32_t number, auto const& take) {
      alias_hashes(UserNo{number}, take);
    });
  });
}

void UserRows::take_contacts(UserNo user) {
  contact_hashes(user, [&](std::uint64_t hash) {
    if (!make_contact_room(user, hash)) return;
    by_contact_.insert(user.value, hash, [this](std::uint32_t number, auto const& take) {
      contact_hashes(UserNo{number}, take);
    });
  });
}

// So many under one key that one more would only make look-ups slow: then whoever resigned gives
// way to who did not, and all others stay out.
bool UserRows::make_contact_room(UserNo user, std::uint64_t hash) {
  std::size_t others = 0;
  std::optional<std::uint32_t> gone;
  by_contact_.find(hash, [&](std::uint32_t number) {
    bool holds = false;
    contact_hashes(UserNo{number}, [&](std::uint64_t of) { holds = holds || of == hash; });
    if (holds) ++others;
    if (holds && resigned(UserNo{number})) gone = number;
    return false;
  });
  if (others < kNamesakesMax) return true;
  if (!gone || resigned(user)) return false;
  by_contact_.erase(*gone, hash);
  return true;
}

Result<void> UserRows::index(std::function<Result<void>()> const& meanwhile) {
  if (!std::exchange(deferred_, false)) return meanwhile();
  // Each reads the users and writes an index of its own.
  auto aliases = std::async(std::launch::async, [this] { return index_aliases(); });
  auto const ids = index_ids();
  index_contacts();
  auto done = meanwhile();
  auto const aliased = aliases.get();
  CHECK_OK(ids);
  CHECK_OK(aliased);
  return done;
}

void UserRows::shrink() {
  chunks_.for_each_edited([](UserChunk& chunk) { chunk.shrink(); });
}

// Of two users with one id or alias, one must have resigned; the other has it then.
Result<bool> UserRows::make_room(NumberIndex& index, std::uint32_t number, std::uint32_t other,
                                 std::uint64_t hash) const {
  if (other == 0) return true;
  if (other == number) return false;
  bool const other_resigned = resigned(UserNo{other});
  if (other_resigned) {
    index.erase(other, hash);
  } else if (!resigned(UserNo{number})) {
    return fail(Errc::already_exists);
  }
  return other_resigned;
}

Result<void> UserRows::index_ids() {
  std::vector<NumberTable::Entry> entries;
  entries.reserve(end_);
  for_each([&](UserNo user, UserChunk const& some, UserChunk::Place at) {
    entries.push_back({user.value, id_hash(some.user_id(at))});
  });
  Result<void> out;
  by_user_id_.fill(entries, [&](NumberTable::Entry const& entry) {
    auto const id = user_id(UserNo{entry.number});
    auto const other = by_user_id_.find(
        entry.hash, [&](std::uint32_t holder) { return user_id(UserNo{holder}) == id; });
    auto const free = make_room(by_user_id_, entry.number, other, entry.hash);
    if (!free) {
      out = fail(Errc::already_exists, "user_id \"" + std::string(id) + "\" is used twice");
    } else if (*free) {
      by_user_id_.append(entry.number, entry.hash, [this](std::uint32_t of, auto const& take) {
        take(id_hash(user_id(UserNo{of})));
      });
    }
  });
  return out;
}

Result<void> UserRows::index_alias(UserNo user, AliasKey const& key, std::uint64_t hash) {
  auto const other = by_alias_.find(hash, [&](std::uint32_t holder) {
    return chunk(UserNo{holder}).has_alias(place(UserNo{holder}), key);
  });
  auto const free = make_room(by_alias_, user.value, other, hash);
  if (!free) return fail(Errc::already_exists, "\"" + key.alias() + "\" is used twice");
  if (*free) {
    by_alias_.append(user.value, hash, [this](std::uint32_t of, auto const& take) {
      alias_hashes(UserNo{of}, take);
    });
  }
  return {};
}

Result<void> UserRows::index_aliases() {
  std::vector<NumberTable::Entry> entries;
  entries.reserve(2 * end_);
  for_each([&](UserNo user, UserChunk const& some, UserChunk::Place at) {
    some.for_each_alias(at, [&](AliasKey const& key) {
      entries.push_back({user.value, key.hash()});
    });
  });
  Result<void> out;
  by_alias_.fill(entries, [&](NumberTable::Entry const& entry) {
    UserNo const user{entry.number};
    chunk(user).for_each_alias(place(user), [&](AliasKey const& key) {
      if (key.hash() != entry.hash) return;
      if (auto done = index_alias(user, key, entry.hash); !done) out = std::move(done);
    });
  });
  return out;
}

void UserRows::index_contacts() {
  std::vector<NumberTable::Entry> entries;
  for_each([&](UserNo user, UserChunk const& /*some*/, UserChunk::Place /*at*/) {
    contact_hashes(user, [&](std::uint64_t hash) { entries.push_back({user.value, hash}); });
  });
  by_contact_.fill(entries, [&](NumberTable::Entry const& entry) {
    if (!make_contact_room(UserNo{entry.number}, entry.hash)) return;
    by_contact_.append(entry.number, entry.hash, [this](std::uint32_t of, auto const& take) {
      contact_hashes(UserNo{of}, take);
    });
  });
}

std::optional<UserNo> UserRows::find(std::string_view user_id) const {
  auto const number = by_user_id_.find(
      id_hash(user_id), [&](std::uint32_t n) { return this->user_id(UserNo{n}) == user_id; });
  if (number == 0) return std::nullopt;
  return UserNo{number};
}

std::optional<UserNo> UserRows::find_alias(AliasOwner owner, std::string_view alias) const {
  auto const key = AliasKey::of(owner, alias);
  auto const number = by_alias_.find(key.hash(), [&](std::uint32_t n) {
    return chunk(UserNo{n}).has_alias(place(UserNo{n}), key);
  });
  if (number == 0) return std::nullopt;
  return UserNo{number};
}

template <class IsIt>
std::optional<UserNo> UserRows::find_contact(std::uint64_t hash, bool also_resigned,
                                             IsIt const& is_it) const {
  std::optional<UserNo> gone;
  auto const number = by_contact_.find(hash, [&](std::uint32_t n) {
    UserNo const user{n};
    if (!is_it(user)) return false;
    if (!resigned(user)) return true;
    gone = user;
    return false;
  });
  if (number != 0) return UserNo{number};
  return also_resigned ? gone : std::nullopt;
}

std::optional<UserNo> UserRows::find_email(std::string_view email, bool also_resigned) const {
  auto const key = email_key(email);
  if (key.empty()) return std::nullopt;
  return find_contact(hash_bytes(key, kEmailSeed), also_resigned,
                      [&](UserNo user) { return email_key(this->email(user)) == key; });
}

std::optional<UserNo> UserRows::find_mobile(std::string_view mobile, bool also_resigned) const {
  auto const key = mobile_key(mobile);
  if (key.empty()) return std::nullopt;
  return find_contact(hash_bytes(key, kMobileSeed), also_resigned,
                      [&](UserNo user) { return mobile_key(this->mobile(user)) == key; });
}

User UserRows::get(UserNo user) const {
  auto out = chunk(user).get(place(user));
  out.no = user;
  return out;
}

std::size_t UserRows::memory_bytes() const {
  auto bytes = chunks_.overhead_bytes() + by_user_id_.memory_bytes() + by_alias_.memory_bytes() +
               by_contact_.memory_bytes();
  chunks_.for_each([&](UserChunk const& chunk) { bytes += chunk.memory_bytes(); });
  return bytes;
}

}  // namespace carillon

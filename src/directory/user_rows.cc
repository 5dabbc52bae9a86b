#include "directory/user_rows.h"

#include <algorithm>
#include <cstring>

#include "crypto/crypto.h"

namespace carillon {
namespace {

constexpr std::uint32_t kMany = 0x8000'0000;  // in the department column
constexpr std::size_t kFieldMax = 255;
constexpr std::size_t kUnit = 4;
constexpr std::size_t kPlacesMax = 0xffff'0000;  // leaves room for one more user's text

constexpr std::array<std::uint8_t, 256> make_hex_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xff);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) values['a' + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}

// 32 lower-case hex digits as 16 bytes; anything else is kept as text, upper case included, so
// that what is printed is what was imported. A table, since branches on random digits cost more
// than the rest of a look-up.
bool from_lower_hex(std::string_view hex, std::array<std::uint8_t, 16>& out) {
  static constexpr auto kValues = make_hex_values();
  if (hex.size() != 32) return false;
  std::uint8_t bad = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto const high = kValues[static_cast<unsigned char>(hex[2 * i])];
    auto const low = kValues[static_cast<unsigned char>(hex[2 * i + 1])];
    bad |= high | low;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return (bad & 0xf0) == 0;
}

Error too_long(User const& user, char const* field) {
  return fail(Errc::invalid_field, std::string(field) + " of user \"" + user.user_id.substr(0, 64) +
                                       "\" is empty or too long");
}

}  // namespace

UserRows::UserRows() {
  arena_.extend(kUnit);  // place 0 is nowhere
  aliases_.extend(1);
  text_at_.extend(1);  // numbers count from 1
}

UserRows::UserRows(UserRows const& other) : UserRows() {
  if (other.waste_bytes_ * 4 > other.arena_.size() + other.many_.bytes()) {
    defer_index();
    for (std::uint32_t n = 1; n < other.end(); ++n) {
      if (other.has(UserNo{n})) static_cast<void>(put(other.get(UserNo{n})));
    }
    static_cast<void>(index());  // what was indexed before has no clashes
    return;
  }
  text_at_ = other.text_at_;
  state_ = other.state_;
  department_ = other.department_;
  first_alias_ = other.first_alias_;
  arena_ = other.arena_;
  many_ = other.many_;
  aliases_ = other.aliases_;
  free_alias_ = other.free_alias_;
  by_user_id_ = other.by_user_id_;
  by_alias_ = other.by_alias_;
  waste_bytes_ = other.waste_bytes_;
}

UserRows::Header UserRows::header(Place at) const {
  Header header;
  std::memcpy(&header, arena_.data() + std::size_t{at} * kUnit, sizeof(header));
  return header;
}

std::string_view UserRows::text(Place at, std::size_t field) const {
  auto const lengths = header(at).lengths;
  auto const* start = arena_.data() + std::size_t{at} * kUnit + sizeof(Header);
  for (std::size_t i = 0; i < field; ++i) start += lengths[i];
  return {start, lengths[field]};
}

UserRows::Place UserRows::add_bytes(std::string_view bytes) {
  auto const at = arena_.size() / kUnit;
  arena_.append(bytes);
  arena_.extend((arena_.size() + kUnit - 1) / kUnit * kUnit);
  return static_cast<Place>(at);
}

UserRows::Place UserRows::add_record(User const& user) {
  std::string_view const fields[] = {user.user_id, user.name, user.email, user.mobile};
  Header header{user.no.value, {}};
  char record[sizeof(Header) + 4 * kFieldMax];
  auto* end = record + sizeof(header);
  for (std::size_t i = 0; i < 4; ++i) {
    header.lengths[i] = static_cast<std::uint8_t>(fields[i].size());
    std::memcpy(end, fields[i].data(), fields[i].size());
    end += fields[i].size();
  }
  std::memcpy(record, &header, sizeof(header));
  return add_bytes({record, static_cast<std::size_t>(end - record)});
}

Result<void> UserRows::put(User const& user) {
  if (user.user_id.empty() || user.user_id.size() > kFieldMax) return too_long(user, "user_id");
  if (user.name.size() > kFieldMax) return too_long(user, "name");
  if (user.email.size() > kFieldMax) return too_long(user, "email");
  if (user.mobile.size() > kFieldMax) return too_long(user, "mobile");
  if (user.departments.empty()) return too_long(user, "departments");
  for (auto const& [app, alias] : user.open_aliases) {
    if (!app || alias.empty() || alias.size() > kFieldMax) return too_long(user, "open_id");
  }
  for (auto const& [developer, alias] : user.union_aliases) {
    if (!developer || alias.empty() || alias.size() > kFieldMax) return too_long(user, "union_id");
  }
  if (arena_.size() / kUnit > kPlacesMax) return fail(Errc::too_large, "the directory is full");
  if (has(user.no)) CHECK_OK(index());
  if (!deferred_) CHECK_OK(check_ids(user));

  auto const size = std::size_t{user.no.value} + 1;
  text_at_.extend(size);
  state_.extend(size);
  department_.extend(size);
  first_alias_.extend(size);
  put_text(user);
  state_[user.no.value] = {user.generation, user.active};
  put_departments(user);
  put_aliases(user);
  return {};
}

Result<void> UserRows::check_ids(User const& user) const {
  // Three look-ups that miss the caches take little longer than one if they start together.
  by_user_id_.prefetch(hash_bytes(user.user_id, 0));
  for (auto const& [app, alias] : user.open_aliases) {
    by_alias_.prefetch(alias_key(AliasOwner::of(app), alias).hash());
  }
  for (auto const& [developer, alias] : user.union_aliases) {
    by_alias_.prefetch(alias_key(AliasOwner::of(developer), alias).hash());
  }
  if (auto const other = find(user.user_id); other && *other != user.no) {
    return fail(Errc::already_exists, "user_id \"" + user.user_id + "\" is another user's");
  }
  for (auto const& [app, alias] : user.open_aliases) {
    CHECK_OK(check_alias(user.no, AliasOwner::of(app), alias));
  }
  for (auto const& [developer, alias] : user.union_aliases) {
    CHECK_OK(check_alias(user.no, AliasOwner::of(developer), alias));
  }
  return {};
}

Result<void> UserRows::index() {
  if (!std::exchange(deferred_, false)) return {};
  // Each step asks for the line that a step some way ahead will need.
  auto const all = [](NumberTable const& table, std::size_t end, auto const& hash_of,
                      auto const& take) -> Result<void> {
    constexpr std::size_t kAhead = 16;
    std::array<std::uint64_t, kAhead> hashes{};
    for (std::size_t i = 1; i < end + kAhead; ++i) {
      if (i >= kAhead + 1) CHECK_OK(take(i - kAhead, hashes[i % kAhead]));
      if (i < end) {
        hashes[i % kAhead] = hash_of(i);
        table.prefetch(hashes[i % kAhead]);
      }
    }
    return {};
  };
  auto const none = [](auto const& /*take*/) {};
  by_user_id_.reset(text_at_.size());
  CHECK_OK(all(
      by_user_id_, text_at_.size(),
      [&](std::size_t n) { return text_at_[n] == 0 ? 0 : record_hash(text_at_[n]); },
      [&](std::size_t n, std::uint64_t hash) -> Result<void> {
        auto const place = text_at_[n];
        if (place == 0) return {};
        auto const id = text(place, 0);
        if (by_user_id_.find(hash, [&](Place at) { return text(at, 0) == id; }) != 0) {
          return fail(Errc::already_exists, "user_id \"" + std::string(id) + "\" is used twice");
        }
        by_user_id_.insert(place, hash, none);
        return {};
      }));
  by_alias_.reset(aliases_.size());
  return all(
      by_alias_, aliases_.size(),
      [&](std::size_t i) {
        return aliases_[i].owner == 0 ? 0 : alias_key(static_cast<AliasIndex>(i)).hash();
      },
      [&](std::size_t i, std::uint64_t hash) -> Result<void> {
        auto const index = static_cast<AliasIndex>(i);
        if (aliases_[i].owner == 0) return {};
        if (find_alias_index(alias_key(index)) != 0) {
          return fail(Errc::already_exists, "\"" + alias_text(index) + "\" is used twice");
        }
        by_alias_.insert(index, hash, none);
        return {};
      });
}

void UserRows::put_text(User const& user) {
  auto const old = text_at_[user.no.value];
  auto const each = [this](auto const& take) {
    for (std::size_t n = 0; n < text_at_.size(); ++n) {
      if (text_at_[n] != 0) take(text_at_[n], record_hash(text_at_[n]));
    }
  };
  if (old != 0) {
    if (text(old, 0) == user.user_id && text(old, 1) == user.name && text(old, 2) == user.email &&
        text(old, 3) == user.mobile) {
      return;
    }
    by_user_id_.erase(old, record_hash(old));
    auto const lengths = header(old).lengths;
    waste_bytes_ += sizeof(Header) + lengths[0] + lengths[1] + lengths[2] + lengths[3];
    text_at_[user.no.value] = 0;
  }
  auto const place = add_record(user);
  if (!deferred_) by_user_id_.insert(place, hash_bytes(user.user_id, 0), each);
  text_at_[user.no.value] = place;
}

void UserRows::put_departments(User const& user) {
  auto& slot = department_[user.no.value];
  auto const& wanted = user.departments;
  if (wanted.size() == 1) {
    slot = wanted.front();
    return;
  }
  if (slot.value != 0) {
    auto const now = departments(user.no);
    if (now.size() == wanted.size() && now.size() > 1) {
      std::copy(wanted.begin(), wanted.end(), &many_[(slot.value & ~kMany) + 1]);
      return;
    }
    if (now.size() > 1) waste_bytes_ += (now.size() + 1) * sizeof(DepartmentNo);
  }
  slot = DepartmentNo{static_cast<std::uint32_t>(many_.size()) | kMany};
  many_.push_back(DepartmentNo{static_cast<std::uint32_t>(wanted.size())});
  many_.append(wanted);
}

std::span<DepartmentNo const> UserRows::departments(UserNo user) const {
  auto const& slot = department_[user.value];
  if ((slot.value & kMany) == 0) return {&slot, 1};
  auto const at = slot.value & ~kMany;
  return {&many_[at + 1], many_[at].value};
}

std::optional<UserNo> UserRows::find(std::string_view user_id) const {
  auto const place =
      by_user_id_.find(hash_bytes(user_id, 0), [&](Place at) { return text(at, 0) == user_id; });
  if (place == 0) return std::nullopt;
  return UserNo{header(place).user};
}

std::string_view UserRows::user_id(UserNo user) const { return text(text_at_[user.value], 0); }
std::string_view UserRows::name(UserNo user) const { return text(text_at_[user.value], 1); }

User UserRows::get(UserNo user) const {
  User out;
  auto const at = text_at_[user.value];
  out.no = user;
  out.generation = generation(user);
  out.active = active(user);
  out.user_id = text(at, 0);
  out.name = text(at, 1);
  out.email = text(at, 2);
  out.mobile = text(at, 3);
  auto const in = departments(user);
  out.departments.assign(in.begin(), in.end());
  for (auto i = first_alias_[user.value]; i != 0; i = aliases_[i].next) {
    AliasOwner const owner{aliases_[i].owner};
    if (owner.is_union()) {
      out.union_aliases.emplace_back(DeveloperNo{owner.number()}, alias_text(i));
    } else {
      out.open_aliases.emplace_back(AppNo{owner.number()}, alias_text(i));
    }
  }
  return out;
}

std::uint64_t UserRows::AliasKey::hash() const {
  if ((owner & AliasOwner::kText) != 0) return hash_bytes(text, owner);
  return hash_bytes({reinterpret_cast<char const*>(id.data()), id.size()}, owner);
}

UserRows::AliasKey UserRows::alias_key(AliasOwner owner, std::string_view alias) {
  AliasKey key{owner.bits, {}, alias};
  auto const prefix = owner.prefix();
  if (!alias.starts_with(prefix) || !from_lower_hex(alias.substr(prefix.size()), key.id)) {
    key.owner |= AliasOwner::kText;
  }
  return key;
}

UserRows::AliasKey UserRows::alias_key(AliasIndex alias) const {
  auto const& entry = aliases_[alias];
  AliasKey key{entry.owner, entry.id, {}};
  if ((entry.owner & AliasOwner::kText) != 0) {
    Place at = 0;
    std::memcpy(&at, entry.id.data(), sizeof(at));
    key.text = {arena_.data() + std::size_t{at} * kUnit, entry.id[sizeof(at)]};
  }
  return key;
}

UserRows::AliasIndex UserRows::find_alias_index(AliasKey const& key) const {
  return by_alias_.find(key.hash(), [&](AliasIndex i) {
    if (aliases_[i].owner != key.owner) return false;
    return (key.owner & AliasOwner::kText) != 0 ? alias_key(i).text == key.text
                                                : aliases_[i].id == key.id;
  });
}

std::optional<UserNo> UserRows::find_alias(AliasOwner owner, std::string_view alias) const {
  auto const index = find_alias_index(alias_key(owner, alias));
  if (index == 0) return std::nullopt;
  return UserNo{aliases_[index].user};
}

std::string UserRows::alias_text(AliasIndex alias) const {
  auto const key = alias_key(alias);
  if ((key.owner & AliasOwner::kText) != 0) return std::string(key.text);
  return std::string(AliasOwner{key.owner}.prefix()) + to_hex(key.id.data(), key.id.size());
}

std::optional<std::string> UserRows::alias(AliasOwner owner, UserNo user) const {
  for (auto i = first_alias_[user.value]; i != 0; i = aliases_[i].next) {
    if ((aliases_[i].owner & ~AliasOwner::kText) == owner.bits) return alias_text(i);
  }
  return std::nullopt;
}

Result<void> UserRows::check_alias(UserNo user, AliasOwner owner, std::string_view alias) const {
  if (auto const other = find_alias(owner, alias); other && *other != user) {
    return fail(Errc::already_exists, std::string(owner.is_union() ? "union_id" : "open_id") +
                                          " \"" + std::string(alias) + "\" is another user's");
  }
  return {};
}

bool UserRows::same_aliases(User const& user) const {
  auto open = user.open_aliases.begin();
  auto onion = user.union_aliases.begin();
  for (auto i = first_alias_[user.no.value]; i != 0; i = aliases_[i].next) {
    AliasOwner const owner{aliases_[i].owner};
    if (owner.is_union()) {
      if (onion == user.union_aliases.end() || onion->first.value != owner.number() ||
          alias_text(i) != onion->second) {
        return false;
      }
      ++onion;
    } else {
      if (open == user.open_aliases.end() || open->first.value != owner.number() ||
          alias_text(i) != open->second) {
        return false;
      }
      ++open;
    }
  }
  return open == user.open_aliases.end() && onion == user.union_aliases.end();
}

void UserRows::put_aliases(User const& user) {
  if (same_aliases(user)) return;
  drop_aliases(user.no);
  for (auto const& [developer, alias] : user.union_aliases) {
    add_alias(user.no, AliasOwner::of(developer), alias);
  }
  for (auto const& [app, alias] : user.open_aliases) {
    add_alias(user.no, AliasOwner::of(app), alias);
  }
}

void UserRows::add_alias(UserNo user, AliasOwner owner, std::string_view alias) {
  auto const key = alias_key(owner, alias);
  AliasIndex last = 0;
  for (auto i = first_alias_[user.value]; i != 0; i = aliases_[i].next) {
    if (aliases_[i].owner == key.owner && alias_text(i) == alias) return;  // named twice
    last = i;
  }
  Alias entry{key.owner, user.value, 0, key.id};
  if ((key.owner & AliasOwner::kText) != 0) {
    auto const at = add_bytes(alias);
    std::memcpy(entry.id.data(), &at, sizeof(at));
    entry.id[sizeof(at)] = static_cast<std::uint8_t>(alias.size());
  }
  if (!deferred_) {
    by_alias_.insert(free_alias_ != 0 ? free_alias_ : static_cast<AliasIndex>(aliases_.size()),
                     key.hash(), [this](auto const& take) {
                       for (AliasIndex i = 1; i < aliases_.size(); ++i) {
                         if (aliases_[i].owner != 0) take(i, alias_key(i).hash());
                       }
                     });
  }
  auto index = free_alias_;
  if (index != 0) {
    free_alias_ = aliases_[index].next;
    aliases_[index] = entry;
  } else {
    index = static_cast<AliasIndex>(aliases_.size());
    aliases_.push_back(entry);
  }
  (last == 0 ? first_alias_[user.value] : aliases_[last].next) = index;
}

void UserRows::drop_aliases(UserNo user) {
  auto i = std::exchange(first_alias_[user.value], 0);
  while (i != 0) {
    auto const key = alias_key(i);
    waste_bytes_ += key.text.size();
    by_alias_.erase(i, key.hash());
    auto const next = aliases_[i].next;
    aliases_[i] = Alias{0, 0, free_alias_, {}};
    free_alias_ = i;
    i = next;
  }
}

std::size_t UserRows::memory_bytes() const {
  return text_at_.bytes() + state_.bytes() + department_.bytes() + first_alias_.bytes() +
         arena_.bytes() + many_.bytes() + aliases_.bytes() + by_user_id_.bytes() +
         by_alias_.bytes();
}

}  // namespace carillon

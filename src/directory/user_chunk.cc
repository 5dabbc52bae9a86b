#include "directory/user_chunk.h"

#include <algorithm>
#include <cstring>

#include "crypto/crypto.h"
#include "directory/number_table.h"

namespace carillon {
namespace {

constexpr std::uint32_t kMany = 0x8000'0000;  // in the department column
constexpr std::size_t kFields = 4;

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

}  // namespace

AliasKey AliasKey::of(AliasOwner owner, std::string_view alias) {
  AliasKey key{owner.bits, {}, alias};
  auto const prefix = owner.prefix();
  if (!alias.starts_with(prefix) || !from_lower_hex(alias.substr(prefix.size()), key.id)) {
    key.owner |= AliasOwner::kText;
  }
  return key;
}

std::uint64_t AliasKey::hash() const {
  if ((owner & AliasOwner::kText) != 0) return hash_bytes(text, owner);
  return hash_bytes({reinterpret_cast<char const*>(id.data()), id.size()}, owner);
}

std::string AliasKey::alias() const {
  if ((owner & AliasOwner::kText) != 0) return std::string(text);
  return std::string(AliasOwner{owner}.prefix()) + to_hex(id.data(), id.size());
}

UserChunk::UserChunk(UserChunk const& other) {
  auto const bytes = other.arena_.bytes() + other.many_.bytes() + other.aliases_.bytes();
  if (other.waste_bytes_ * std::size_t{4} > bytes) {
    for (Place at = 0; at < other.end(); ++at) {
      if (other.has(at)) put(at, other.get(at));
    }
    return;
  }
  rows_ = other.rows_;
  arena_ = other.arena_;
  many_ = other.many_;
  aliases_ = other.aliases_;
  waste_bytes_ = other.waste_bytes_;
}

void UserChunk::put(Place at, User const& user) {
  rows_.extend(std::size_t{at} + 1);
  arena_.extend(1);  // so that nothing begins at 0
  aliases_.extend(1);
  auto& row = rows_[at];
  put_text(row, user);
  row.generation = user.generation;
  row.state =
      static_cast<std::uint8_t>((user.active ? kActive : 0) | (user.resigned ? kResigned : 0));
  put_departments(row, user);
  put_aliases(row, user);
}

void UserChunk::shrink() {
  rows_.shrink();
  arena_.shrink();
  many_.shrink();
  aliases_.shrink();
}

std::string_view UserChunk::text(Place at, std::size_t field) const {
  auto const* const record = arena_.data() + rows_[at].text;
  auto const* const lengths = reinterpret_cast<std::uint8_t const*>(record);
  auto const* start = record + kFields;
  for (std::size_t i = 0; i < field; ++i) start += lengths[i];
  return {start, lengths[field]};
}

void UserChunk::put_text(Row& row, User const& user) {
  std::string_view const fields[kFields] = {user.user_id, user.name, user.email, user.mobile};
  char record[kFields + kFields * kFieldMax];
  auto* end = record + kFields;
  for (std::size_t i = 0; i < kFields; ++i) {
    record[i] = static_cast<char>(fields[i].size());
    std::memcpy(end, fields[i].data(), fields[i].size());
    end += fields[i].size();
  }
  std::string_view const wanted(record, static_cast<std::size_t>(end - record));
  if (row.text != 0) {
    auto const* const old = reinterpret_cast<std::uint8_t const*>(arena_.data() + row.text);
    auto const size = kFields + old[0] + old[1] + old[2] + old[3];
    if (std::string_view(arena_.data() + row.text, size) == wanted) return;
    waste_bytes_ += static_cast<std::uint32_t>(size);
  }
  row.text = static_cast<std::uint32_t>(arena_.size());
  arena_.append(wanted);
}

void UserChunk::put_departments(Row& row, User const& user) {
  auto const& wanted = user.departments;
  if ((row.department.value & kMany) != 0) {
    auto* const list = &many_[row.department.value & ~kMany];
    if (list->value == wanted.size()) {
      std::copy(wanted.begin(), wanted.end(), list + 1);
      return;
    }
    waste_bytes_ += (list->value + 1) * static_cast<std::uint32_t>(sizeof(DepartmentNo));
  }
  if (wanted.size() == 1) {
    row.department = wanted.front();
    return;
  }
  row.department = DepartmentNo{static_cast<std::uint32_t>(many_.size()) | kMany};
  many_.push_back(DepartmentNo{static_cast<std::uint32_t>(wanted.size())});
  many_.append(wanted);
}

std::span<DepartmentNo const> UserChunk::departments(Place at) const {
  auto const& row = rows_[at];
  if ((row.department.value & kMany) == 0) return {&row.department, 1};
  auto const* const list = &many_[row.department.value & ~kMany];
  return {list + 1, list->value};
}

AliasKey UserChunk::alias_key(AliasIndex alias) const {
  auto const& entry = aliases_[alias];
  AliasKey key{entry.owner, entry.id, {}};
  if ((entry.owner & AliasOwner::kText) != 0) {
    std::uint32_t at = 0;
    std::memcpy(&at, entry.id.data(), sizeof(at));
    key.text = {arena_.data() + at, entry.id[sizeof(at)]};
  }
  return key;
}

bool UserChunk::equals(AliasIndex alias, AliasKey const& key) const {
  auto const& entry = aliases_[alias];
  if (entry.owner != key.owner) return false;
  if ((key.owner & AliasOwner::kText) != 0) return alias_key(alias).text == key.text;
  return entry.id == key.id;
}

bool UserChunk::has_alias(Place at, AliasKey const& key) const {
  for (auto i = rows_[at].first_alias; i != 0; i = aliases_[i].next) {
    if (equals(i, key)) return true;
  }
  return false;
}

std::optional<std::string> UserChunk::alias(Place at, AliasOwner owner) const {
  for (auto i = rows_[at].first_alias; i != 0; i = aliases_[i].next) {
    if ((aliases_[i].owner & ~AliasOwner::kText) == owner.bits) return alias_key(i).alias();
  }
  return std::nullopt;
}

bool UserChunk::same_aliases(Row const& row, User const& user) const {
  auto i = row.first_alias;
  auto const next_is = [&](AliasOwner owner, std::string_view alias) {
    if (i == 0 || !equals(i, AliasKey::of(owner, alias))) return false;
    i = aliases_[i].next;
    return true;
  };
  for (auto const& [developer, alias] : user.union_aliases) {
    if (!next_is(AliasOwner::of(developer), alias)) return false;
  }
  for (auto const& [app, alias] : user.open_aliases) {
    if (!next_is(AliasOwner::of(app), alias)) return false;
  }
  return i == 0;
}

void UserChunk::put_aliases(Row& row, User const& user) {
  if (same_aliases(row, user)) return;
  for (auto i = std::exchange(row.first_alias, 0); i != 0; i = aliases_[i].next) {
    waste_bytes_ += static_cast<std::uint32_t>(sizeof(Alias) + alias_key(i).text.size());
  }
  for (auto const& [developer, alias] : user.union_aliases) {
    add_alias(row, AliasKey::of(AliasOwner::of(developer), alias));
  }
  for (auto const& [app, alias] : user.open_aliases) {
    add_alias(row, AliasKey::of(AliasOwner::of(app), alias));
  }
}

void UserChunk::add_alias(Row& row, AliasKey const& key) {
  AliasIndex last = 0;
  for (auto i = row.first_alias; i != 0; i = aliases_[i].next) {
    if (equals(i, key)) return;  // named twice
    last = i;
  }
  Alias entry{key.owner, 0, key.id};
  if ((key.owner & AliasOwner::kText) != 0) {
    auto const at = static_cast<std::uint32_t>(arena_.size());
    arena_.append(key.text);
    std::memcpy(entry.id.data(), &at, sizeof(at));
    entry.id[sizeof(at)] = static_cast<std::uint8_t>(key.text.size());
  }
  auto const index = static_cast<AliasIndex>(aliases_.size());
  aliases_.push_back(entry);
  (last == 0 ? row.first_alias : aliases_[last].next) = index;
}

User UserChunk::get(Place at) const {
  User out;
  out.generation = generation(at);
  out.active = active(at);
  out.resigned = resigned(at);
  out.user_id = user_id(at);
  out.name = name(at);
  out.email = email(at);
  out.mobile = mobile(at);
  auto const in = departments(at);
  out.departments.assign(in.begin(), in.end());
  for_each_alias(at, [&](AliasKey const& key) {
    AliasOwner const owner{key.owner};
    if (owner.is_union()) {
      out.union_aliases.emplace_back(DeveloperNo{owner.number()}, key.alias());
    } else {
      out.open_aliases.emplace_back(AppNo{owner.number()}, key.alias());
    }
  });
  return out;
}

std::size_t UserChunk::memory_bytes() const {
  return sizeof(*this) + rows_.bytes() + arena_.bytes() + many_.bytes() + aliases_.bytes();
}

}  // namespace carillon

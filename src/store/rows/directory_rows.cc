#include "store/rows/directory_rows.h"

#include <algorithm>

#include "store/rows/packing.h"

namespace carillon::rows {
namespace {

constexpr std::string_view kUnionPrefix = "on_";
constexpr std::string_view kOpenPrefix = "ou_";

template <class Number>
void pack_aliases(Packer& out, std::vector<std::pair<Number, std::string>> const& aliases,
                  std::string_view prefix) {
  out.number(aliases.size());
  for (auto const& [owner, id] : aliases) {
    out.number(owner.value);
    pack_hex_id(out, prefix, id);
  }
}

template <class Number>
void unpack_aliases(Unpacker& in, std::vector<std::pair<Number, std::string>>& aliases,
                    std::string_view prefix) {
  aliases.resize(in.count());
  for (auto& [owner, id] : aliases) {
    owner = Number{static_cast<std::uint32_t>(in.number())};
    unpack_hex_id(in, prefix, id);
  }
}

}  // namespace

void pack_user(Packer& out, User const& user) {
  out.number(std::uint32_t{user.generation} << 2 | (user.resigned ? 2U : 0U) |
             (user.active ? 1U : 0U));
  out.text(user.user_id);
  out.text(user.name);
  out.text(user.email);
  out.text(user.mobile);
  out.number(user.departments.size());
  for (auto const department : user.departments) out.number(department.value);
  pack_aliases(out, user.union_aliases, kUnionPrefix);
  pack_aliases(out, user.open_aliases, kOpenPrefix);
}

bool unpack_user(std::string_view bytes, User& user) {
  Unpacker in(bytes);
  auto const flags = in.number();
  user.active = (flags & 1) != 0;
  user.resigned = (flags & 2) != 0;
  user.generation = static_cast<std::uint8_t>(flags >> 2);
  user.user_id = in.text();
  user.name = in.text();
  user.email = in.text();
  user.mobile = in.text();
  user.departments.resize(in.count());
  for (auto& department : user.departments) {
    department = DepartmentNo{static_cast<std::uint32_t>(in.number())};
  }
  unpack_aliases(in, user.union_aliases, kUnionPrefix);
  unpack_aliases(in, user.open_aliases, kOpenPrefix);
  return in.ok() && in.at_end();
}

std::string pack_app_lists(App const& app) {
  Packer out;
  out.number(app.scopes.size());
  for (auto const& scope : app.scopes) out.text(scope);
  out.number(app.availability.all ? 1 : 0);
  out.number(app.availability.departments.size());
  for (auto const department : app.availability.departments) out.number(department.value);
  out.number(app.availability.users.size());
  for (auto const user : app.availability.users) out.number(user.value);
  out.number(app.ip_allow.size());
  for (auto const& address : app.ip_allow) out.text(address);
  out.number(app.secrets.size());
  for (auto const& secret : app.secrets) {
    out.number(secret.version);
    out.number(static_cast<std::uint8_t>(secret.use));
    out.number(secret.withdrawn ? 1 : 0);
    out.signed_number(to_ms(secret.created_at));
    out.raw({reinterpret_cast<char const*>(secret.hash.data()), secret.hash.size()});
  }
  out.number((app.event_url ? 1U : 0U) | (app.long_connection ? 2U : 0U) |
             static_cast<unsigned>(app.receipts) << 2);
  return std::string(out.bytes());
}

bool unpack_app_lists(std::string_view bytes, App& app) {
  Unpacker in(bytes);
  app.scopes.resize(in.count());
  for (auto& scope : app.scopes) scope = in.text();
  app.availability.all = in.number() != 0;
  app.availability.departments.resize(in.count());
  for (auto& department : app.availability.departments) {
    department = DepartmentNo{static_cast<std::uint32_t>(in.number())};
  }
  app.availability.users.resize(in.count());
  for (auto& user : app.availability.users) user = UserNo{static_cast<std::uint32_t>(in.number())};
  app.ip_allow.resize(in.count());
  for (auto& address : app.ip_allow) address = in.text();
  app.secrets.resize(in.count());
  for (auto& secret : app.secrets) {
    secret.version = static_cast<std::uint8_t>(in.number());
    secret.use = static_cast<SecretUse>(in.number());
    secret.withdrawn = in.number() != 0;
    secret.created_at = from_ms(in.signed_number());
    auto const hash = in.raw(secret.hash.size());
    std::copy(hash.begin(), hash.end(), secret.hash.begin());
  }
  auto const ways = in.number();
  app.event_url = (ways & 1) != 0;
  app.long_connection = (ways & 2) != 0;
  app.receipts = static_cast<ReceiptPolicy>(std::min<std::uint64_t>(ways >> 2, 2));
  return in.ok() && in.at_end();
}

}  // namespace carillon::rows

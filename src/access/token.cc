#include "access/token.h"

#include <algorithm>

#include "crypto/big_endian.h"

namespace carillon {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kWindowSeconds = 90 * 60;
constexpr std::int64_t kLifeSeconds = 120 * 60;
constexpr std::int64_t kTicketWindowSeconds = 60 * 60;
constexpr std::int64_t kTicketWindows = 12;
constexpr std::size_t kSealedBytes = 12;
constexpr std::size_t kSealedTokenBytes = 12 + kSealedBytes + 16;  // nonce, text, tag
constexpr std::uint32_t kGroupMask = 0xffffff;
constexpr std::uint8_t kCheck[3] = {0x70, 0x6b, 0x6e};

std::int64_t seconds_of(Time t) {
  return std::chrono::floor<seconds>(t).time_since_epoch().count();
}

// Spreads the renewals of many apps over the window.
std::int64_t offset_of(AppNo app) { return (app.value * 2654435761u) % kWindowSeconds; }

// kind 1, check 3, tenant 3, number 4 (app or user), time 4 (window or minute), secret version 1
CipherBlock pack(TokenKind kind, TenantNo tenant, std::uint32_t number, std::uint64_t when,
                 std::uint8_t version) {
  CipherBlock block{static_cast<std::uint8_t>(kind), kCheck[0], kCheck[1], kCheck[2]};
  put_big_endian(&block[4], tenant.value, 3);
  put_big_endian(&block[7], number, 4);
  put_big_endian(&block[11], when, 4);
  block[15] = version;
  return block;
}

// Which of an app's secrets, as a token says it; and that one, unless it was withdrawn.
std::uint8_t secret_byte(Secret const& secret) {
  return static_cast<std::uint8_t>(secret.version | (secret.use == SecretUse::app_key ? 0x80 : 0));
}
Secret const* find_secret(App const& app, std::uint8_t byte) {
  return app.find_secret((byte & 0x80) != 0 ? SecretUse::app_key : SecretUse::app_id, byte & 0x7f);
}

bool unpack(BlockCipher const& cipher, TokenKind kind, std::string_view hex, CipherBlock& plain) {
  CipherBlock sealed;
  if (!from_hex(hex, sealed.data(), sealed.size())) return false;
  plain = cipher.decrypt(sealed);
  return plain[0] == static_cast<std::uint8_t>(kind) && plain[1] == kCheck[0] &&
         plain[2] == kCheck[1] && plain[3] == kCheck[2];
}

std::string sealed_hex(BlockCipher const& cipher, CipherBlock const& plain) {
  auto const sealed = cipher.encrypt(plain);
  return to_hex(sealed.data(), sealed.size());
}

// Rounded up to whole minutes, so that four bytes last until the year 10,000.
std::uint64_t last_minute(Time expires) {
  return static_cast<std::uint64_t>(std::chrono::ceil<minutes>(expires).time_since_epoch().count());
}

}  // namespace

IssuedToken Tokens::issue(TokenKind kind, TenantNo tenant, App const& app, Secret const& secret,
                          Time now) const {
  auto const shifted = seconds_of(now) + offset_of(app.no);
  auto const window = shifted / kWindowSeconds;
  auto const age = shifted % kWindowSeconds;
  return {sealed_hex(cipher_, pack(kind, tenant, app.no.value, static_cast<std::uint64_t>(window),
                                   secret_byte(secret))),
          seconds(kLifeSeconds - age)};
}

Result<Tokens::Known> Tokens::read(TokenKind kind, std::string_view hex,
                                   Organisation const& organisation, Time now) const {
  CipherBlock plain;
  if (!unpack(cipher_, kind, hex, plain)) return fail(Errc::token_invalid);
  TenantNo const tenant{static_cast<std::uint32_t>(get_big_endian(&plain[4], 3))};
  auto const* app =
      organisation.apps->find(AppNo{static_cast<std::uint32_t>(get_big_endian(&plain[7], 4))});
  if (app == nullptr || (tenant && organisation.find(tenant) == nullptr)) {
    return fail(Errc::token_invalid);
  }
  auto const started = static_cast<std::int64_t>(get_big_endian(&plain[11], 4)) * kWindowSeconds -
                       offset_of(app->no);
  auto const age = seconds_of(now) - started;
  if (age < 0 || age >= kLifeSeconds) return fail(Errc::token_invalid);
  auto const* secret = find_secret(*app, plain[15]);
  if (secret == nullptr) return fail(Errc::token_invalid);
  return Known{tenant, app, secret};
}

Result<AppCaller> Tokens::verify(TokenKind kind, std::string_view hex,
                                 Organisation const& organisation, Time now) const {
  TRY(auto const known, read(kind, hex, organisation, now));
  return AppCaller{known.tenant, known.app};
}

Result<Tokens::AppToken> Tokens::verify_app(std::string_view hex, Organisation const& organisation,
                                            Time now) const {
  TRY(auto const known, read(TokenKind::app, hex, organisation, now));
  return AppToken{known.app, known.secret};
}

std::string Tokens::issue_ticket(App const& app, Time now) const {
  auto const window = seconds_of(now) / kTicketWindowSeconds;
  return sealed_hex(cipher_, pack(TokenKind::ticket, TenantNo{}, app.no.value,
                                  static_cast<std::uint64_t>(window), 0));
}

bool Tokens::is_ticket(std::string_view hex, App const& app, Time now) const {
  CipherBlock plain;
  if (!unpack(cipher_, TokenKind::ticket, hex, plain)) return false;
  if (get_big_endian(&plain[7], 4) != app.no.value) return false;
  auto const age = seconds_of(now) / kTicketWindowSeconds -
                   static_cast<std::int64_t>(get_big_endian(&plain[11], 4));
  return age >= 0 && age < kTicketWindows;
}

std::string Tokens::issue_door(App const& app, Secret const& secret, Time now) const {
  return sealed_hex(cipher_, pack(TokenKind::door, TenantNo{}, app.no.value,
                                  last_minute(now + minutes(1)), secret_byte(secret)));
}

Result<Tokens::AppToken> Tokens::verify_door(std::string_view hex, Organisation const& organisation,
                                             Time now) const {
  CipherBlock plain;
  if (!unpack(cipher_, TokenKind::door, hex, plain)) return fail(Errc::token_invalid);
  if (now >= Time{minutes(get_big_endian(&plain[11], 4))}) return fail(Errc::token_invalid);
  auto const* app =
      organisation.apps->find(AppNo{static_cast<std::uint32_t>(get_big_endian(&plain[7], 4))});
  if (app == nullptr) return fail(Errc::token_invalid);
  auto const* secret = find_secret(*app, plain[15]);
  if (secret == nullptr) return fail(Errc::token_invalid);
  return AppToken{app, secret};
}

// kind 1, group 3, number 4, minute of the end 4; the nonce before it is the token's id.
std::string Tokens::seal_token(TokenKind kind, Sealed const& sealed) const {
  std::uint8_t plain[kSealedBytes]{static_cast<std::uint8_t>(kind)};
  put_big_endian(&plain[1], sealed.group & kGroupMask, 3);
  put_big_endian(&plain[4], sealed.number, 4);
  put_big_endian(&plain[8], last_minute(sealed.expires), 4);
  auto const out = seal(session_key_, {reinterpret_cast<char const*>(plain), sizeof(plain)});
  return to_hex(out.data(), out.size());
}

Result<Tokens::Sealed> Tokens::unseal_token(TokenKind kind, std::string_view hex, Time now) const {
  std::uint8_t bytes[kSealedTokenBytes];
  if (!from_hex(hex, bytes, sizeof(bytes))) return fail(Errc::token_invalid);
  auto const plain = unseal(session_key_, {reinterpret_cast<char const*>(bytes), sizeof(bytes)});
  if (!plain || plain->size() != kSealedBytes) return fail(Errc::token_invalid);
  auto const* const raw = reinterpret_cast<std::uint8_t const*>(plain->data());
  if (raw[0] != static_cast<std::uint8_t>(kind)) return fail(Errc::token_invalid);
  Sealed out;
  out.group = static_cast<std::uint32_t>(get_big_endian(&raw[1], 3));
  out.number = static_cast<std::uint32_t>(get_big_endian(&raw[4], 4));
  out.expires = Time{minutes(get_big_endian(&raw[8], 4))};
  std::copy_n(bytes, out.id.size(), out.id.begin());
  if (now >= out.expires) return fail(Errc::token_invalid);
  return out;
}

std::string Tokens::issue_session(TokenKind kind, TenantNo tenant, UserNo user,
                                  Time expires) const {
  return seal_token(kind, {tenant.value, user.value, expires, {}});
}

Result<Tokens::Person> Tokens::verify_session(TokenKind kind, std::string_view hex,
                                              Organisation const& organisation, Time now) const {
  TRY(auto const sealed, unseal_token(kind, hex, now));
  Person const person{TenantNo{sealed.group}, UserNo{sealed.number}, sealed.expires, sealed.id};
  auto const* directory = organisation.find(person.tenant);
  if (directory == nullptr || !directory->active().contains(person.user)) {
    return fail(Errc::token_invalid);
  }
  return person;
}

std::string Tokens::issue_operator(OperatorNo no, std::uint32_t revision, Time expires) const {
  return seal_token(TokenKind::the_operator, {revision, no.value, expires, {}});
}

Result<Tokens::OperatorSession> Tokens::verify_operator(std::string_view hex, Time now) const {
  TRY(auto const sealed, unseal_token(TokenKind::the_operator, hex, now));
  return OperatorSession{OperatorNo{sealed.number}, sealed.group, sealed.expires, sealed.id};
}

}  // namespace carillon

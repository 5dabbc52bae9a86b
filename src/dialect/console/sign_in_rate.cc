#include "dialect/console/sign_in_rate.h"

#include <string>

#include "crypto/big_endian.h"
#include "crypto/crypto.h"

namespace carillon::console {
namespace {

constexpr TenantNo kNoTenant{0xffffff};  // so that sign-ins share no count with calls of apps
constexpr std::uint32_t kMoreAtProvider = 10;

}  // namespace

Result<void> count_sign_in(Context& context, SignInBy by, std::string_view what) {
  auto const hash = sha256(what);
  AppNo const key{static_cast<std::uint32_t>(get_big_endian(hash.data(), 3))};
  auto const times = by == SignInBy::provider ? kMoreAtProvider : 1;
  Rate const rate{0, times * context.settings.sign_ins_per_minute};
  auto const refused = context.rates.admit(kNoTenant, key, static_cast<std::uint16_t>(by), rate,
                                           context.engine.now());
  if (!refused) return {};
  return fail(Errc::rate_limited,
              "too many attempts; again in " + std::to_string(refused->retry_in.count()) + " s");
}

}  // namespace carillon::console

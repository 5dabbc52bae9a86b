#include "media/media.h"

namespace carillon {

std::string media_id_hex(IdSealer const& ids, MediaKey const& key, std::uint8_t generation,
                         AppNo app) {
  return ids.seal({IdKind::media, generation, key.tenant.value, key.media.value, app.value});
}

std::optional<NamedMedia> read_media_id(IdSealer const& ids, TenantNo tenant,
                                        std::string_view name) {
  constexpr std::size_t kHexDigits = 32;
  if (name.size() < kHexDigits) return std::nullopt;
  auto const at = ids.unseal(IdKind::media, name.substr(name.size() - kHexDigits));
  if (!at || at->tenant != tenant.value) return std::nullopt;
  return NamedMedia{{tenant, MediaNo{at->major}}, AppNo{at->minor}, at->generation};
}

}  // namespace carillon

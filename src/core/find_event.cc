#include "core/find_event.h"

namespace carillon {

std::string event_id_hex(IdSealer const& ids, Event const& event) {
  return ids.seal({IdKind::event, event.generation, event.key.tenant.value, event.key.event.value,
                   event.app.value});
}

std::optional<EventPlace> find_event(IdSealer const& ids, std::string_view hex) {
  auto const at = ids.unseal(IdKind::event, hex);
  if (!at) return std::nullopt;
  return EventPlace{{TenantNo{at->tenant}, EventNo{at->major}}, AppNo{at->minor}};
}

}  // namespace carillon

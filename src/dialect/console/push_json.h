// One person's Web Push, as JSON.
//
// Shape   An endpoint is as good as a secret: only its host is ever shown. The words of what went
//         wrong may name addresses, so a person gets the reason and the operator the words.
#pragma once

#include <cstdint>
#include <string>

#include "dialect/console/endpoint.h"
#include "inbox/push.h"

namespace carillon::console {

enum class PushDetail : std::uint8_t { person, operators };

std::string render_push(Context const& context, TenantNo tenant, PushRow const& row,
                        PushDetail detail);

}  // namespace carillon::console

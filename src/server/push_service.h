// Web Push put together: its settings, the engine's side of its ports, its key.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "channel/webpush/push_channel.h"
#include "engine/engine.h"
#include "server/config.h"

namespace carillon::server {

// Errors  invalid_field: a setting.
Result<std::unique_ptr<webpush::PushChannel>> make_push_channel(Config const& config,
                                                                Clock const& clock, Engine& engine,
                                                                Key const& installation_key,
                                                                webpush::PushFormat const& format);

}  // namespace carillon::server

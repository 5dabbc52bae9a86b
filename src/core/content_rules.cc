#include "core/content_rules.h"

#include <optional>
#include <string>
#include <utility>

namespace carillon {

Result<ContentRules const*> apply_rules(std::span<ContentRules const* const> rules,
                                        Organisation const& organisation, SendBatch& command,
                                        std::string_view msg_type, std::string_view json) {
  auto const* app = organisation.apps->find(command.app);
  if (app == nullptr) return fail(Errc::app_deleted);
  std::optional<Error> first;
  for (auto const* each : rules) {
    if (!each->takes(organisation, command.tenant, *app, msg_type)) continue;
    auto attempt = command;
    auto const filled = each->fill_in(attempt, *app, msg_type, json);
    if (filled) {
      command = std::move(attempt);
      return each;
    }
    if (!first) first = filled.error();
  }
  if (first) return *std::move(first);
  return fail(Errc::invalid_field,
              "msg_type: \"" + std::string(msg_type) + "\" is no type that this app can send");
}

}  // namespace carillon

// A message that is sent by our own API: who sends, to whom, what, and how it is answered.
//
// Shape   The operator sends on behalf of an app, an app for itself; what holds for the app's own
//         sending call holds here, too (core/content_rules.h).
// Errors  invalid_field, forbidden (an app names another), not_found (no such app or tenant).
// Cost    Linear in the body.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/send_batch.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "json/reader.h"

namespace carillon::console {

// Ids in one list of an audience.
inline constexpr std::size_t kAudienceIdsMax = 10'000;

// Who sends, and in which tenant: as the caller says, or where there is only one to choose.
struct Sender {
  App const* app = nullptr;  // of the caller's organisation
  TenantNo tenant;
};
Result<Sender> choose_sender(Caller const& caller, std::optional<std::string> const& app_id,
                             std::optional<std::string> const& tenant_key);

// Tenant, app and audience of a body.
Result<SendBatch> read_command(Caller const& caller, json::Value body);

// What the body says: msg_type and content.
struct Draft {
  std::string msg_type;
  std::string content;  // one JSON object, minified; empty: the body has neither
};
Result<Draft> read_draft(json::Value body);

// When the batch is to join its app's queue; Time{}: at once.
Result<Time> read_send_at(Context const& context, json::Value body);

// Takes the key of the header; `name` and `body` are what must be equal when it is used again.
Result<void> read_key(SendBatch& command, http::Request const& request, std::string_view name);

// Judges the draft and sends it; the answer is the batch, 201.
Result<void> send(Context& context, Organisation const& organisation, SendBatch command,
                  Draft draft, Answer const& answer);

}  // namespace carillon::console

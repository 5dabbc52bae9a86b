#include "dialect/console/push_json.h"

#include <string_view>

#include "channel/webpush/encryption.h"
#include "dialect/console/ids.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

std::string_view reason_name(PushReason reason) {
  switch (reason) {
    case PushReason::gone:
      return "gone";
    case PushReason::refused:
      return "refused";
    case PushReason::unreachable:
      return "unreachable";
  }
  return "refused";
}

std::string_view host_of(std::string_view endpoint) {
  auto const scheme = endpoint.find("://");
  if (scheme != std::string_view::npos) endpoint.remove_prefix(scheme + 3);
  return endpoint.substr(0, endpoint.find_first_of("/?#"));
}

}  // namespace

std::string render_push(Context const& context, TenantNo tenant, PushRow const& row,
                        PushDetail detail) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  if (context.push->enabled()) {
    json.field("public_key", to_base64url(context.push->public_key()));
  } else {
    json.key("public_key").null();
  }
  json.field("enabled", row.enabled).begin_array("subscriptions");
  for (auto const& subscription : row.subscriptions) {
    json.begin_object().field("endpoint_host", host_of(subscription.endpoint));
    append_time(json, "created_at", subscription.created_at);
    json.end_object();
  }
  json.end_array().begin_array("log");
  for (auto at = row.failures.rbegin(); at != row.failures.rend(); ++at) {
    BatchRecord batch;
    batch.key = {tenant, at->batch};
    batch.generation = at->generation;
    json.begin_object();
    append_time(json, "at", at->at);
    json.field("endpoint_host", at->endpoint_host)
        .field("batch_id", batch_id(context.engine.ids(), batch))
        .field("attempts", at->attempts)
        .field("reason", reason_name(at->reason));
    if (at->status != 0) json.field("status", at->status);
    if (detail == PushDetail::operators) json.field("problem", at->problem);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace carillon::console

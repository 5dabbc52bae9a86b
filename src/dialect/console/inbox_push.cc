// /api/v1/inbox/push: which browsers of the caller hear of new messages by Web Push; and, for
// operators, how that went for one person.
//
// Errors  invalid_field: not the address or the keys of a subscription.

#include <string>
#include <utility>

#include "channel/webpush/encryption.h"
#include "core/change_push.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/push_json.h"

namespace carillon::console {
namespace {

constexpr std::size_t kEndpointBytesMax = 1024;
constexpr std::size_t kKeyTextMax = 128;

Result<void> read_row(Context& context, Answer const& answer, PersonKey person, PushDetail detail) {
  auto const job = [&context, answer, person, detail](Reader& reader) -> Result<void> {
    TRY(auto const row, reader.find_push(person));
    answer.json(render_push(context, person.tenant, row, detail));
    return {};
  };
  return read_and_answer(context, answer, job);
}

void change_push_row(Context& context, Answer const& answer, PersonKey person,
                     std::function<Result<Decided<PushRow>>(View&)> decide) {
  context.engine.write<PushRow>(std::move(decide), [&context, answer, person](Result<PushRow> row) {
    if (!row) return answer.fail(row.error());
    answer.json(render_push(context, person.tenant, *row, PushDetail::person));
  });
}

Result<void> get_push(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_person(context, request));
  return read_row(context, answer, {caller.tenant, caller.user}, PushDetail::person);
}

Result<json::Value> find_object(json::Value object, std::string_view name) {
  auto const found = object.find_present(name);
  if (found && found->is_object()) return *found;
  return fail(Errc::invalid_field, std::string(name) + " must be an object");
}

Result<std::string> get_bytes(json::Value object, std::string_view name) {
  TRY(auto const text, get_text(object, name, kKeyTextMax));
  if (auto bytes = from_base64url(text)) return *std::move(bytes);
  return fail(Errc::invalid_field, std::string(name) + " is not base64url");
}

Result<void> put_push(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_person(context, request));
  TRY(auto const body, parse_body(request, {"subscription"}));
  TRY(auto const given, find_object(body.root(), "subscription"));
  CHECK_OK(check_members(given, {"endpoint", "expirationTime", "keys"}));
  TRY(auto const keys, find_object(given, "keys"));
  CHECK_OK(check_members(keys, {"p256dh", "auth"}));
  PushSubscription subscription;
  TRY(subscription.endpoint, get_text(given, "endpoint", kEndpointBytesMax));
  CHECK_OK(context.push->check_endpoint(subscription.endpoint));
  TRY(subscription.p256dh, get_bytes(keys, "p256dh"));
  TRY(subscription.auth, get_bytes(keys, "auth"));
  if (!is_p256_point(subscription.p256dh) || subscription.auth.size() != webpush::kAuthBytes) {
    return fail(Errc::invalid_field, "keys are not those of a subscription");
  }
  PersonKey const person{caller.tenant, caller.user};
  change_push_row(context, answer, person, [person, subscription](View& view) {
    return subscribe_push(view, person, subscription);
  });
  return {};
}

Result<void> delete_push(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_person(context, request));
  TRY(auto const body, parse_body(request, {"endpoint"}));
  TRY(auto const endpoint, get_text(body.root(), "endpoint", kEndpointBytesMax));
  PersonKey const person{caller.tenant, caller.user};
  change_push_row(context, answer, person, [person, endpoint](View& view) {
    return unsubscribe_push(view, person, endpoint);
  });
  return {};
}

Result<void> post_switch(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_person(context, request));
  TRY(auto const body, parse_body(request, {"enabled"}));
  TRY(auto const enabled, find_flag(body.root(), "enabled"));
  if (!enabled) return fail(Errc::invalid_field, "enabled is missing");
  PersonKey const person{caller.tenant, caller.user};
  change_push_row(context, answer, person,
                  [person, on = *enabled](View& view) { return switch_push(view, person, on); });
  return {};
}

Result<void> get_push_of_user(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  auto const* directory = caller.organisation->find_tenant(request.params.at(0));
  if (directory == nullptr) return fail(Errc::not_found, "no such tenant");
  auto const user = directory->find_user(request.params.at(1));
  if (!user) return fail(Errc::not_found, "no such user in this tenant");
  return read_row(context, answer, {directory->tenant().no, *user}, PushDetail::operators);
}

}  // namespace

void add_inbox_push(http::Router& router, Context& context) {
  using http::Method;
  auto const add = [&](Method method, char const* path, Endpoint endpoint) {
    router.add(make_route(context, method, path, std::move(endpoint)));
  };
  add(Method::get, "/api/v1/inbox/push", get_push);
  add(Method::put, "/api/v1/inbox/push", put_push);
  // An endpoint is too secret for the address, which logs keep.
  auto removal = make_route(context, Method::delete_, "/api/v1/inbox/push", delete_push);
  removal.body_of_delete = true;
  router.add(std::move(removal));
  add(Method::post, "/api/v1/inbox/push/switch", post_switch);
  add(Method::get, "/api/v1/tenants/:tenant_key/users/:user_id/push", get_push_of_user);
}

}  // namespace carillon::console

// POST /callback/ws/endpoint and GET /callback/ws: how an app comes to its long connection.
//
// Source  docs/wire/feishu/events.md. Codes at the endpoint come under HTTP 200 with an empty
//         `data`: without one the Node SDK takes every refusal for a fault and tries for ever. The
//         ticket is not the first parameter of the address on purpose: the same SDK reads the
//         address as if it were a query as a whole.

#include <string>

#include "access/address.h"
#include "dialect/feishu/credentials.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/long_connections.h"
#include "json/reader.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

constexpr std::size_t kBodyBytesMax = 16 * 1024;
constexpr std::int32_t kService = 33554678;  // any number; clients send it back

struct Refusal {
  std::int64_t code;
  std::string_view msg;
};
constexpr Refusal kSystemBusy{1, "system busy"};
constexpr Refusal kForbidden{403, "forbidden"};
constexpr Refusal kAuthFailed{514, "auth failed"};
constexpr Refusal kTooMany{1000040350, "the number of connections exceeded the limit"};
constexpr Refusal kBadRequest{1000040343, "internal error"};

http::Response endpoint_refusal(Refusal const& refusal) {
  http::Response out;
  json::Writer(out.body)
      .begin_object()
      .field("code", refusal.code)
      .field("msg", refusal.msg)
      .begin_object("data")
      .end_object()
      .end_object();
  return out;
}

http::Response handshake_refusal(Refusal const& refusal) {
  http::Response out;
  out.status = 403;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::string(refusal.msg) + "\n";
  // A limit is told as a kind of failed authentication.
  bool const limit = refusal.code == kTooMany.code;
  auto const status = limit ? kAuthFailed.code : refusal.code;
  out.headers.emplace_back("Handshake-Status", std::to_string(status));
  out.headers.emplace_back("Handshake-Msg", refusal.msg);
  if (limit) out.headers.emplace_back("Handshake-Autherrcode", std::to_string(refusal.code));
  return out;
}

// May this app open one more, now?
std::optional<Refusal> find_refusal(Context const& context, Organisation const& organisation,
                                    App const& app, std::string_view remote) {
  if (app.deleted) return kAuthFailed;
  bool const in_use =
      app.kind == AppKind::store ? app.enabled : bool(check_in_use(organisation, app.tenant, app));
  if (!in_use || !address_allowed(app.ip_allow, remote)) return kForbidden;
  if (!context.connections->has_room(app.no)) return kTooMany;
  return std::nullopt;
}

Result<Credentials> parse_endpoint_request(std::string_view body) {
  TRY(auto const document, json::parse_json(body));
  Credentials out;
  TRY(out.app_id, required_text(document.root(), "AppID"));
  TRY(out.app_secret, required_text(document.root(), "AppSecret"));
  return out;
}

// "http://host" as a WebSocket's address.
std::string socket_origin(std::string const& url) {
  return url.starts_with("http") ? "ws" + url.substr(4) : url;
}

void answer_endpoint(Context& context, http::Request const& request, http::Reply const& reply) {
  auto const credentials = parse_endpoint_request(request.body);
  if (!credentials) return reply(endpoint_refusal(kAuthFailed));
  auto const organisation = context.engine.organisation();
  auto const known = find_credentials(*organisation, context.installation_key, *credentials);
  if (!known) {
    context.counters.auth_refusals.fetch_add(1, std::memory_order_relaxed);
    return reply(endpoint_refusal(kAuthFailed));
  }
  if (auto const refusal = find_refusal(context, *organisation, *known->app, request.remote)) {
    return reply(endpoint_refusal(*refusal));
  }
  std::uint64_t device = 0;
  random_bytes(&device, sizeof device);
  auto const url = socket_origin(context.public_url()) + "/callback/ws?ticket=" +
                   context.tokens.issue_door(*known->app, *known->secret, context.engine.now()) +
                   "&device_id=" + std::to_string(device >> 2) +
                   "&service_id=" + std::to_string(kService);
  context.connections->expect(*known->app, [&context, url, reply](Result<void> const& remembered) {
    if (!remembered) return reply(endpoint_refusal(kSystemBusy));
    http::Response out;
    json::Writer json(out.body);
    json.begin_object().field("code", 0).field("msg", "").begin_object("data");
    json.field("URL", url).key("ClientConfig").raw(context.connections->client_config());
    json.end_object().end_object();
    reply(std::move(out));
  });
}

http::Response answer_handshake(Context& context, http::Request const& request) {
  auto const organisation = context.engine.organisation();
  auto const known = context.tokens.verify_door(request.query_param("ticket"), *organisation,
                                                context.engine.now());
  if (!known) return handshake_refusal(kAuthFailed);
  if (auto const refusal = find_refusal(context, *organisation, *known->app, request.remote)) {
    return handshake_refusal(*refusal);
  }
  return context.connections->open(request, *known->app, *known->secret, kService);
}

}  // namespace

void add_long_connection_routes(http::Router& router, Context& context) {
  http::Route endpoint;
  endpoint.method = http::Method::post;
  endpoint.pattern = "/callback/ws/endpoint";
  endpoint.handler = [&context](http::Request const& request, http::Reply const& reply) {
    answer_endpoint(context, request, reply);
  };
  endpoint.failure = [](http::Request const&, Error const& error) {
    return endpoint_refusal(error.code == Errc::overloaded ? kSystemBusy : kBadRequest);
  };
  endpoint.body_bytes_max = kBodyBytesMax;
  router.add(std::move(endpoint));

  http::Route socket;
  socket.method = http::Method::get;
  socket.pattern = "/callback/ws";
  socket.handler = [&context](http::Request const& request, http::Reply const& reply) {
    reply(answer_handshake(context, request));
  };
  socket.failure = [](http::Request const&, Error const&) {
    return handshake_refusal(kSystemBusy);
  };
  router.add(std::move(socket));
}

}  // namespace carillon::feishu

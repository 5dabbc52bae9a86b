#include "dialect/feishu/bot_info.h"

#include <utility>

#include "dialect/feishu/envelope.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

constexpr int kEnabled = 2;  // the only state in which an app gets as far as this

}  // namespace

void bot_info(Context& context, http::Request const& request, http::Reply const& reply) {
  auto admitted = admit(context, request, kBotInfo);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto const& caller = std::get<Caller>(admitted);
  auto const& app = *caller.app;
  if (!app.bot) {
    return reply(failure(context.settings, Family::bot, fail(Errc::bot_off), request.log_id));
  }
  // Nobody's number is 0: the bot is no member of the directory.
  auto const open_id =
      context.engine.ids().seal({IdKind::open_id, 0, caller.tenant.value, app.no.value, 0});
  http::Response response;
  json::Writer out(response.body);
  out.begin_object().field("code", 0).field("msg", "ok").begin_object("bot");
  out.field("activate_status", kEnabled).field("app_name", app.name).field("avatar_url", "");
  out.begin_array("ip_white_list");
  for (auto const& address : app.ip_allow) out.string(address);
  out.end_array().field("open_id", "ou_" + open_id).end_object().end_object();
  reply(std::move(response));
}

}  // namespace carillon::feishu

#include "dialect/feishu/read_users.h"

#include <charconv>
#include <utility>

#include "dialect/feishu/envelope.h"
#include "dialect/feishu/messages.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

constexpr int kPageSizeMax = 100;

Result<void> check_page(http::Request const& request) {
  if (auto const text = request.query_param("page_size"); !text.empty()) {
    int size = 0;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (problem != std::errc() || end != text.data() + text.size() || size < 1 ||
        size > kPageSizeMax) {
      return fail(Errc::invalid_field, "page_size: must be a number from 1 to 100");
    }
  }
  if (!request.query_param("page_token").empty()) {
    return fail(Errc::invalid_field, "page_token: not one that was given out");
  }
  return {};
}

Result<FoundMessage> find(Context const& context, Caller const& caller,
                          http::Request const& request) {
  CHECK_OK(check_page(request));
  TRY(auto found, find_message(context.engine, caller, request.params.front()));
  auto const days = context.settings.read_status_days;
  if (days != 0 && caller.now - found.record.began_at() > std::chrono::hours(24) * days) {
    return fail(Errc::batch_too_old);
  }
  return found;
}

std::string render_reader(Context const& context, Caller const& caller, IdType type,
                          std::optional<MessageReader> const& reader) {
  std::string data;
  json::Writer out(data);
  out.begin_object().begin_array("items");
  if (reader && reader->read_at != Time{}) {
    out.begin_object()
        .field("user_id_type", name_of(type))
        .field("user_id", render_user_id(context.engine, caller, type, reader->user))
        .field("timestamp", std::to_string(to_ms(reader->read_at)))
        .field("tenant_key", caller.directory().tenant().tenant_key)
        .end_object();
  }
  out.end_array().field("has_more", false).end_object();
  return data;
}

}  // namespace

void read_users(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kReadUsers);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto caller = std::move(std::get<Caller>(admitted));
  auto const refuse = [&context, log_id = request.log_id](http::Reply const& to,
                                                          Error const& error) {
    to(failure(context.settings, Family::readers, error, log_id));
  };
  auto const type = read_user_id_type(request);
  if (!type) return refuse(reply, type.error());
  if (*type == IdType::user_id && !holds_any(*caller.app, kUserIdScopes)) {
    return reply(scope_failure(wire_error(Family::readers, Errc::scope_missing), kUserIdScopes,
                               kReadUsers.number, request.log_id));
  }
  auto const found = find(context, caller, request);
  if (!found) return refuse(reply, found.error());
  bool const taken =
      context.engine.read([=, &context, key = found->record.key, id_type = *type](Reader& store) {
        auto const reader = find_message_reader(store, key);
        if (!reader) return refuse(reply, reader.error());
        reply(success("success", render_reader(context, caller, id_type, *reader)));
      });
  if (!taken) refuse(reply, fail(Errc::overloaded));
}

}  // namespace carillon::feishu

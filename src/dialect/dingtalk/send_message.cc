#include "dialect/dingtalk/send_message.h"

#include <charconv>
#include <memory>
#include <utility>

#include "core/idempotency.h"

namespace carillon::dingtalk {
namespace {

// Every app may send; whether it has a bot is the other dialect's business.
SendRights const& send_rights() {
  static SendRights const rights{{}, {}, {}, false};
  return rights;
}

Result<void> check_receivers(Settings const& settings, Receivers const& receivers) {
  if (receivers.users.empty() && receivers.departments.empty() && !receivers.everybody) {
    return fail(Errc::invalid_field, "userid_list, dept_id_list, to_all_user: one is required");
  }
  auto const over = [](std::size_t count, std::uint32_t limit) {
    return limit != 0 && count > limit;
  };
  if (over(receivers.users.size(), settings.userid_list_max)) {
    return fail(Errc::invalid_field, "userid_list: too many entries");
  }
  if (over(receivers.departments.size(), settings.dept_id_list_max)) {
    return fail(Errc::invalid_field, "dept_id_list: too many entries");
  }
  return {};
}

// What makes two requests the same, in whatever encoding they came.
std::string describe(Receivers const& receivers, Message const& message) {
  std::string out = message.hash;
  for (auto const& user : receivers.users) out.append("\nuser ").append(user);
  for (auto const department : receivers.departments) {
    out.append("\ndepartment ").append(std::to_string(department));
  }
  if (receivers.everybody) out += "\neverybody";
  return out;
}

Result<SendBatch> prepare(Context const& context, Call const& call, Receivers receivers,
                          Message message) {
  auto const& settings = context.settings;
  TRY(auto key, parse_idempotency_key(call.request.header("Idempotency-Key")));
  if (settings.msg_bytes_max != 0 && message.json.size() > settings.msg_bytes_max) {
    return fail(Errc::too_large, "msg: too long");
  }
  if (context.audit && context.audit->refuses(message.visible_text)) {
    return fail(Errc::content_refused);
  }
  SendBatch out;
  out.tenant = call.caller.tenant;
  out.app = call.caller.app->no;
  if (!key.empty()) {
    out.body_hash =
        hash_request("dingtalk " + std::string(call.request.path), describe(receivers, message));
  }
  out.idempotency_key = std::move(key);
  out.audience.user_ids = std::move(receivers.users);
  out.audience.department_numbers = std::move(receivers.departments);
  out.audience.everybody = receivers.everybody;
  out.content = {std::move(message.type), std::move(message.json), std::move(message.hash)};
  out.image_keys = std::move(message.media_ids);
  out.files_are = message.media_are;
  out.flow = flow_limits(settings, call.caller.app->kind);
  return out;
}

}  // namespace

Result<std::vector<std::int64_t>> numbers_of(std::vector<std::string> const& texts) {
  std::vector<std::int64_t> out;
  for (auto const& text : texts) {
    std::int64_t number = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) {
      return fail(Errc::invalid_field, "\"" + text + "\" is not a number");
    }
    out.push_back(number);
  }
  return out;
}

FlowLimits flow_limits(Settings const& settings, AppKind kind) {
  bool const store = kind == AppKind::store;
  FlowLimits out{};
  auto const set = [&](FlowRule rule, std::uint32_t limit) {
    out[static_cast<std::size_t>(rule)] = limit;
  };
  set(FlowRule::same_content, settings.same_content_per_day);
  set(FlowRule::person_day, store ? settings.store_per_user_per_day : settings.per_user_per_day);
  set(FlowRule::everybody_day, settings.to_all_per_day);
  set(FlowRule::call, store ? settings.store_recipients_per_call : settings.recipients_per_call);
  set(FlowRule::app_minute, settings.recipients_per_minute);
  // An organisation's own apps share its minute; a store app has one for all organisations.
  set(store ? FlowRule::everywhere_minute : FlowRule::tenant_minute,
      settings.total_recipients_per_minute);
  return out;
}

void send_message(Context& context, Call const& call, Answer const& answer, Receivers receivers,
                  ReadMessage message, std::function<void(SendBatchAnswer const&)> accepted) {
  if (auto const ok = check_receivers(context.settings, receivers); !ok) {
    return answer.fail(ok.error());
  }
  if (auto const* fault = std::get_if<WireError>(&message)) return answer.fail(*fault);
  auto prepared =
      prepare(context, call, std::move(receivers), std::get<Message>(std::move(message)));
  if (!prepared) return answer.fail(prepared.error());
  auto command = std::make_shared<SendBatch>(*std::move(prepared));
  context.engine.write<SendBatchAnswer>(
      [command](View& view) { return send_batch(view, std::move(*command), send_rights()); },
      [answer, accepted = std::move(accepted)](Result<SendBatchAnswer> sent) {
        sent ? accepted(*sent) : answer.fail(sent.error());
      });
}

}  // namespace carillon::dingtalk

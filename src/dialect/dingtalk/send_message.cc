#include "dialect/dingtalk/send_message.h"

#include <charconv>
#include <memory>
#include <utility>

#include "core/idempotency.h"
#include "dialect/dingtalk/content_rules.h"

namespace carillon::dingtalk {
namespace {

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
  TRY(auto key, parse_idempotency_key(call.request.header("Idempotency-Key")));
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
  CHECK_OK(fill_in(context, call.caller.app->kind, std::move(message), out));
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
      [command](View& view) { return send_batch(view, *command, notification_rights()); },
      [answer, accepted = std::move(accepted)](Result<SendBatchAnswer> sent) {
        sent ? accepted(*sent) : answer.fail(sent.error());
      });
}

}  // namespace carillon::dingtalk

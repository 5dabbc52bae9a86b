#include "dialect/console/composing.h"

#include <chrono>
#include <utility>

#include "core/idempotency.h"
#include "dialect/console/app_json.h"
#include "dialect/console/batch_json.h"
#include "dialect/console/directory_json.h"
#include "dialect/console/fields.h"
#include "dialect/console/times.h"

namespace carillon::console {
namespace {

constexpr std::int64_t kRootNumber = 1;

Result<App const*> choose_sending_app(Caller const& caller,
                                      std::optional<std::string> const& app_id) {
  if (caller.kind == CallerKind::app) {
    if (app_id && *app_id != caller.app->app_id) {
      return fail(Errc::forbidden, "an app sends as itself only");
    }
    return caller.app;
  }
  if (!app_id) return fail(Errc::invalid_field, "app_id is missing");
  return get_app(*caller.organisation, *app_id);
}

// Where the app is installed, if that is one tenant only.
std::optional<TenantNo> only_tenant(Organisation const& organisation, App const& app) {
  if (app.tenant) return app.tenant;
  std::optional<TenantNo> only;
  for (auto const& directory : organisation.directories) {
    if (!directory || !organisation.apps->installed(directory->tenant().no, app.no)) continue;
    if (only) return std::nullopt;
    only = directory->tenant().no;
  }
  return only;
}

Result<TenantNo> choose_sending_tenant(Caller const& caller, App const& app,
                                       std::optional<std::string> const& tenant_key) {
  auto const& organisation = *caller.organisation;
  if (caller.kind == CallerKind::app) {
    auto const& own = organisation.find(caller.tenant)->tenant();
    if (tenant_key && *tenant_key != own.tenant_key) {
      return fail(Errc::forbidden, "an app sends in its token's tenant only");
    }
    return caller.tenant;
  }
  if (tenant_key) {
    TRY(auto const* directory, get_tenant(organisation, *tenant_key));
    return directory->tenant().no;
  }
  auto const only = only_tenant(organisation, app);
  if (!only) return fail(Errc::invalid_field, "tenant_key: the app has no one tenant, name one");
  return *only;
}

Result<AudienceRequest> read_audience(json::Value body) {
  auto const value = body.find("audience");
  if (!value || !value->is_object()) {
    return fail(Errc::invalid_field, "audience must be an object");
  }
  CHECK_OK(check_members(*value, {"department_ids", "user_ids", "everyone"}));
  TRY(auto departments, find_texts(*value, "department_ids", kIdBytesMax, kAudienceIdsMax));
  TRY(auto users, find_texts(*value, "user_ids", kIdBytesMax, kAudienceIdsMax));
  TRY(auto const everyone, find_flag(*value, "everyone"));
  AudienceRequest out;
  out.everybody = everyone.value_or(false);
  out.user_ids = std::move(users).value_or(std::vector<std::string>{});
  for (auto& id : std::move(departments).value_or(std::vector<std::string>{})) {
    if (id == "0") {
      out.department_numbers = {kRootNumber};
    } else {
      out.department_ids.push_back(std::move(id));
    }
  }
  if (!out.everybody && !out.names_users() && !out.names_departments()) {
    return fail(Errc::invalid_field, "audience: nobody is named");
  }
  return out;
}

std::string render_batch(Context const& context, SendBatchAnswer const& sent, Draft const& draft) {
  std::string out;
  auto const record = context.engine.find_batch(sent.key);
  if (!record) return out;
  json::Writer json(out);
  append_batch(json, context.engine.ids(), *context.engine.organisation(), *record, draft.msg_type,
               sent.invalid, record->recall_requested() ? std::string_view("null") : draft.content);
  return out;
}

}  // namespace

Result<Sender> choose_sender(Caller const& caller, std::optional<std::string> const& app_id,
                             std::optional<std::string> const& tenant_key) {
  Sender out;
  TRY(out.app, choose_sending_app(caller, app_id));
  TRY(out.tenant, choose_sending_tenant(caller, *out.app, tenant_key));
  return out;
}

Result<SendBatch> read_command(Caller const& caller, json::Value body) {
  TRY(auto const app_id, find_text(body, "app_id", kIdBytesMax));
  TRY(auto const tenant_key, find_text(body, "tenant_key", kIdBytesMax));
  TRY(auto const sender, choose_sender(caller, app_id, tenant_key));
  SendBatch out;
  out.app = sender.app->no;
  out.tenant = sender.tenant;
  TRY(out.audience, read_audience(body));
  return out;
}

Result<Draft> read_draft(json::Value body) {
  Draft out;
  TRY(auto type, find_text(body, "msg_type", kIdBytesMax));
  auto const content = body.find("content");
  if (!type && !content) return out;
  if (!type) return fail(Errc::invalid_field, "msg_type is missing");
  if (!content || !content->is_object()) {
    return fail(Errc::invalid_field, "content must be an object");
  }
  out.msg_type = *std::move(type);
  out.content = json::minified(*content);
  return out;
}

Result<Time> read_send_at(Context const& context, json::Value body) {
  auto const value = body.find("send_at");
  if (!value) return Time{};
  std::optional<Time> at;
  if (auto const ms = value->integer()) at = from_ms(*ms);
  if (value->is_string()) at = parse_time(value->string());
  if (!at) {
    return fail(Errc::invalid_field,
                "send_at must be a time as in RFC 3339, or milliseconds since 1970");
  }
  if (*at > context.engine.now() + std::chrono::days(context.settings.schedule_days)) {
    return fail(
        Errc::invalid_field,
        "send_at is more than " + std::to_string(context.settings.schedule_days) + " days ahead");
  }
  return *at;
}

Result<void> read_key(SendBatch& command, http::Request const& request, std::string_view name) {
  TRY(command.idempotency_key, parse_idempotency_key(request.header("Idempotency-Key")));
  if (!command.idempotency_key.empty()) command.body_hash = hash_request(name, request.body);
  return {};
}

Result<void> send(Context& context, Organisation const& organisation, SendBatch command,
                  Draft draft, Answer const& answer) {
  TRY(auto const* rules,
      apply_rules(context.content_rules, organisation, command, draft.msg_type, draft.content));
  auto const shared = std::make_shared<SendBatch>(std::move(command));
  context.engine.write<SendBatchAnswer>(
      [shared, rules](View& view) { return send_batch(view, *shared, rules->rights()); },
      [&context, draft = std::move(draft), answer](Result<SendBatchAnswer> sent) {
        if (!sent) return answer.fail(sent.error());
        auto body = render_batch(context, *sent, draft);
        if (body.empty()) return answer.fail(fail(Errc::batch_unknown));
        answer.json(std::move(body), 201);
      });
  return {};
}

}  // namespace carillon::console

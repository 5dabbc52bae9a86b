#include "core/send_batch.h"

#include <algorithm>
#include <utility>

#include "core/add_media.h"

namespace carillon {
namespace {

Result<void> check_content(View& view, Directory const& directory, SendBatch const& command) {
  auto const find = [&](MediaKey const& key) { return view.find_media(key); };
  for (auto const& key : command.image_keys) {
    if (directory.has_image(key)) continue;
    TRY(auto const media, find_app_media(view.ids(), command.tenant, command.app, key, find));
    if (media.use != MediaUse::image) return fail(Errc::image_unknown, key);
  }
  if (!command.chat_id.empty() && !directory.has_chat(command.chat_id)) {
    return fail(Errc::chat_unknown, command.chat_id);
  }
  if (command.mentions_all && !directory.tenant().mention_all) {
    return fail(Errc::mention_all_forbidden);
  }
  return {};
}

// The answer that this key got before, if it did.
Result<std::optional<SendBatchAnswer>> find_answer(View& view, CallKey const& call,
                                                   std::string const& body_hash) {
  if (call.key.empty()) return std::optional<SendBatchAnswer>{};
  TRY(auto const answered, view.find_call(call));
  if (!answered) return std::optional<SendBatchAnswer>{};
  if (answered->body_hash != body_hash) {
    return fail(Errc::key_reused, "Idempotency-Key was used with another request");
  }
  BatchKey const key{call.tenant, answered->batch};
  auto const record = view.find_batch(key);
  if (!record) return std::optional<SendBatchAnswer>{};  // purged since
  TRY(auto invalid, view.invalid_ids(key));
  return std::optional<SendBatchAnswer>(
      SendBatchAnswer{key, record->generation, std::move(invalid), record->valid});
}

}  // namespace

Result<void> check_app(Organisation const& organisation, TenantNo tenant, App const* app) {
  if (app == nullptr) return fail(Errc::app_deleted);
  CHECK_OK(check_in_use(organisation, tenant, *app));
  if (!app->bot) return fail(Errc::bot_off);
  return {};
}

Result<void> check_sender(Organisation const& organisation, TenantNo tenant, App const* app,
                          AudienceRequest const& audience, SendRights const& rights) {
  if (app == nullptr) return fail(Errc::app_deleted);
  CHECK_OK(rights.by_bot ? check_app(organisation, tenant, app)
                         : check_in_use(organisation, tenant, *app));
  auto const may = [&](std::string const& scope) { return scope.empty() || app->has_scope(scope); };
  if (!rights.any_to_send.empty() &&
      std::none_of(rights.any_to_send.begin(), rights.any_to_send.end(), may)) {
    return fail(Errc::send_scope_missing);
  }
  bool const users =
      !audience.open_ids.empty() || !audience.user_ids.empty() || !audience.union_ids.empty();
  if (users && !may(rights.to_users)) return fail(Errc::user_scope_missing);
  if (!audience.department_ids.empty() && !may(rights.to_departments)) {
    return fail(Errc::department_scope_missing);
  }
  return {};
}

Result<Decided<SendBatchAnswer>> send_batch(View& view, SendBatch command,
                                            SendRights const& rights) {
  auto const organisation = view.organisation();
  auto const* app = organisation->apps->find(command.app);
  CHECK_OK(check_sender(*organisation, command.tenant, app, command.audience, rights));

  CallKey const call{command.tenant, command.app, command.idempotency_key};
  TRY(auto answered, find_answer(view, call, command.body_hash));
  if (answered) return Decided<SendBatchAnswer>{{}, *std::move(answered), nullptr};

  auto const& directory = *organisation->find(command.tenant);
  CHECK_OK(check_content(view, directory, command));
  if (view.low_disk()) return fail(Errc::low_disk, "the disk of the server is nearly full");

  auto audience =
      resolve(command.audience, directory, *app, view.available(directory, *app), view.ids());
  auto const deliverable = audience.deliverable.size();
  auto const unavailable = audience.unavailable.size();

  QuotaKey const quota{command.tenant, command.app,
                       day_of(view.now(), directory.tenant().timezone)};
  auto const used = view.quota_used(quota);
  if (command.daily_recipients != 0 && used + deliverable > command.daily_recipients) {
    return fail(Errc::quota_exhausted);
  }

  auto const before = view.counters(command.tenant);
  auto after = before;
  BatchRecord record;
  record.key = {command.tenant, before.next_batch};
  record.app = command.app;
  record.generation = view.generation();
  record.addressed_users = !command.audience.open_ids.empty() ||
                           !command.audience.user_ids.empty() ||
                           !command.audience.union_ids.empty();
  record.addressed_departments = !command.audience.department_ids.empty();
  record.queue_no = before.next_queue_no;
  record.accepted_at = view.now();
  record.valid = static_cast<std::uint32_t>(deliverable + unavailable);
  record.excluded = static_cast<std::uint32_t>(unavailable);
  record.unavailable = record.excluded;
  after.next_batch = BatchNo{before.next_batch.value + 1};
  ++after.next_queue_no;

  Decided<SendBatchAnswer> out;
  auto& invalid = out.answer.invalid;
  invalid.department_ids = std::move(audience.invalid_department_ids);
  invalid.open_ids = std::move(audience.invalid_open_ids);
  invalid.user_ids = std::move(audience.invalid_user_ids);
  invalid.union_ids = std::move(audience.invalid_union_ids);
  out.answer.key = record.key;
  out.answer.generation = record.generation;
  out.answer.valid = record.valid;

  out.change.counters[command.tenant] = {before, after};
  if (deliverable != 0) {
    out.change.quota[quota] = {deliverable, used, command.daily_recipients};
  }
  if (!call.key.empty()) {
    out.change.calls[call] = {command.body_hash, record.key.batch, view.now()};
  }
  out.change.new_batches.emplace(
      record.key,
      NewBatch{record, std::move(command.content), invalid,
               AudienceSets{std::move(audience.deliverable), std::move(audience.unavailable)}});
  return out;
}

}  // namespace carillon

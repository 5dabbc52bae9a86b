#include "core/send_batch.h"

#include <algorithm>
#include <utility>

#include "batch/flow_moment.h"
#include "core/add_chat.h"
#include "core/add_media.h"

namespace carillon {
namespace {

Result<void> check_content(View& view, Directory const& directory, SendBatch const& command) {
  auto const find = [&](MediaKey const& key) { return view.find_media(key); };
  for (auto const& key : command.image_keys) {
    if (directory.has_image(key)) continue;
    TRY(auto const media, find_app_media(view.ids(), command.tenant, command.app, key, find));
    if (media.use != command.files_are) return fail(Errc::image_unknown, key);
  }
  if (!command.chat_id.empty() && !directory.has_chat(command.chat_id)) {
    CHECK_OK(find_app_chat(view.ids(), command.tenant, command.app, command.chat_id,
                           [&](ChatKey const& key) { return view.find_app_chat(key); }));
  }
  if (command.mentions_all && !directory.tenant().mention_all) {
    return fail(Errc::mention_all_forbidden);
  }
  return {};
}

// The answer that this key got before, if it did.
Result<std::optional<SendBatchAnswer>> find_answer(View& view, CallKey const& call,
                                                   SendBatch const& command) {
  if (call.key.empty()) return std::optional<SendBatchAnswer>{};
  TRY(auto const answered, view.find_call(call));
  if (!answered || answered->at <= view.now() - command.key_kept) {
    return std::optional<SendBatchAnswer>{};
  }
  if (answered->body_hash != command.body_hash) {
    return fail(Errc::key_reused, "Idempotency-Key was used with another request");
  }
  BatchKey const key{call.tenant, BatchNo{answered->made}};
  auto const record = view.find_batch(key);
  if (!record) return std::optional<SendBatchAnswer>{};  // purged since
  TRY(auto invalid, view.invalid_ids(key));
  return std::optional<SendBatchAnswer>(
      SendBatchAnswer{key, record->generation, std::move(invalid), record->valid});
}

// A batch as it would be accepted now, but for its number, its quota and its place in a queue.
struct Draft {
  BatchRecord record;
  AudienceSets audience;
  InvalidIds invalid;
};

// Takes those whom the command's limits keep back out of the deliverable people.
std::vector<Withheld> keep_back(View const& view, SendBatch const& command, Tenant const& tenant,
                                BatchRecord& record, UserSet& deliverable) {
  record.counts_in_flow = !command.content.hash.empty() && command.flow != FlowLimits{};
  if (!record.counts_in_flow) return {};
  auto limits = command.flow;
  // A reminder says the same again on purpose.
  if (command.reminds) limits[static_cast<std::size_t>(FlowRule::same_content)] = 0;
  auto const moment = flow_moment(record, command.content, tenant);
  auto withheld = withhold(limits, moment, view.flow(moment, deliverable), deliverable);
  deliverable.optimize();
  return withheld;
}

Result<Audience> find_audience(View& view, SendBatch const& command, Directory const& directory,
                               App const& app, BatchRecord& record) {
  auto const* available = view.available(directory, app);
  if (!command.reminds) {
    return resolve(command.audience, directory, app, available, view.ids());
  }
  BatchKey const reminded{command.tenant, command.reminds};
  auto const before = view.find_batch(reminded);
  if (!before || before->app != command.app) return fail(Errc::batch_unknown);
  if (before->recall_requested()) return fail(Errc::batch_state, "the batch was taken back");
  // Whoever may ask about the one may ask about the other.
  record.addressed_users = before->addressed_users;
  record.addressed_departments = before->addressed_departments;
  record.reminds_generation = before->generation;
  TRY(auto const unread, view.unread(reminded));
  return resolve(unread, directory, available);
}

Result<Draft> draft_batch(View& view, SendBatch const& command, SendRights const& rights,
                          Directory const& directory, App const& app) {
  Draft out;
  auto& record = out.record;
  record.key.tenant = command.tenant;
  record.app = command.app;
  record.kind = command.kind;
  record.generation = view.generation();
  record.reminds = command.reminds;
  // Only where they decide about scopes of later calls.
  record.addressed_users = !rights.to_users.empty() && command.audience.names_users();
  record.addressed_departments =
      !rights.to_departments.empty() && command.audience.names_departments();
  record.addressed_everybody = command.audience.everybody;
  record.accepted_at = view.now();
  if (command.send_at > view.now()) {
    record.send_at = command.send_at;
    record.state = BatchState::scheduled;
  }
  TRY(auto audience, find_audience(view, command, directory, app, record));
  out.audience.withheld =
      keep_back(view, command, directory.tenant(), record, audience.deliverable);
  out.audience.deliverable = std::move(audience.deliverable);
  out.audience.unavailable = std::move(audience.unavailable);
  record.unavailable = static_cast<std::uint32_t>(out.audience.unavailable.size());
  record.excluded = record.unavailable;
  for (auto const& kept : out.audience.withheld) {
    auto const count = static_cast<std::uint32_t>(kept.users.size());
    record.withheld[static_cast<std::size_t>(kept.rule)] = count;
    record.excluded += count;
  }
  record.valid = static_cast<std::uint32_t>(out.audience.deliverable.size()) + record.excluded;
  out.invalid.department_ids = std::move(audience.invalid_department_ids);
  out.invalid.open_ids = std::move(audience.invalid_open_ids);
  out.invalid.user_ids = std::move(audience.invalid_user_ids);
  out.invalid.union_ids = std::move(audience.invalid_union_ids);
  return out;
}

}  // namespace

Result<void> check_app(Organisation const& organisation, TenantNo tenant, App const* app,
                       bool by_bot) {
  if (app == nullptr) return fail(Errc::app_deleted);
  CHECK_OK(check_in_use(organisation, tenant, *app));
  if (by_bot && !app->bot) return fail(Errc::bot_off);
  return {};
}

Result<void> check_sender(Organisation const& organisation, TenantNo tenant, App const* app,
                          AudienceRequest const& audience, SendRights const& rights) {
  CHECK_OK(check_app(organisation, tenant, app, rights.by_bot));
  auto const may = [&](std::string const& scope) { return scope.empty() || app->has_scope(scope); };
  if (!rights.any_to_send.empty() &&
      std::none_of(rights.any_to_send.begin(), rights.any_to_send.end(), may)) {
    return fail(Errc::send_scope_missing);
  }
  if (audience.names_users() && !may(rights.to_users)) return fail(Errc::user_scope_missing);
  if (audience.names_departments() && !may(rights.to_departments)) {
    return fail(Errc::department_scope_missing);
  }
  return {};
}

Result<Decided<SendBatchAnswer>> send_batch(View& view, SendBatch const& command,
                                            SendRights const& rights) {
  auto const organisation = view.organisation();
  auto const* app = organisation->apps->find(command.app);
  CHECK_OK(check_sender(*organisation, command.tenant, app, command.audience, rights));

  CallKey const call{command.tenant, command.app, command.idempotency_key};
  TRY(auto answered, find_answer(view, call, command));
  if (answered) return Decided<SendBatchAnswer>{{}, *std::move(answered), nullptr};

  auto const& directory = *organisation->find(command.tenant);
  CHECK_OK(check_content(view, directory, command));
  if (view.low_disk()) return fail(Errc::low_disk, "the disk of the server is nearly full");
  TRY(auto draft, draft_batch(view, command, rights, directory, *app));

  auto& record = draft.record;
  auto const deliverable = draft.audience.deliverable.size();
  auto const day = day_of(view.now(), directory.tenant().timezone);
  QuotaKey const quota{command.tenant, command.app, day};
  auto const used = view.quota_used(quota);
  if (command.daily_recipients != 0 && used + deliverable > command.daily_recipients) {
    return fail(Errc::quota_exhausted);
  }

  auto const before = view.counters(command.tenant);
  auto after = before;
  record.key = {command.tenant, before.next_batch};
  after.next_batch = BatchNo{before.next_batch.value + 1};
  if (record.state == BatchState::accepted) {
    record.queue_no = before.next_queue_no;
    ++after.next_queue_no;
  }

  Decided<SendBatchAnswer> out;
  out.answer = {record.key, record.generation, draft.invalid, record.valid};
  out.change.counters[command.tenant] = {before, after};
  if (deliverable != 0 && command.kind == BatchKind::bulk) {
    out.change.quota[quota] = {deliverable, used, command.daily_recipients};
  }
  if (!call.key.empty()) {
    out.change.calls[call] = {command.body_hash, record.key.batch.value, view.now(),
                              command.key_kept};
  }
  out.change.new_batches.emplace(
      record.key,
      NewBatch{record, command.content, std::move(draft.invalid), std::move(draft.audience)});
  return out;
}

Result<Decided<BatchPreview>> preview_batch(View& view, SendBatch const& command,
                                            SendRights const& rights) {
  auto const organisation = view.organisation();
  auto const* app = organisation->apps->find(command.app);
  CHECK_OK(check_sender(*organisation, command.tenant, app, command.audience, rights));
  auto const& directory = *organisation->find(command.tenant);
  CHECK_OK(check_content(view, directory, command));
  TRY(auto draft, draft_batch(view, command, rights, directory, *app));
  BatchPreview out;
  out.named =
      count_named(command.audience, directory, *app, view.available(directory, *app), view.ids());
  out.valid = draft.record.valid;
  out.deliverable = static_cast<std::uint32_t>(draft.audience.deliverable.size());
  out.unavailable = draft.record.unavailable;
  out.withheld = draft.record.withheld;
  out.invalid = std::move(draft.invalid);
  return Decided<BatchPreview>{{}, std::move(out), nullptr};
}

}  // namespace carillon

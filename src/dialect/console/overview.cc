// GET /api/v1/overview and GET /api/v1/apps/{app_id}/quota: what is going on now, and how much of
// today's recipients is used.
//
// Shape   All of it from memory: the unfinished batches, the counters of the day, the engine's.
// Cost    Linear in the unfinished batches and in the installed apps: a reader thread.

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "access/day_begin.h"
#include "dialect/console/app_json.h"
#include "dialect/console/batch_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kSendingMax = 100;

// An app's batches that are not done, by what they wait for.
struct Queue {
  std::uint64_t waiting = 0;
  std::uint64_t sending = 0;
  std::uint64_t scheduled = 0;
  std::uint64_t paused = 0;
  std::uint64_t recalling = 0;
  Time oldest{};  // of those that wait or are being sent

  void add(BatchRecord const& record) {
    switch (record.state) {
      case BatchState::accepted:
        ++waiting;
        break;
      case BatchState::sending:
        ++sending;
        break;
      case BatchState::scheduled:
        ++scheduled;
        return;
      case BatchState::paused:
        ++paused;
        return;
      case BatchState::recalling:
        ++recalling;
        return;
      case BatchState::sent:
      case BatchState::canceled:
      case BatchState::recalled:
        return;
    }
    if (oldest == Time{} || record.accepted_at < oldest) oldest = record.accepted_at;
  }
};

using Queues = std::map<std::pair<TenantNo, AppNo>, Queue>;

std::string_view app_id_of(Organisation const& organisation, AppNo no) {
  auto const* app = organisation.apps->find(no);
  return app == nullptr ? std::string_view() : app->app_id;
}

std::string_view tenant_key_of(Organisation const& organisation, TenantNo no) {
  auto const* directory = organisation.find(no);
  return directory == nullptr ? std::string_view() : directory->tenant().tenant_key;
}

struct Usage {
  std::uint64_t used = 0;
  Time resets_at{};
};

Usage usage_of(Context const& context, Tenant const& tenant, AppNo app) {
  auto const day = day_of(context.engine.now(), tenant.timezone);
  return {context.engine.quota_used({tenant.no, app, day}), day_begin(day + 1, tenant.timezone)};
}

void append_quota(json::Writer& json, Context const& context, Tenant const& tenant,
                  std::string_view app_id, Usage const& usage) {
  json.begin_object()
      .field("app_id", app_id)
      .field("tenant_key", tenant.tenant_key)
      .field("used", usage.used)
      .field("limit", context.settings.daily_recipients);
  append_time(json, "resets_at", usage.resets_at);
  json.end_object();
}

void append_queues(json::Writer& json, Organisation const& organisation, Queues const& queues) {
  json.begin_array("queues");
  for (auto const& [key, queue] : queues) {
    json.begin_object()
        .field("app_id", app_id_of(organisation, key.second))
        .field("tenant_key", tenant_key_of(organisation, key.first))
        .field("waiting", queue.waiting)
        .field("sending", queue.sending)
        .field("scheduled", queue.scheduled)
        .field("paused", queue.paused)
        .field("recalling", queue.recalling);
    append_time(json, "oldest_accepted_at", queue.oldest);
    json.end_object();
  }
  json.end_array();
}

// Of the apps that sent today.
void append_quotas(json::Writer& json, Context const& context, Organisation const& organisation) {
  json.begin_array("quotas");
  for (auto const& installation : organisation.apps->installations()) {
    auto const* directory = organisation.find(installation.tenant);
    if (directory == nullptr) continue;
    auto const usage = usage_of(context, directory->tenant(), installation.app);
    if (usage.used == 0) continue;
    append_quota(json, context, directory->tenant(), app_id_of(organisation, installation.app),
                 usage);
  }
  json.end_array();
}

void append_errors(json::Writer& json, Context const& context, Organisation const& organisation,
                   std::vector<BatchRecord> const& unfinished, EngineStats const& stats) {
  std::uint64_t failed = 0;
  for (auto const& record : unfinished) failed += record.failed;
  std::size_t dead = 0;
  std::size_t retrying = 0;
  if (context.events != nullptr) {
    for (auto const& installation : organisation.apps->installations()) {
      auto const lane = context.events->status({installation.tenant, installation.app});
      dead += lane.dead;
      retrying += lane.retrying;
    }
  }
  json.begin_object("errors")
      .field("dead_letters", dead)
      .field("events_retrying", retrying)
      .field("failed", failed)
      .field("commit_failures", stats.commit_failures)
      .field("books_imbalance", stats.books_imbalance)
      .field("low_disk", context.engine.low_disk())
      .end_object();
}

void append_totals(json::Writer& json, Organisation const& organisation, EngineStats const& stats) {
  std::uint64_t tenants = 0;
  std::uint64_t users = 0;
  for (auto const& directory : organisation.directories) {
    if (!directory) continue;
    ++tenants;
    users += directory->active().size();
  }
  auto const& apps = organisation.apps->apps();
  auto const app_count = std::count_if(apps.begin(), apps.end(),
                                       [](App const& app) { return app.no && !app.deleted; });
  json.begin_object("totals")
      .field("tenants", tenants)
      .field("users", users)
      .field("apps", app_count)
      .field("batches", stats.batches_in_memory)
      .field("accepted_since_start", stats.batches_accepted)
      .field("delivered_since_start", stats.deliveries)
      .field("read_since_start", stats.receipts)
      .end_object();
}

std::string render_overview(Context const& context, Organisation const& organisation) {
  auto const unfinished = context.engine.unfinished();
  auto const stats = context.engine.stats();
  Queues queues;
  for (auto const& record : unfinished) queues[{record.key.tenant, record.app}].add(record);
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("sending");
  for (std::size_t n = 0; n < std::min(unfinished.size(), kSendingMax); ++n) {
    json.raw(render_progress(context.engine.ids(), organisation, unfinished[n]));
  }
  json.end_array();
  append_queues(json, organisation, queues);
  append_quotas(json, context, organisation);
  append_errors(json, context, organisation, unfinished, stats);
  json.field("connected", context.live.hub().online());
  append_totals(json, organisation, stats);
  json.end_object();
  return out;
}

Result<void> overview(Context& context, http::Request const& request, Answer answer) {
  TRY(auto caller, require_operator(context, request));
  return read_and_answer(
      context, answer,
      [&context, organisation = std::move(caller.organisation), answer](Reader&) -> Result<void> {
        answer.json(render_overview(context, *organisation));
        return {};
      });
}

Result<void> app_quota(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  auto const& organisation = *caller.organisation;
  auto const& app_id = request.params.at(0);
  if (caller.kind == CallerKind::app && app_id != caller.app->app_id) {
    return fail(Errc::not_found, "no such app");
  }
  TRY(auto const* app, get_app(organisation, app_id));
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("quotas");
  for (auto const& directory : organisation.directories) {
    if (!directory) continue;
    auto const& tenant = directory->tenant();
    if (caller.kind == CallerKind::app && tenant.no != caller.tenant) continue;
    if (!organisation.apps->installed(tenant.no, app->no)) continue;
    append_quota(json, context, tenant, app->app_id, usage_of(context, tenant, app->no));
  }
  json.end_array().end_object();
  answer.json(std::move(out));
  return {};
}

}  // namespace

void add_overview(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, get, "/api/v1/overview", overview));
  router.add(make_route(context, get, "/api/v1/apps/:app_id/quota", app_quota));
}

}  // namespace carillon::console

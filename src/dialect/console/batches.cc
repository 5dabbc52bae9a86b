// GET /api/v1/batches?tenant=&app=&state=&kind=&limit=&cursor= and GET /api/v1/batches/{id}
//
// Shape   Newest first. An app sees its own batches of its token's tenant; the operator those of
//         one tenant, which must be named if there are several.
// Errors  invalid_field for a filter that names nothing; forbidden if an app asks for others.
// Cost    A page with a state filter looks at up to kScanMax batches and then says where to go on:
//         it may hold fewer than `limit`, even none, while `next` is not null.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dialect/console/batch_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/cursors.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/ids.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::size_t kScanMax = 5000;

struct ListQuery {
  TenantNo tenant;
  AppNo app;  // 0: of every app
  BatchKind kind = BatchKind::bulk;
  std::optional<BatchState> state;
  BatchNo before;
  std::size_t limit = 0;
};

Result<TenantNo> choose_listed_tenant(Caller const& caller, std::string const& tenant_key) {
  auto const& organisation = *caller.organisation;
  if (!tenant_key.empty()) {
    auto const* directory = organisation.find_tenant(tenant_key);
    if (caller.kind == CallerKind::app &&
        (directory == nullptr || directory->tenant().no != caller.tenant)) {
      return fail(Errc::forbidden, "an app sees its own batches only");
    }
    if (directory == nullptr) return fail(Errc::invalid_field, "tenant: no such tenant");
    return directory->tenant().no;
  }
  if (caller.kind == CallerKind::app) return caller.tenant;
  std::optional<TenantNo> only;
  for (auto const& directory : organisation.directories) {
    if (!directory) continue;
    if (only) return fail(Errc::invalid_field, "tenant: there are several, name one");
    only = directory->tenant().no;
  }
  return only.value_or(TenantNo{});
}

Result<AppNo> choose_listed_app(Caller const& caller, std::string const& app_id) {
  if (caller.kind == CallerKind::app) {
    if (!app_id.empty() && app_id != caller.app->app_id) {
      return fail(Errc::forbidden, "an app sees its own batches only");
    }
    return caller.app->no;
  }
  if (app_id.empty()) return AppNo{};
  auto const* app = caller.organisation->apps->find(app_id);
  if (app == nullptr) return fail(Errc::invalid_field, "app: no such app");
  return app->no;
}

Result<ListQuery> read_list_query(Context const& context, Caller const& caller,
                                  http::Request const& request) {
  ListQuery query;
  TRY(query.tenant, choose_listed_tenant(caller, request.query_param("tenant")));
  TRY(query.app, choose_listed_app(caller, request.query_param("app")));
  if (auto const state = request.query_param("state"); !state.empty()) {
    query.state = find_batch_state(state);
    if (!query.state) return fail(Errc::invalid_field, "state: no such state of a batch");
  }
  if (auto const kind = request.query_param("kind"); kind == "single") {
    query.kind = BatchKind::single;
  } else if (!kind.empty() && kind != "bulk") {
    return fail(Errc::invalid_field, "kind: must be bulk or single");
  }
  TRY(query.limit, read_limit(request, kPageUsual, context.settings.page_max));
  if (auto const cursor = request.query_param("cursor"); !cursor.empty()) {
    TRY(auto const before,
        Cursors(context.installation_key).unseal(CursorKind::batches, query.tenant.value, cursor));
    query.before = BatchNo{before};
  }
  return query;
}

enum class Parts : std::uint8_t { without_content, all };

// The counts come from memory, one copy of the record a batch. It is asked for after the content
// was read, so that nothing recalled is shown (I6).
Result<void> append_stored(json::Writer& json, Engine const& engine,
                           Organisation const& organisation, Reader& reader, BatchKey const& key,
                           Parts parts) {
  TRY(auto const stored, reader.find_batch(key));
  auto const record = engine.find_batch(key);
  if (!stored || !record) return fail(Errc::batch_unknown);
  std::string_view content;
  if (parts == Parts::all) {
    content = record->recall_requested() ? std::string_view("null") : stored->content.json;
  }
  append_batch(json, engine.ids(), organisation, *record, stored->content.msg_type, stored->invalid,
               content);
  return {};
}

Result<std::string> render_list(Context const& context, Organisation const& organisation,
                                Reader& reader, ListQuery const& query) {
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_array("batches");
  auto before = query.before;
  std::size_t shown = 0;
  std::size_t looked_at = 0;
  bool more = true;
  while (more && shown < query.limit && looked_at < kScanMax) {
    auto const wanted = query.state ? std::size_t{500} : query.limit - shown;
    TRY(auto const records, reader.list(query.tenant, query.app, query.kind, before, wanted));
    more = records.size() == wanted;
    for (auto const& known : records) {
      before = known.key.batch;
      ++looked_at;
      auto const record = context.engine.find_batch(known.key);
      if (!record || (query.state && record->state != *query.state)) continue;
      if (!append_stored(json, context.engine, organisation, reader, known.key,
                         Parts::without_content)) {
        continue;
      }
      if (++shown == query.limit) break;
    }
    // Whether anything is left below the last one shown is found out here, not by the caller.
    if (shown == query.limit) {
      TRY(auto const rest, reader.list(query.tenant, query.app, query.kind, before, 1));
      more = !rest.empty();
    }
  }
  json.end_array().key("next");
  if (more && before) {
    json.string(Cursors(context.installation_key)
                    .seal(CursorKind::batches, query.tenant.value, before.value));
  } else {
    json.null();
  }
  json.end_object();
  return out;
}

Result<void> list_batches(Context& context, http::Request const& request, Answer answer) {
  TRY(auto caller, require_operator_or_app(context, request));
  TRY(auto const query, read_list_query(context, caller, request));
  if (!query.tenant) {  // an installation without any tenant
    answer.json(R"({"batches":[],"next":null})");
    return {};
  }
  return read_and_answer(
      context, answer,
      [&context, caller = std::move(caller), query, answer](Reader& reader) -> Result<void> {
        TRY(auto out, render_list(context, *caller.organisation, reader, query));
        answer.json(std::move(out));
        return {};
      });
}

Result<void> get_batch(Context& context, http::Request const& request, Answer answer) {
  TRY(auto caller, require_operator_or_app(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  return read_and_answer(context, answer,
                         [&context, caller = std::move(caller), key = record.key,
                          answer](Reader& reader) -> Result<void> {
                           std::string out;
                           json::Writer json(out);
                           CHECK_OK(append_stored(json, context.engine, *caller.organisation,
                                                  reader, key, Parts::all));
                           answer.json(std::move(out));
                           return {};
                         });
}

}  // namespace

void add_batches(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/batches", list_batches));
  router.add(make_route(context, http::Method::get, "/api/v1/batches/:id", get_batch));
}

}  // namespace carillon::console

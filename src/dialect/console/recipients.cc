// GET /api/v1/batches/{id}/recipients?state=&department=&cursor=&limit=&format=
//
// Shape   JSON, or CSV by `Accept: text/csv` or `format=csv`. CSV pages hold recipients_page_max
//         people unless `limit` says less; X-Next-Cursor says where the next one begins.
//         Unless the app's receipt policy is `names`, whoever has read it counts as delivered.
// Errors  receipts_hidden for a list that would tell who read, also that of a reminder's people.
//         invalid_field for a filter that names nothing, and for a cursor of another batch.

#include <string>
#include <utility>

#include "core/list_recipients.h"
#include "dialect/console/callers.h"
#include "dialect/console/cursors.h"
#include "dialect/console/directory_json.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/ids.h"
#include "dialect/console/recipient_rows.h"

namespace carillon::console {
namespace {

constexpr std::size_t kRecipientsUsual = 100;

enum class Format { json, csv };

Result<Format> read_format(http::Request const& request) {
  auto const format = request.query_param("format");
  if (format == "csv") return Format::csv;
  if (format == "json") return Format::json;
  if (!format.empty()) return fail(Errc::invalid_field, "format must be json or csv");
  bool const csv = request.header("Accept").find("text/csv") != std::string_view::npos;
  return csv ? Format::csv : Format::json;
}

Result<RecipientsQuery> read_recipients_query(Context const& context, http::Request const& request,
                                              Format format, Caller const& caller,
                                              BatchRecord const& record) {
  auto const& directory = *caller.organisation->find(record.key.tenant);
  auto const most = context.settings.recipients_page_max;
  RecipientsQuery query;
  TRY(query.limit, read_limit(request, format == Format::csv ? most : kRecipientsUsual, most));
  if (auto const state = request.query_param("state"); !state.empty()) {
    query.state = find_recipient_state(state);
    if (!query.state) return fail(Errc::invalid_field, "state: no such state of a recipient");
  }
  auto const* app = caller.organisation->apps->find(record.app);
  query.receipts = app == nullptr || app->receipts == ReceiptPolicy::names;
  bool const tells_readers = query.state == RecipientState::read ||
                             query.state == RecipientState::unread || record.reminds;
  if (!query.receipts && tells_readers) return fail(Errc::receipts_hidden);
  if (auto const department = request.query_param("department"); !department.empty()) {
    query.department = find_department(directory, department, context.engine.ids());
    if (!query.department) return fail(Errc::invalid_field, "department: no such department");
  }
  if (auto const cursor = request.query_param("cursor"); !cursor.empty()) {
    TRY(query.from, Cursors(context.installation_key)
                        .unseal(CursorKind::recipients, record.key.batch.value, cursor));
  }
  return query;
}

http::Response csv_response(std::string body, std::string const& id,
                            std::optional<std::string> const& next) {
  http::Response response;
  response.content_type = "text/csv; charset=utf-8; header=present";
  response.body = std::move(body);
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + id + ".csv\"");
  if (next) response.headers.emplace_back("X-Next-Cursor", *next);
  return response;
}

Result<void> list_batch_recipients(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  TRY(auto const format, read_format(request));
  TRY(auto const query, read_recipients_query(context, request, format, caller, record));
  return read_and_answer(
      context, answer,
      [&context, key = record.key, format, query, answer](Reader& reader) -> Result<void> {
        auto const now = context.engine.find_batch(key);
        if (!now) return fail(Errc::batch_unknown);
        // Taken after the record, so that it knows everybody whom the batch names.
        auto const organisation = context.engine.organisation();
        auto const* directory = organisation->find(key.tenant);
        TRY(auto const page, list_recipients(reader, *now, *directory, query));
        std::optional<std::string> next;
        if (page.next) {
          next = Cursors(context.installation_key)
                     .seal(CursorKind::recipients, key.batch.value, *page.next);
        }
        RecipientRows const rows{*directory, context.engine.ids(), now->app};
        if (format == Format::json) {
          answer.json(rows.json(page, next));
        } else {
          answer.send(csv_response(rows.csv(page), batch_id(context.engine.ids(), *now), next));
        }
        return {};
      });
}

}  // namespace

void add_recipients(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/batches/:id/recipients",
                        list_batch_recipients));
}

}  // namespace carillon::console

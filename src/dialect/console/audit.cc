// GET /api/v1/audit?limit=&before=: what operators changed, newest first.

#include <string>
#include <utility>

#include "dialect/console/callers.h"
#include "dialect/console/cursors.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "dialect/console/times.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

void append_entry(json::Writer& json, AuditEntry const& entry) {
  json.begin_object();
  append_time(json, "at", entry.at);
  json.field("operator", entry.operator_name)
      .field("role", role_name(entry.role))
      .field("action", entry.action)
      .field("target", entry.target)
      .field("detail", entry.detail)
      .field("remote", entry.remote);
  if (entry.status == 0) {
    json.key("status").null();
  } else {
    json.field("status", entry.status);
  }
  json.end_object();
}

Result<void> list_audit(Context& context, http::Request const& request, Answer answer) {
  TRY(auto const caller, require_operator(context, request));
  TRY(auto const limit, read_limit(request, kPageUsual, context.settings.page_max));
  AuditNo before;
  if (auto const cursor = request.query_param("before"); !cursor.empty()) {
    TRY(auto const position,
        Cursors(context.installation_key).unseal(CursorKind::audit, 0, cursor));
    before = AuditNo{position};
  }
  return read_and_answer(
      context, answer, [&context, before, limit, answer](Reader& reader) -> Result<void> {
        TRY(auto const entries, reader.audit(before, limit + 1));
        std::string out;
        json::Writer json(out);
        json.begin_object().begin_array("entries");
        for (std::size_t i = 0; i < std::min(limit, entries.size()); ++i) {
          append_entry(json, entries[i]);
        }
        json.end_array();
        if (entries.size() > limit) {
          json.field("next", Cursors(context.installation_key)
                                 .seal(CursorKind::audit, 0, entries[limit - 1].no.value));
        } else {
          json.key("next").null();
        }
        json.end_object();
        answer.json(std::move(out));
        return {};
      });
}

}  // namespace

void add_audit(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/audit", list_audit));
}

}  // namespace carillon::console

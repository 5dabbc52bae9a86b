// GET /api/v1/batches/{id}/departments?parent=: receipts along the department tree.
//
// Shape   The department asked for and those right below it, each with everyone below. The app's
//         receipt policy says whether `read` and `unread` are told.
// Errors  invalid_field: no such department.

#include <string>
#include <utility>

#include "core/department_receipts.h"
#include "dialect/console/batch_json.h"
#include "dialect/console/callers.h"
#include "dialect/console/directory_json.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/ids.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

void append_row(json::Writer& json, Directory const& directory, App const* app,
                DepartmentReceipts const& row) {
  auto const name = department_name(directory, row.department);
  json.begin_object()
      .field("department_id", department_id(directory, row.department))
      .field("name", name)
      .field("has_children", !directory.children(row.department).empty())
      .field("valid", row.valid)
      .field("delivered", row.delivered);
  append_reads(json, app, row.delivered, row.read);
  json.end_object();
}

Result<void> show_department_receipts(Context& context, http::Request const& request,
                                      Answer answer) {
  TRY(auto const caller, require_operator_or_app(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  auto const* directory = caller.organisation->find(record.key.tenant);
  auto const parent = request.query_param("parent");
  auto const top =
      parent.empty() ? kRootDepartment : find_department(*directory, parent, context.engine.ids());
  if (!top) return fail(Errc::invalid_field, "parent: no such department");
  return read_and_answer(context, answer,
                         [organisation = caller.organisation, directory, record, top = *top,
                          answer](Reader& reader) -> Result<void> {
                           TRY(auto const tree,
                               count_receipts(reader, record.key, *directory, top));
                           auto const* app = organisation->apps->find(record.app);
                           std::string out;
                           json::Writer json(out);
                           json.begin_object().key("department");
                           append_row(json, *directory, app, tree.top);
                           json.begin_array("departments");
                           for (auto const& row : tree.below)
                             append_row(json, *directory, app, row);
                           json.end_array().end_object();
                           answer.json(std::move(out));
                           return {};
                         });
}

}  // namespace

void add_batch_departments(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/batches/:id/departments",
                        show_department_receipts));
}

}  // namespace carillon::console

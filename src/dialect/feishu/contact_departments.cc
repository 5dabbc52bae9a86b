#include "dialect/feishu/contact_departments.h"

#include <utility>

#include "dialect/feishu/contact_answer.h"
#include "dialect/feishu/contact_fields.h"
#include "dialect/feishu/contact_json.h"

namespace carillon::feishu {
namespace {

void answer_department(ContactCall const& call, DepartmentNo department, http::Reply const& reply) {
  with_details<DepartmentNo>(
      call, {department}, reply,
      [department](ContactCall const& by, std::vector<DepartmentDetails> const& details) {
        std::string data;
        json::Writer out(data);
        out.begin_object().key("department");
        write_department(out, by, department, details.front());
        out.end_object();
        return data;
      });
}

Result<DepartmentFields> parse_department_body(ContactCall const& call,
                                               http::Request const& request, Writing writing) {
  TRY(auto const document, json::parse_json(request.body));
  return parse_department(call, document.root(), writing);
}

Result<ChangeDepartment> parse_department_change(ContactCall const& call,
                                                 http::Request const& request, Writing writing) {
  TRY(auto const department, call.find_department(request.params.front()));
  TRY(auto fields, parse_department_body(call, request, writing));
  return ChangeDepartment{directory_caller(call), department, std::move(fields)};
}

void change_contact_department(Context& context, http::Request const& request, http::Reply reply,
                               Api const& api, Writing writing) {
  auto call = ContactCall::begin(context, request, api, reply);
  if (!call) return;
  auto command = parse_department_change(*call, request, writing);
  if (!command) return reply(call->refuse(command.error()));
  auto const department = command->department;
  write_contact<Nothing>(
      *std::move(call),
      [command = *std::move(command)](View& view) { return change_department(view, command); },
      std::move(reply),
      [department](ContactCall const& after, Nothing, http::Reply const& to) {
        answer_department(after, department, to);
      });
}

}  // namespace

void create_contact_department(Context& context, http::Request const& request, http::Reply reply) {
  auto call = ContactCall::begin(context, request, kCreateDepartment, reply);
  if (!call) return;
  auto fields = parse_department_body(*call, request, Writing::create);
  if (!fields) return reply(call->refuse(fields.error()));
  NewDepartment command{directory_caller(*call), *std::move(fields), retry_key(request)};
  write_contact<DepartmentNo>(
      *std::move(call),
      [command = std::move(command)](View& view) { return create_department(view, command); },
      std::move(reply),
      [](ContactCall const& after, DepartmentNo department, http::Reply const& to) {
        // A retry may come when what it made is gone again.
        if (!after.directory().has_department(department)) {
          return to(after.refuse(fail(Errc::department_unknown)));
        }
        answer_department(after, department, to);
      });
}

void get_contact_department(Context& context, http::Request const& request,
                            http::Reply const& reply) {
  auto const call = ContactCall::begin(context, request, kGetDepartment, reply);
  if (!call) return;
  auto const department = call->visible_department(request.params.front());
  if (!department) return reply(call->refuse(department.error()));
  answer_department(*call, *department, reply);
}

void patch_contact_department(Context& context, http::Request const& request, http::Reply reply) {
  change_contact_department(context, request, std::move(reply), kPatchDepartment, Writing::patch);
}

void put_contact_department(Context& context, http::Request const& request, http::Reply reply) {
  change_contact_department(context, request, std::move(reply), kPutDepartment, Writing::put);
}

void delete_contact_department(Context& context, http::Request const& request, http::Reply reply) {
  auto call = ContactCall::begin(context, request, kDeleteDepartment, reply);
  if (!call) return;
  auto const department = call->find_department(request.params.front());
  if (!department) return reply(call->refuse(department.error()));
  auto const caller = directory_caller(*call);
  write_contact<Nothing>(
      *std::move(call),
      [caller, department = *department](View& view) {
        return delete_department(view, caller, department);
      },
      std::move(reply),
      [](ContactCall const&, Nothing, http::Reply const& to) { to(success("success", "{}")); });
}

}  // namespace carillon::feishu

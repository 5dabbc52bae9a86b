#include "dialect/feishu/contact_call.h"

#include <utility>

#include "core/contact_range.h"
#include "dialect/feishu/envelope.h"
#include "dialect/feishu/scopes.h"

namespace carillon::feishu {
namespace {

constexpr std::string_view kRoot = "0";

}  // namespace

std::optional<ContactCall> ContactCall::begin(Context& context, http::Request const& request,
                                              Api const& api, http::Reply const& reply) {
  auto admitted = admit(context, request, api);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) {
    reply(std::move(*refusal));
    return std::nullopt;
  }
  ContactCall call(context, std::get<Caller>(std::move(admitted)), api, request.log_id);
  if (auto const types = call.read_id_types(request); !types) {
    reply(call.refuse(types.error()));
    return std::nullopt;
  }
  if (call.user_id_type_ == IdType::user_id && !call.may_see_user_ids()) {
    reply(scope_failure(wire_error(api.family, Errc::scope_missing), kUserIdScopes, api.number,
                        request.log_id, ScopeKind::field));
    return std::nullopt;
  }
  return call;
}

Result<void> ContactCall::read_id_types(http::Request const& request) {
  TRY(user_id_type_, read_user_id_type(request));
  auto const departments = request.query_param("department_id_type");
  own_department_ids_ = departments == "department_id";
  if (!departments.empty() && !own_department_ids_ && departments != "open_department_id") {
    return fail(Errc::invalid_field,
                "department_id_type: must be department_id or open_department_id");
  }
  return {};
}

ContactCall ContactCall::renewed() const {
  auto out = *this;
  out.caller_.organisation = context_->engine.organisation();
  out.caller_.app = out.caller_.organisation->apps->find(caller_.app->no);
  return out;
}

Result<UserNo> ContactCall::find_user(std::string_view id) const {
  auto const found = feishu::find_user(context_->engine, caller_, user_id_type_, id);
  if (!found) return fail(Errc::user_unknown, "\"" + std::string(id.substr(0, 64)) + "\"");
  return *found;
}

Result<DepartmentNo> ContactCall::find_department(std::string_view id) const {
  if (id == kRoot) return kRootDepartment;
  auto const found = directory().find_department(id, context_->engine.ids());
  if (!found) return fail(Errc::department_unknown, "\"" + std::string(id.substr(0, 64)) + "\"");
  return *found;
}

Result<UserNo> ContactCall::visible_user(std::string_view id) const {
  TRY(auto const user, find_user(id));
  if (!in_range(directory(), *caller_.app, user)) return fail(Errc::user_out_of_range);
  return user;
}

Result<DepartmentNo> ContactCall::visible_department(std::string_view id) const {
  TRY(auto const department, find_department(id));
  if (!in_range(directory(), *caller_.app, department)) {
    return fail(Errc::department_out_of_range);
  }
  return department;
}

std::string ContactCall::user_id(UserNo user) const {
  return render_user_id(context_->engine, caller_, user_id_type_, user);
}

std::string ContactCall::open_id(UserNo user) const {
  return directory().open_id(caller_.app->no, user, context_->engine.ids());
}

std::string ContactCall::union_id(UserNo user) const {
  return directory().union_id(caller_.app->developer, user, context_->engine.ids());
}

std::string ContactCall::department_id(DepartmentNo department) const {
  if (department == kRootDepartment) return std::string(kRoot);
  return own_department_ids_ ? directory().department(department).department_id
                             : open_department_id(department);
}

std::string ContactCall::open_department_id(DepartmentNo department) const {
  if (department == kRootDepartment) return std::string(kRoot);
  return directory().open_department_id(department, context_->engine.ids());
}

bool ContactCall::may_see_user_ids() const { return holds_any(*caller_.app, kUserIdScopes); }

http::Response ContactCall::refuse(Error const& error) const {
  return failure(context_->settings, api_->family, error, log_id_);
}

}  // namespace carillon::feishu

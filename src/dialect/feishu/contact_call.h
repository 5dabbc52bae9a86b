// What all contact/v3 calls share: who is calling, and which kinds of ids the call speaks.
//
// Shape   begin() admits the caller, reads user_id_type and department_id_type from the query, and
//         answers the request itself where it is refused. Ids are found and printed as the call
//         wants them; the root department is "0" in either kind. A department's own id and its
//         "od-" id cannot be mistaken for each other, so both are taken everywhere.
// Source  docs/wire/feishu/contact.md.
// Errors  user_id_type=user_id without the scope for it: 99991672, of the field kind. An unknown
//         kind: invalid_field. find_user: user_unknown; find_department: department_unknown; both
//         also find what is out of the app's range.
// Cost    Memory only; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/feishu/gateway.h"
#include "dialect/feishu/user_ids.h"
#include "http/message.h"

namespace carillon::feishu {

class ContactCall {
 public:
  static std::optional<ContactCall> begin(Context& context, http::Request const& request,
                                          Api const& api, http::Reply const& reply);

  Context& context() const { return *context_; }
  Caller const& caller() const { return caller_; }
  Api const& api() const { return *api_; }
  Directory const& directory() const { return caller_.directory(); }
  IdType user_id_type() const { return user_id_type_; }
  // The same caller with what is in force now, after a change.
  ContactCall renewed() const;

  Result<UserNo> find_user(std::string_view id) const;
  Result<DepartmentNo> find_department(std::string_view id) const;
  // Likewise, and within the app's range.
  // Errors  user_out_of_range, department_out_of_range.
  Result<UserNo> visible_user(std::string_view id) const;
  Result<DepartmentNo> visible_department(std::string_view id) const;

  std::string user_id(UserNo user) const;  // of the kind asked for; empty for 0
  std::string open_id(UserNo user) const;
  std::string union_id(UserNo user) const;
  std::string department_id(DepartmentNo department) const;
  std::string open_department_id(DepartmentNo department) const;
  bool may_see_user_ids() const;

  http::Response refuse(Error const& error) const;

 private:
  ContactCall(Context& context, Caller caller, Api const& api, std::string log_id)
      : context_(&context), caller_(std::move(caller)), api_(&api), log_id_(std::move(log_id)) {}
  Result<void> read_id_types(http::Request const& request);

  Context* context_;
  Caller caller_;
  Api const* api_;
  std::string log_id_;
  IdType user_id_type_ = IdType::open_id;
  bool own_department_ids_ = false;
};

}  // namespace carillon::feishu

// What a failure is called by contact/v3.
#include "dialect/feishu/errors.h"

namespace carillon::feishu {
namespace {

constexpr WireError kInternal{40003, "internal error", 500};
constexpr WireError kContactBusy{40003, "internal error", 503};
constexpr WireError kUserId{41012, "user id invalid error", 400};

}  // namespace

WireError contact_error(Family family, Errc code) {
  bool const users = family == Family::contact_users;
  switch (code) {
    case Errc::invalid_field:
    case Errc::too_large:
      return kFieldsInvalid;
    case Errc::bad_content:
    case Errc::department_cycle:
      if (users) return {40001, "param error", 400};
      return {40018, "param error", 400};
    case Errc::key_reused:
      return {40021, "no a same request error", 400};
    case Errc::user_unknown:
    case Errc::bad_user_id:
      return kUserId;
    case Errc::department_unknown:
    case Errc::parent_unknown:
      return {40008, "dept Info is null error", 400};
    case Errc::user_out_of_range:
      return {41050, "no user authority error", 400};
    case Errc::department_out_of_range:
      return {40004, "no dept authority error", 403};
    case Errc::parent_out_of_range:
      return {40014, "no parent dept authority error", 403};
    case Errc::user_id_taken:
      return {41011, "user id already exist error", 400};
    case Errc::mobile_taken:
      return {41001, "mobile has already exist error", 400};
    case Errc::email_taken:
      return {41002, "email has already exist error", 400};
    case Errc::contacts_of_two:
      return {41003, "user account conflict error", 409};
    case Errc::bad_mobile:
      return {41004, "mobile is invalid error", 400};
    case Errc::bad_email:
      return {41005, "email is invalid error", 400};
    case Errc::bad_name:
      if (users) return {41006, "no user name error", 400};
      return {40016, "dept name can not be nul error", 401};
    case Errc::contact_missing:
      return {41009, "no email or mobile error", 400};
    case Errc::mobile_missing:
      return {41010, "no mobile error", 400};
    case Errc::department_exists:
      return {43000, "dept has already exist error", 401};
    case Errc::department_id_taken:
      return {43007, "duplicated department custom id error", 400};
    case Errc::bad_department_id:
      return {43008, "custom dept id invalid error", 400};
    case Errc::department_order_taken:
      return {43005, "duplicate order error", 400};
    case Errc::department_name_taken:
      return {43022, "department name duplicate", 400};
    case Errc::parent_missing:
      return {44101, "miss parent department id error", 400};
    case Errc::department_has_users:
      return {43011, "delete has member dept error", 400};
    case Errc::department_has_children:
      return {43012, "delete has sub dept department error", 400};
    case Errc::department_is_root:
      return {40002, "process root dept error", 400};
    case Errc::bad_page_size:
      return {40011, "page size is invalid", 400};
    case Errc::bad_page_token:
      return {40012, "page token is invalid error", 400};
    case Errc::import_running:
    case Errc::low_disk:
    case Errc::overloaded:
    case Errc::unavailable:
      return kContactBusy;
    // The gateway's, as everywhere.
    case Errc::bad_json:
      return wire_error(Family::batch_send, code);
    case Errc::token_missing:
    case Errc::token_invalid:
    case Errc::token_wrong_kind:
    case Errc::app_unknown:
    case Errc::app_secret_wrong:
    case Errc::app_disabled:
    case Errc::app_deleted:
    case Errc::app_not_installed:
    case Errc::ip_denied:
    case Errc::scope_missing:
    case Errc::rate_limited:
      return wire_error(Family::query, code);
    case Errc::bad_open_id:
    case Errc::bad_batch_id:
    case Errc::send_scope_missing:
    case Errc::user_scope_missing:
    case Errc::department_scope_missing:
    case Errc::addressing_scope_missing:
    case Errc::bot_off:
    case Errc::image_unknown:
    case Errc::file_foreign:
    case Errc::file_empty:
    case Errc::file_type:
    case Errc::file_gone:
    case Errc::chat_unknown:
    case Errc::mention_all_forbidden:
    case Errc::content_refused:
    case Errc::quota_exhausted:
    case Errc::receiver_unknown:
    case Errc::receiver_unavailable:
    case Errc::receiver_rate_limited:
    case Errc::batch_unknown:
    case Errc::batch_foreign:
    case Errc::recall_too_late:
    case Errc::batch_state:
    case Errc::batch_kind:
    case Errc::batch_recalled:
    case Errc::batch_too_old:
    case Errc::unauthorised:
    case Errc::receipts_hidden:
    case Errc::forbidden:
    case Errc::not_found:
    case Errc::already_exists:
    case Errc::import_invalid:
    case Errc::app_token_invalid:
    case Errc::ticket_invalid:
    case Errc::receiver_failed:
    case Errc::internal:
      return kInternal;
  }
  return kInternal;
}

}  // namespace carillon::feishu

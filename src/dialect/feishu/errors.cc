#include "dialect/feishu/errors.h"

namespace carillon::feishu {
namespace {

constexpr std::string_view kBadTokenText =
    "Invalid access token for authorization. Please make a request with token attached.";

// The gateway's, HTTP 400 but for the rate.
constexpr WireError kTokenMissing{
    99991661, "Missing access token for authorization. Please make a request with token attached.",
    400};
constexpr WireError kTokenInvalid{99991663, kBadTokenText, 400};
constexpr WireError kTokenWrongKind{99991668, kBadTokenText, 400};
constexpr WireError kAppNotInUse{99991662, "app not in use", 400};
constexpr WireError kIpDenied{99991401, "ip denied by app allow list", 400};
constexpr WireError kScopeMissing{99991672,
                                  "Access denied. One of the following scopes is required:", 400};
constexpr WireError kRateLimited{99991400, "request trigger frequency limit", 429};
constexpr WireError kNotJson{99991300, "invalid request body: not json", 400};

constexpr WireError kInvalidParam{10003, "invalid param", 200};
constexpr WireError kAppIdUnknown{10014, "app id not exists", 200};
constexpr WireError kAuthInternal{2200, "Internal Error", 200};

constexpr WireError kSendFailed{10002, "Create or send message fail.", 200};
constexpr WireError kSendParameter{10003, "Invalid parameter.", 200};
constexpr WireError kSendContent{11246, "Create message content fail.", 200};
constexpr WireError kSendAppUnknown{11209, "App not exist.", 200};

constexpr WireError kImParameter{230001, "Your request contains an invalid request parameter.",
                                 400};
constexpr WireError kImPermission{230027, "Lack of necessary permissions.", 400};
constexpr WireError kImUnknown{230030, "The message id is invalid, record not found.", 400};
// The pages name no code for a fault of ours; a status of 5xx tells clients that it was not theirs.
constexpr WireError kImInternal{2200, "Internal Error", 500};
constexpr WireError kImBusy{2200, "Internal Error", 503};

WireError auth_error(Errc code) {
  switch (code) {
    case Errc::bad_json:
    case Errc::invalid_field:
    case Errc::too_large:
    case Errc::bad_content:
    case Errc::bad_open_id:
    case Errc::bad_batch_id:
    case Errc::key_reused:
      return kInvalidParam;
    case Errc::token_missing:
      return kTokenMissing;
    case Errc::token_invalid:
      return kTokenInvalid;
    case Errc::token_wrong_kind:
      return kTokenWrongKind;
    case Errc::app_unknown:
    case Errc::app_deleted:
      return kAppIdUnknown;
    case Errc::app_secret_wrong:
      return {10014, "app secret invalid", 200};
    case Errc::app_disabled:
      return {10015, "app status inactive", 200};
    case Errc::app_not_installed:
      return {10013, "tenant access denied", 200};
    case Errc::app_token_invalid:
      return {10005, "app_access_token invalid", 200};
    case Errc::ticket_invalid:
      return {10012, "app_ticket invalid", 200};
    case Errc::ip_denied:
      return kIpDenied;
    case Errc::scope_missing:
      return kScopeMissing;
    case Errc::rate_limited:
      return kRateLimited;
    case Errc::receiver_failed:
    case Errc::send_scope_missing:
    case Errc::user_scope_missing:
    case Errc::department_scope_missing:
    case Errc::addressing_scope_missing:
    case Errc::bot_off:
    case Errc::image_unknown:
    case Errc::chat_unknown:
    case Errc::mention_all_forbidden:
    case Errc::content_refused:
    case Errc::quota_exhausted:
    case Errc::batch_unknown:
    case Errc::batch_foreign:
    case Errc::recall_too_late:
    case Errc::batch_state:
    case Errc::unauthorised:
    case Errc::receipts_hidden:
    case Errc::forbidden:
    case Errc::not_found:
    case Errc::already_exists:
    case Errc::import_invalid:
    case Errc::import_running:
    case Errc::user_unknown:
    case Errc::department_unknown:
    case Errc::parent_unknown:
    case Errc::user_out_of_range:
    case Errc::department_out_of_range:
    case Errc::parent_out_of_range:
    case Errc::user_id_taken:
    case Errc::mobile_taken:
    case Errc::email_taken:
    case Errc::contacts_of_two:
    case Errc::department_id_taken:
    case Errc::department_exists:
    case Errc::department_name_taken:
    case Errc::department_order_taken:
    case Errc::bad_user_id:
    case Errc::bad_mobile:
    case Errc::bad_email:
    case Errc::bad_name:
    case Errc::bad_department_id:
    case Errc::contact_missing:
    case Errc::mobile_missing:
    case Errc::parent_missing:
    case Errc::department_has_users:
    case Errc::department_has_children:
    case Errc::department_is_root:
    case Errc::department_cycle:
    case Errc::bad_page_size:
    case Errc::bad_page_token:
    case Errc::low_disk:
    case Errc::overloaded:
    case Errc::unavailable:
    case Errc::file_foreign:
    case Errc::file_empty:
    case Errc::file_type:
    case Errc::file_gone:
    case Errc::batch_kind:
    case Errc::batch_recalled:
    case Errc::batch_too_old:
    case Errc::receiver_unknown:
    case Errc::receiver_unavailable:
    case Errc::receiver_rate_limited:
    case Errc::internal:
      return kAuthInternal;
  }
  return kAuthInternal;
}

WireError batch_send_error(Errc code) {
  switch (code) {
    case Errc::bad_json:
      return kNotJson;
    case Errc::invalid_field:
    case Errc::bad_batch_id:
    case Errc::key_reused:
      return kSendParameter;
    case Errc::too_large:
      return kSendFailed;
    case Errc::bad_content:
      return kSendContent;
    case Errc::bad_open_id:
      return {11101, "Open_id not exist.", 200};
    case Errc::token_missing:
      return kTokenMissing;
    case Errc::token_invalid:
    case Errc::app_secret_wrong:
    case Errc::app_token_invalid:
    case Errc::ticket_invalid:
      return kTokenInvalid;
    case Errc::token_wrong_kind:
      return kTokenWrongKind;
    case Errc::app_unknown:
    case Errc::app_deleted:
      return kSendAppUnknown;
    case Errc::app_disabled:
      return {11207, "App is not usage.", 200};
    case Errc::app_not_installed:
      return {11210, "App usage info not exist.", 200};
    case Errc::ip_denied:
      return kIpDenied;
    case Errc::scope_missing:
      return kScopeMissing;
    case Errc::send_scope_missing:
      return {11223, "Do not have im write permission.", 200};
    case Errc::user_scope_missing:
      return {11203, "Send employee ids permission denied.", 200};
    case Errc::department_scope_missing:
      return {11204, "Send department list permission denied.", 200};
    case Errc::rate_limited:
      return kRateLimited;
    case Errc::bot_off:
      return {11205, "App do not have bot.", 200};
    case Errc::image_unknown:
    case Errc::file_foreign:
      return {11227, "Image key not exist.", 200};
    case Errc::chat_unknown:
      return {11231, "Chat not found.", 200};
    case Errc::mention_all_forbidden:
      return {11235, "This group is set to only admin can mention @All.", 200};
    case Errc::content_refused:
      return {11312, "Bot messages do not pass the audit.", 200};
    case Errc::quota_exhausted:
      return {11247, "Internal send message trigger rate limit.", 200};
    case Errc::addressing_scope_missing:
    case Errc::batch_unknown:
    case Errc::batch_foreign:
    case Errc::recall_too_late:
    case Errc::batch_state:
    case Errc::unauthorised:
    case Errc::receipts_hidden:
    case Errc::forbidden:
    case Errc::not_found:
    case Errc::already_exists:
    case Errc::import_invalid:
    case Errc::import_running:
    case Errc::receiver_failed:
    case Errc::user_unknown:
    case Errc::department_unknown:
    case Errc::parent_unknown:
    case Errc::user_out_of_range:
    case Errc::department_out_of_range:
    case Errc::parent_out_of_range:
    case Errc::user_id_taken:
    case Errc::mobile_taken:
    case Errc::email_taken:
    case Errc::contacts_of_two:
    case Errc::department_id_taken:
    case Errc::department_exists:
    case Errc::department_name_taken:
    case Errc::department_order_taken:
    case Errc::bad_user_id:
    case Errc::bad_mobile:
    case Errc::bad_email:
    case Errc::bad_name:
    case Errc::bad_department_id:
    case Errc::contact_missing:
    case Errc::mobile_missing:
    case Errc::parent_missing:
    case Errc::department_has_users:
    case Errc::department_has_children:
    case Errc::department_is_root:
    case Errc::department_cycle:
    case Errc::bad_page_size:
    case Errc::bad_page_token:
    case Errc::low_disk:
    case Errc::overloaded:
    case Errc::unavailable:
    case Errc::file_empty:
    case Errc::file_type:
    case Errc::file_gone:
    case Errc::batch_kind:
    case Errc::batch_recalled:
    case Errc::batch_too_old:
    case Errc::receiver_unknown:
    case Errc::receiver_unavailable:
    case Errc::receiver_rate_limited:
    case Errc::internal:
      return kSendFailed;
  }
  return kSendFailed;
}

WireError im_error(Family family, Errc code) {
  switch (code) {
    case Errc::bad_json:
    case Errc::invalid_field:
    case Errc::too_large:
    case Errc::bad_content:
    case Errc::bad_open_id:
    case Errc::bad_batch_id:
    case Errc::key_reused:
      return kImParameter;
    case Errc::token_missing:
      return kTokenMissing;
    case Errc::token_invalid:
    case Errc::app_secret_wrong:
    case Errc::app_token_invalid:
    case Errc::ticket_invalid:
      return kTokenInvalid;
    case Errc::token_wrong_kind:
      return kTokenWrongKind;
    case Errc::app_unknown:
    case Errc::app_deleted:
    case Errc::app_disabled:
    case Errc::app_not_installed:
      return kAppNotInUse;
    case Errc::ip_denied:
      return kIpDenied;
    case Errc::scope_missing:
      return kScopeMissing;
    case Errc::rate_limited:
      return kRateLimited;
    case Errc::bot_off:
      return {230006, "Bot ability is not activated.", 400};
    case Errc::send_scope_missing:
    case Errc::user_scope_missing:
    case Errc::department_scope_missing:
    case Errc::addressing_scope_missing:
      return kImPermission;
    case Errc::batch_unknown:
      return kImUnknown;
    case Errc::batch_foreign:
      if (family == Family::recall) return {230026, "No permission to recall this message.", 400};
      return {230012, "Bot is NOT the sender of the message.", 400};
    case Errc::recall_too_late:
      return {230009, "Message can only be recalled within one days.", 400};
    case Errc::low_disk:
    case Errc::overloaded:
    case Errc::unavailable:
      return kImBusy;
    case Errc::image_unknown:
    case Errc::chat_unknown:
    case Errc::mention_all_forbidden:
    case Errc::content_refused:
    case Errc::quota_exhausted:
    case Errc::batch_state:
    case Errc::unauthorised:
    case Errc::receipts_hidden:
    case Errc::forbidden:
    case Errc::not_found:
    case Errc::already_exists:
    case Errc::import_invalid:
    case Errc::import_running:
    case Errc::receiver_failed:
    case Errc::user_unknown:
    case Errc::department_unknown:
    case Errc::parent_unknown:
    case Errc::user_out_of_range:
    case Errc::department_out_of_range:
    case Errc::parent_out_of_range:
    case Errc::user_id_taken:
    case Errc::mobile_taken:
    case Errc::email_taken:
    case Errc::contacts_of_two:
    case Errc::department_id_taken:
    case Errc::department_exists:
    case Errc::department_name_taken:
    case Errc::department_order_taken:
    case Errc::bad_user_id:
    case Errc::bad_mobile:
    case Errc::bad_email:
    case Errc::bad_name:
    case Errc::bad_department_id:
    case Errc::contact_missing:
    case Errc::mobile_missing:
    case Errc::parent_missing:
    case Errc::department_has_users:
    case Errc::department_has_children:
    case Errc::department_is_root:
    case Errc::department_cycle:
    case Errc::bad_page_size:
    case Errc::bad_page_token:
    case Errc::file_foreign:
    case Errc::file_empty:
    case Errc::file_type:
    case Errc::file_gone:
    case Errc::batch_kind:
    case Errc::batch_recalled:
    case Errc::batch_too_old:
    case Errc::receiver_unknown:
    case Errc::receiver_unavailable:
    case Errc::receiver_rate_limited:
    case Errc::internal:
      return kImInternal;
  }
  return kImInternal;
}

// What these families call otherwise than the batch calls of im/v1 do.
WireError image_error(Errc code) {
  switch (code) {
    case Errc::invalid_field:
    case Errc::image_unknown:
      return {234001, "Invalid request param.", 400};
    case Errc::unauthorised:
      return {234002, "Unauthorized.", 401};
    case Errc::file_gone:
      return {234005, "Image has been deleted.", 400};
    case Errc::too_large:
      return {234006, "The file size exceed the max value.", 400};
    case Errc::bot_off:
      return {234007, "App does not enable bot feature.", 400};
    case Errc::file_foreign:
      return {234008, "The app is not the resource sender.", 400};
    case Errc::file_empty:
      return {234010, "File's size can't be 0.", 400};
    case Errc::file_type:
      return {234011, "Can't recognize image format.", 400};
    default:
      return im_error(Family::query, code);
  }
}

WireError message_error(Family family, Errc code) {
  switch (code) {
    case Errc::bad_json:
      return kNotJson;
    case Errc::invalid_field:
      return kFieldsInvalid;
    case Errc::receiver_unknown:
      return kIdUnknown;
    case Errc::image_unknown:
      return kImParameter;
    case Errc::file_foreign:
      return {230017, "Bot is NOT the owner of the resource.", 400};
    case Errc::chat_unknown:
      return {230002, "The bot can not be outside the group.", 400};
    case Errc::receiver_unavailable:
      return {230013, "Bot has NO availability to this user.", 400};
    case Errc::receiver_rate_limited:
      return {230020, "This operation triggers the frequency limit.", 400};
    case Errc::content_refused:
      return {230022, "The content of the message contains sensitive information.", 400};
    case Errc::too_large:
      return {230025, "The length of the message content reaches its limit.", 400};
    case Errc::batch_too_old:
      return {230033, "The read status of this message can no longer be queried.", 400};
    case Errc::batch_foreign:
      if (family == Family::readers) return im_error(Family::query, code);
      if (family == Family::message_recall) return im_error(Family::recall, code);
      return {230050, "The message is invisible to the operator.", 400};
    case Errc::batch_kind:
      return {230054, "This operation is not supported for this message type.", 400};
    case Errc::batch_recalled:
      return {230110, "Action unavailable as the message has been deleted.", 400};
    case Errc::low_disk:
    case Errc::overloaded:
    case Errc::unavailable:
      return {230101, "Sending messages is temporarily unavailable.", 503};
    default:
      return im_error(Family::query, code);
  }
}

WireError chat_error(Errc code) {
  switch (code) {
    case Errc::bad_json:
      return kNotJson;
    case Errc::invalid_field:
    case Errc::too_large:
      return {232001, "Your request contains an invalid request parameter.", 400};
    case Errc::chat_unknown:
      return {232006, "Your request specifies a chat_id which is invalid.", 400};
    case Errc::receipts_hidden:
    case Errc::forbidden:
      return {232011, "Operator can NOT be out of the chat.", 400};
    case Errc::bot_off:
      return {232025, "Bot ability is not activated.", 400};
    default:
      return im_error(Family::query, code);
  }
}

WireError bot_error(Errc code) {
  if (code == Errc::bot_off) return batch_send_error(code);
  return im_error(Family::query, code);
}

}  // namespace

WireError wire_error(Family family, Errc code) {
  switch (family) {
    case Family::auth:
      return auth_error(code);
    case Family::batch_send:
      return batch_send_error(code);
    case Family::query:
    case Family::recall:
      return im_error(family, code);
    case Family::contact_users:
    case Family::contact_departments:
      return contact_error(family, code);
    case Family::image:
      return image_error(code);
    case Family::message:
    case Family::readers:
    case Family::message_recall:
      return message_error(family, code);
    case Family::chat:
      return chat_error(code);
    case Family::bot:
      return bot_error(code);
  }
  return kImInternal;
}

}  // namespace carillon::feishu

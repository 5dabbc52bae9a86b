#include "dialect/dingtalk/errors.h"

namespace carillon::dingtalk {
namespace {

constexpr WireError kInvalidParameter{40035, "不合法的参数", "Invalid parameter",
                                      Language::english};
constexpr WireError kSystemError{500, "系统错误", "System error", Language::english};
constexpr WireError kPlatformError{1, "Platform System error", "Platform System error"};
constexpr WireError kBusy{-1, "系统繁忙", "The system is busy"};
constexpr WireError kApiBusy{90002, "该接口的请求过于频繁", "This API is called too often"};
constexpr WireError kBadToken{40014, "不合法的access_token", "Invalid access_token"};
constexpr WireError kNoPermission{60011, "没有调用该接口的权限", "No permission to call this API"};
constexpr WireError kAddressDenied{60020, "访问ip不在白名单之中",
                                   "The calling IP address is not allowed"};
constexpr WireError kRateLimited{90018, "请求过于频繁，请稍后再试",
                                 "Too many requests, try again later"};
constexpr WireError kBadCredentials{40089, "不合法的corpid或corpsecret",
                                    "Invalid corpid or corpsecret"};
constexpr WireError kBadSecret{40001, "获取access_token时Secret错误，或者access_token无效",
                               "Wrong secret, or invalid access_token"};
constexpr WireError kBadMedia{40007, "不合法的媒体文件id", "Invalid media_id"};
constexpr WireError kNotSent{34015, "发送消息失败", "The message could not be sent"};
// What the pages of the directory call a wrong parameter.
constexpr WireError kWrongParameter{400002, "无效的参数", "Invalid parameter"};
constexpr WireError kBadDepartmentName{60001, "不合法的部门名称", "Invalid department name"};

WireError classic_error(Errc code) {
  switch (code) {
    case Errc::bad_json:
    case Errc::invalid_field:
    case Errc::bad_open_id:
    case Errc::bad_batch_id:
    case Errc::key_reused:
    case Errc::batch_unknown:
    case Errc::batch_foreign:
    case Errc::recall_too_late:
    case Errc::batch_state:
    case Errc::chat_unknown:
    case Errc::mention_all_forbidden:
    case Errc::not_found:
    case Errc::already_exists:
    case Errc::receiver_unknown:
    case Errc::receiver_unavailable:
    case Errc::batch_kind:
    case Errc::batch_recalled:
    case Errc::batch_too_old:
      return kInvalidParameter;
    case Errc::too_large:
      return kContentTooLong;
    case Errc::bad_content:
      return kMessageIncomplete;
    case Errc::token_missing:
    case Errc::app_token_invalid:
    case Errc::ticket_invalid:
    case Errc::token_invalid:
    case Errc::token_wrong_kind:
      return kBadToken;
    case Errc::app_unknown:
    case Errc::app_secret_wrong:
      return kBadCredentials;
    case Errc::app_disabled:
    case Errc::app_deleted:
    case Errc::app_not_installed:
    case Errc::scope_missing:
    case Errc::send_scope_missing:
    case Errc::user_scope_missing:
    case Errc::department_scope_missing:
    case Errc::addressing_scope_missing:
    case Errc::bot_off:
    case Errc::unauthorised:
    case Errc::receipts_hidden:
    case Errc::forbidden:
      return kNoPermission;
    case Errc::ip_denied:
      return kAddressDenied;
    case Errc::rate_limited:
    case Errc::receiver_rate_limited:
      return kRateLimited;
    case Errc::image_unknown:
    case Errc::file_foreign:
    case Errc::file_empty:
    case Errc::file_type:
    case Errc::file_gone:
      return kBadMedia;
    case Errc::content_refused:
      return kNotSent;
    case Errc::user_unknown:
      return {60121, "找不到该用户", "The user is not found"};
    case Errc::department_unknown:
      return {60003, "部门不存在", "Department not found"};
    case Errc::parent_unknown:
      return {60004, "父亲部门不存在", "Parent department not found"};
    case Errc::user_out_of_range:
      return {50002, "请求的员工userid不在授权范围内", "The user is out of the app's range"};
    case Errc::department_out_of_range:
    case Errc::parent_out_of_range:
      return {50004, "请求的部门id不在授权范围内", "The department is out of the app's range"};
    case Errc::user_id_taken:
      return {60102, "UserID在公司中已存在", "The userid exists already"};
    case Errc::mobile_taken:
    case Errc::contacts_of_two:
      return {60104, "手机号码在公司中已存在", "The mobile number exists already"};
    case Errc::email_taken:
      return {60106, "邮箱已存在", "The mail address exists already"};
    case Errc::department_id_taken:
    case Errc::department_exists:
      return {60016, "部门id已经存在", "The department id exists already"};
    case Errc::department_name_taken:
      return {60008, "父部门下该部门名称已存在", "The name exists below the parent department"};
    case Errc::bad_user_id:
      return {33012, "无效的USERID", "Invalid userid"};
    case Errc::bad_mobile:
      return {60103, "手机号码不合法", "Invalid mobile number"};
    case Errc::bad_email:
      return {60105, "邮箱不合法", "Invalid mail address"};
    case Errc::bad_name:
      return {60112, "用户name不合法", "Invalid name"};
    case Errc::contact_missing:
    case Errc::mobile_missing:
      return {60113, "身份认证信息（手机/邮箱）不能同时为空",
              "Mobile number or mail address required"};
    case Errc::department_has_users:
      return {60005, "不允许删除有成员的部门", "The department has members"};
    case Errc::department_has_children:
      return {60006, "不允许删除有子部门的部门", "The department has departments below it"};
    case Errc::department_is_root:
      return {60007, "不允许删除根部门", "The root department cannot be deleted"};
    case Errc::department_cycle:
      return {60010, "部门存在循环关系", "The department would be below itself"};
    case Errc::bad_department_id:
    case Errc::department_order_taken:
    case Errc::parent_missing:
    case Errc::bad_page_size:
    case Errc::bad_page_token:
      return kInvalidParameter;
    case Errc::overloaded:
      return kApiBusy;
    case Errc::quota_exhausted:
    case Errc::import_invalid:
    case Errc::import_running:
    case Errc::receiver_failed:
    case Errc::low_disk:
    case Errc::unavailable:
    case Errc::internal:
      return kBusy;
  }
  return kBusy;
}

}  // namespace

WireError wire_error(Family family, Errc code) {
  auto const usual = classic_error(code);
  if (family == Family::corp_token && code == Errc::app_secret_wrong) return kBadSecret;
  if (family == Family::media && code == Errc::not_found) return kBadMedia;
  if (family == Family::send && code == Errc::bad_json) return kPlatformError;
  if (family == Family::users || family == Family::departments) {
    if (usual == kInvalidParameter || usual == kContentTooLong) return kWrongParameter;
    if (family == Family::departments && code == Errc::bad_name) return kBadDepartmentName;
  }
  // The page of getsendprogress knows one name for whatever goes wrong on this side.
  if (family == Family::progress && (usual == kBusy || usual == kApiBusy)) return kSystemError;
  return usual;
}

bool is_wrapped(Family family, Errc code) {
  if (family != Family::topapi && family != Family::send && family != Family::progress &&
      family != Family::users && family != Family::departments) {
    return false;
  }
  auto const error = classic_error(code);
  return error == kBadToken || error == kNoPermission || error == kAddressDenied;
}

NewError new_error(Errc code) {
  auto const error = classic_error(code);
  if (error == kBadToken) {
    return {400, "InvalidAuthentication", "不合法的access_token", "Invalid access_token"};
  }
  if (error == kBadCredentials) {
    return {400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret",
            "Invalid clientId or clientSecret"};
  }
  if (error == kNoPermission) {
    return {403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", "没有调用该接口的权限",
            "No permission to call this API"};
  }
  if (error == kAddressDenied) {
    return {403, "Forbidden.AccessDenied.IpNotInWhiteList", "访问ip不在白名单之中",
            "The calling IP address is not allowed"};
  }
  if (error == kRateLimited || error == kApiBusy) {
    return {429, "Throttling", "请求过于频繁，请稍后再试", "Too many requests, try again later"};
  }
  if (error == kBusy) {
    return {503, "ServiceUnavailable", "系统繁忙", "The system is busy"};
  }
  return {400, "InvalidParameter", "不合法的参数", "Invalid parameter"};
}

}  // namespace carillon::dingtalk

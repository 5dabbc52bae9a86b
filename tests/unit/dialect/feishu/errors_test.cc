#include "dialect/feishu/errors.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace carillon::feishu {
namespace {

// One line an Errc: what each family makes of it, also where it never meets it. 2200, and 10002 of
// batch_send, say that the fault is ours.
struct Line {
  Errc code;
  int auth;
  int batch_send;
  int query;
  int recall;
};

constexpr std::array<Line, 84> kLines{{
    {Errc::bad_json, 10003, 99991300, 230001, 230001},
    {Errc::invalid_field, 10003, 10003, 230001, 230001},
    {Errc::too_large, 10003, 10002, 230001, 230001},
    {Errc::bad_content, 10003, 11246, 230001, 230001},
    {Errc::bad_open_id, 10003, 11101, 230001, 230001},
    {Errc::bad_batch_id, 10003, 10003, 230001, 230001},
    {Errc::token_missing, 99991661, 99991661, 99991661, 99991661},
    {Errc::token_invalid, 99991663, 99991663, 99991663, 99991663},
    {Errc::token_wrong_kind, 99991668, 99991668, 99991668, 99991668},
    {Errc::app_unknown, 10014, 11209, 99991662, 99991662},
    {Errc::app_secret_wrong, 10014, 99991663, 99991663, 99991663},
    {Errc::app_disabled, 10015, 11207, 99991662, 99991662},
    {Errc::app_deleted, 10014, 11209, 99991662, 99991662},
    {Errc::app_not_installed, 10013, 11210, 99991662, 99991662},
    {Errc::app_token_invalid, 10005, 99991663, 99991663, 99991663},
    {Errc::ticket_invalid, 10012, 99991663, 99991663, 99991663},
    {Errc::ip_denied, 99991401, 99991401, 99991401, 99991401},
    {Errc::scope_missing, 99991672, 99991672, 99991672, 99991672},
    {Errc::send_scope_missing, 2200, 11223, 230027, 230027},
    {Errc::user_scope_missing, 2200, 11203, 230027, 230027},
    {Errc::department_scope_missing, 2200, 11204, 230027, 230027},
    {Errc::addressing_scope_missing, 2200, 10002, 230027, 230027},
    {Errc::rate_limited, 99991400, 99991400, 99991400, 99991400},
    {Errc::bot_off, 2200, 11205, 230006, 230006},
    {Errc::image_unknown, 2200, 11227, 2200, 2200},
    {Errc::file_foreign, 2200, 11227, 2200, 2200},
    {Errc::file_empty, 2200, 10002, 2200, 2200},
    {Errc::file_type, 2200, 10002, 2200, 2200},
    {Errc::file_gone, 2200, 10002, 2200, 2200},
    {Errc::chat_unknown, 2200, 11231, 2200, 2200},
    {Errc::mention_all_forbidden, 2200, 11235, 2200, 2200},
    {Errc::content_refused, 2200, 11312, 2200, 2200},
    {Errc::quota_exhausted, 2200, 11247, 2200, 2200},
    {Errc::key_reused, 10003, 10003, 230001, 230001},
    {Errc::receiver_unknown, 2200, 10002, 2200, 2200},
    {Errc::receiver_unavailable, 2200, 10002, 2200, 2200},
    {Errc::receiver_rate_limited, 2200, 10002, 2200, 2200},
    {Errc::batch_unknown, 2200, 10002, 230030, 230030},
    {Errc::batch_foreign, 2200, 10002, 230012, 230026},
    {Errc::recall_too_late, 2200, 10002, 230009, 230009},
    {Errc::batch_state, 2200, 10002, 2200, 2200},
    {Errc::batch_kind, 2200, 10002, 2200, 2200},
    {Errc::batch_recalled, 2200, 10002, 2200, 2200},
    {Errc::batch_too_old, 2200, 10002, 2200, 2200},
    {Errc::receipts_hidden, 2200, 10002, 2200, 2200},
    {Errc::unauthorised, 2200, 10002, 2200, 2200},
    {Errc::forbidden, 2200, 10002, 2200, 2200},
    {Errc::not_found, 2200, 10002, 2200, 2200},
    {Errc::already_exists, 2200, 10002, 2200, 2200},
    {Errc::import_invalid, 2200, 10002, 2200, 2200},
    {Errc::import_running, 2200, 10002, 2200, 2200},
    {Errc::receiver_failed, 2200, 10002, 2200, 2200},
    {Errc::user_unknown, 2200, 10002, 2200, 2200},
    {Errc::department_unknown, 2200, 10002, 2200, 2200},
    {Errc::parent_unknown, 2200, 10002, 2200, 2200},
    {Errc::user_out_of_range, 2200, 10002, 2200, 2200},
    {Errc::department_out_of_range, 2200, 10002, 2200, 2200},
    {Errc::parent_out_of_range, 2200, 10002, 2200, 2200},
    {Errc::user_id_taken, 2200, 10002, 2200, 2200},
    {Errc::mobile_taken, 2200, 10002, 2200, 2200},
    {Errc::email_taken, 2200, 10002, 2200, 2200},
    {Errc::contacts_of_two, 2200, 10002, 2200, 2200},
    {Errc::department_id_taken, 2200, 10002, 2200, 2200},
    {Errc::department_exists, 2200, 10002, 2200, 2200},
    {Errc::department_name_taken, 2200, 10002, 2200, 2200},
    {Errc::department_order_taken, 2200, 10002, 2200, 2200},
    {Errc::bad_user_id, 2200, 10002, 2200, 2200},
    {Errc::bad_mobile, 2200, 10002, 2200, 2200},
    {Errc::bad_email, 2200, 10002, 2200, 2200},
    {Errc::bad_name, 2200, 10002, 2200, 2200},
    {Errc::bad_department_id, 2200, 10002, 2200, 2200},
    {Errc::contact_missing, 2200, 10002, 2200, 2200},
    {Errc::mobile_missing, 2200, 10002, 2200, 2200},
    {Errc::parent_missing, 2200, 10002, 2200, 2200},
    {Errc::department_has_users, 2200, 10002, 2200, 2200},
    {Errc::department_has_children, 2200, 10002, 2200, 2200},
    {Errc::department_is_root, 2200, 10002, 2200, 2200},
    {Errc::department_cycle, 2200, 10002, 2200, 2200},
    {Errc::bad_page_size, 2200, 10002, 2200, 2200},
    {Errc::bad_page_token, 2200, 10002, 2200, 2200},
    {Errc::low_disk, 2200, 10002, 2200, 2200},
    {Errc::overloaded, 2200, 10002, 2200, 2200},
    {Errc::unavailable, 2200, 10002, 2200, 2200},
    {Errc::internal, 2200, 10002, 2200, 2200},
}};

TEST(FeishuErrors, EveryErrcHasItsCodeInEveryFamily) {
  for (std::size_t i = 0; i < kLines.size(); ++i) {
    auto const& line = kLines[i];
    ASSERT_EQ(static_cast<std::size_t>(line.code), i) << "the table follows the enum";
    EXPECT_EQ(wire_error(Family::auth, line.code).code, line.auth) << i;
    EXPECT_EQ(wire_error(Family::batch_send, line.code).code, line.batch_send) << i;
    EXPECT_EQ(wire_error(Family::query, line.code).code, line.query) << i;
    EXPECT_EQ(wire_error(Family::recall, line.code).code, line.recall) << i;
  }
  EXPECT_EQ(static_cast<std::size_t>(Errc::internal) + 1, kLines.size());
}

// The same for contact/v3: the code and the status for users, and for departments.
struct ContactLine {
  Errc code;
  int users;
  int users_status;
  int departments;
  int departments_status;
};

constexpr std::array<ContactLine, 84> kContactLines{{
    {Errc::bad_json, 99991300, 400, 99991300, 400},
    {Errc::invalid_field, 99992402, 400, 99992402, 400},
    {Errc::too_large, 99992402, 400, 99992402, 400},
    {Errc::bad_content, 40001, 400, 40018, 400},
    {Errc::bad_open_id, 40003, 500, 40003, 500},
    {Errc::bad_batch_id, 40003, 500, 40003, 500},
    {Errc::token_missing, 99991661, 400, 99991661, 400},
    {Errc::token_invalid, 99991663, 400, 99991663, 400},
    {Errc::token_wrong_kind, 99991668, 400, 99991668, 400},
    {Errc::app_unknown, 99991662, 400, 99991662, 400},
    {Errc::app_secret_wrong, 99991663, 400, 99991663, 400},
    {Errc::app_disabled, 99991662, 400, 99991662, 400},
    {Errc::app_deleted, 99991662, 400, 99991662, 400},
    {Errc::app_not_installed, 99991662, 400, 99991662, 400},
    {Errc::app_token_invalid, 40003, 500, 40003, 500},
    {Errc::ticket_invalid, 40003, 500, 40003, 500},
    {Errc::ip_denied, 99991401, 400, 99991401, 400},
    {Errc::scope_missing, 99991672, 400, 99991672, 400},
    {Errc::send_scope_missing, 40003, 500, 40003, 500},
    {Errc::user_scope_missing, 40003, 500, 40003, 500},
    {Errc::department_scope_missing, 40003, 500, 40003, 500},
    {Errc::addressing_scope_missing, 40003, 500, 40003, 500},
    {Errc::rate_limited, 99991400, 429, 99991400, 429},
    {Errc::bot_off, 40003, 500, 40003, 500},
    {Errc::image_unknown, 40003, 500, 40003, 500},
    {Errc::file_foreign, 40003, 500, 40003, 500},
    {Errc::file_empty, 40003, 500, 40003, 500},
    {Errc::file_type, 40003, 500, 40003, 500},
    {Errc::file_gone, 40003, 500, 40003, 500},
    {Errc::chat_unknown, 40003, 500, 40003, 500},
    {Errc::mention_all_forbidden, 40003, 500, 40003, 500},
    {Errc::content_refused, 40003, 500, 40003, 500},
    {Errc::quota_exhausted, 40003, 500, 40003, 500},
    {Errc::key_reused, 40021, 400, 40021, 400},
    {Errc::receiver_unknown, 40003, 500, 40003, 500},
    {Errc::receiver_unavailable, 40003, 500, 40003, 500},
    {Errc::receiver_rate_limited, 40003, 500, 40003, 500},
    {Errc::batch_unknown, 40003, 500, 40003, 500},
    {Errc::batch_foreign, 40003, 500, 40003, 500},
    {Errc::recall_too_late, 40003, 500, 40003, 500},
    {Errc::batch_state, 40003, 500, 40003, 500},
    {Errc::batch_kind, 40003, 500, 40003, 500},
    {Errc::batch_recalled, 40003, 500, 40003, 500},
    {Errc::batch_too_old, 40003, 500, 40003, 500},
    {Errc::receipts_hidden, 40003, 500, 40003, 500},
    {Errc::unauthorised, 40003, 500, 40003, 500},
    {Errc::forbidden, 40003, 500, 40003, 500},
    {Errc::not_found, 40003, 500, 40003, 500},
    {Errc::already_exists, 40003, 500, 40003, 500},
    {Errc::import_invalid, 40003, 500, 40003, 500},
    {Errc::import_running, 40003, 503, 40003, 503},
    {Errc::receiver_failed, 40003, 500, 40003, 500},
    {Errc::user_unknown, 41012, 400, 41012, 400},
    {Errc::department_unknown, 40008, 400, 40008, 400},
    {Errc::parent_unknown, 40008, 400, 40008, 400},
    {Errc::user_out_of_range, 41050, 400, 41050, 400},
    {Errc::department_out_of_range, 40004, 403, 40004, 403},
    {Errc::parent_out_of_range, 40014, 403, 40014, 403},
    {Errc::user_id_taken, 41011, 400, 41011, 400},
    {Errc::mobile_taken, 41001, 400, 41001, 400},
    {Errc::email_taken, 41002, 400, 41002, 400},
    {Errc::contacts_of_two, 41003, 409, 41003, 409},
    {Errc::department_id_taken, 43007, 400, 43007, 400},
    {Errc::department_exists, 43000, 401, 43000, 401},
    {Errc::department_name_taken, 43022, 400, 43022, 400},
    {Errc::department_order_taken, 43005, 400, 43005, 400},
    {Errc::bad_user_id, 41012, 400, 41012, 400},
    {Errc::bad_mobile, 41004, 400, 41004, 400},
    {Errc::bad_email, 41005, 400, 41005, 400},
    {Errc::bad_name, 41006, 400, 40016, 401},
    {Errc::bad_department_id, 43008, 400, 43008, 400},
    {Errc::contact_missing, 41009, 400, 41009, 400},
    {Errc::mobile_missing, 41010, 400, 41010, 400},
    {Errc::parent_missing, 44101, 400, 44101, 400},
    {Errc::department_has_users, 43011, 400, 43011, 400},
    {Errc::department_has_children, 43012, 400, 43012, 400},
    {Errc::department_is_root, 40002, 400, 40002, 400},
    {Errc::department_cycle, 40001, 400, 40018, 400},
    {Errc::bad_page_size, 40011, 400, 40011, 400},
    {Errc::bad_page_token, 40012, 400, 40012, 400},
    {Errc::low_disk, 40003, 503, 40003, 503},
    {Errc::overloaded, 40003, 503, 40003, 503},
    {Errc::unavailable, 40003, 503, 40003, 503},
    {Errc::internal, 40003, 500, 40003, 500},
}};

TEST(FeishuErrors, EveryErrcHasItsCodeInContact) {
  for (std::size_t i = 0; i < kContactLines.size(); ++i) {
    auto const& line = kContactLines[i];
    ASSERT_EQ(static_cast<std::size_t>(line.code), i) << "the table follows the enum";
    auto const users = wire_error(Family::contact_users, line.code);
    EXPECT_EQ(users.code, line.users) << i;
    EXPECT_EQ(users.status, line.users_status) << i;
    auto const departments = wire_error(Family::contact_departments, line.code);
    EXPECT_EQ(departments.code, line.departments) << i;
    EXPECT_EQ(departments.status, line.departments_status) << i;
  }
}

TEST(FeishuErrors, ImagesMessagesAndChatsHaveCodesOfTheirOwn) {
  struct Own {
    Family family;
    Errc code;
    int wire;
    int status;
  };
  constexpr auto kImage = Family::image;
  constexpr auto kMessage = Family::message;
  for (auto const& [family, code, wire, status] :
       std::initializer_list<Own>{{kImage, Errc::invalid_field, 234001, 400},
                                  {kImage, Errc::image_unknown, 234001, 400},
                                  {kImage, Errc::unauthorised, 234002, 401},
                                  {kImage, Errc::file_gone, 234005, 400},
                                  {kImage, Errc::too_large, 234006, 400},
                                  {kImage, Errc::bot_off, 234007, 400},
                                  {kImage, Errc::file_foreign, 234008, 400},
                                  {kImage, Errc::file_empty, 234010, 400},
                                  {kImage, Errc::file_type, 234011, 400},
                                  {kImage, Errc::app_disabled, 99991662, 400},
                                  {kMessage, Errc::bad_json, 99991300, 400},
                                  {kMessage, Errc::invalid_field, 99992402, 400},
                                  {kMessage, Errc::receiver_unknown, 99992360, 400},
                                  {kMessage, Errc::bad_content, 230001, 400},
                                  {kMessage, Errc::chat_unknown, 230002, 400},
                                  {kMessage, Errc::bot_off, 230006, 400},
                                  {kMessage, Errc::receiver_unavailable, 230013, 400},
                                  {kMessage, Errc::file_foreign, 230017, 400},
                                  {kMessage, Errc::receiver_rate_limited, 230020, 400},
                                  {kMessage, Errc::content_refused, 230022, 400},
                                  {kMessage, Errc::too_large, 230025, 400},
                                  {kMessage, Errc::batch_unknown, 230030, 400},
                                  {kMessage, Errc::batch_foreign, 230050, 400},
                                  {kMessage, Errc::batch_kind, 230054, 400},
                                  {kMessage, Errc::unavailable, 230101, 503},
                                  {kMessage, Errc::low_disk, 230101, 503},
                                  {kMessage, Errc::batch_recalled, 230110, 400},
                                  {Family::readers, Errc::batch_foreign, 230012, 400},
                                  {Family::readers, Errc::batch_too_old, 230033, 400},
                                  {Family::message_recall, Errc::batch_foreign, 230026, 400},
                                  {Family::message_recall, Errc::recall_too_late, 230009, 400},
                                  {Family::chat, Errc::invalid_field, 232001, 400},
                                  {Family::chat, Errc::chat_unknown, 232006, 400},
                                  {Family::chat, Errc::forbidden, 232011, 400},
                                  {Family::chat, Errc::bot_off, 232025, 400},
                                  {Family::bot, Errc::bot_off, 11205, 200}}) {
    EXPECT_EQ(wire_error(family, code).code, wire);
    EXPECT_EQ(wire_error(family, code).status, status) << wire;
  }
}

TEST(FeishuErrors, BatchSendTellsItsOwnUnderHttp200AndTheGatewaysUnder400) {
  for (auto const& line : kLines) {
    auto const error = wire_error(Family::batch_send, line.code);
    int const gateway = line.code == Errc::rate_limited ? 429 : 400;
    EXPECT_EQ(error.status, is_gateway(error) ? gateway : 200) << error.code;
  }
}

TEST(FeishuErrors, ImV1TellsFaultsOfTheCallUnderHttp400AndOursUnder5xx) {
  for (auto const& line : kLines) {
    auto const error = wire_error(Family::query, line.code);
    if (error.code == 2200) {
      EXPECT_GE(error.status, 500);
      EXPECT_NE(error.status, 504) << "which SDKs take for a timeout without reading the body";
    } else {
      EXPECT_EQ(error.status, line.code == Errc::rate_limited ? 429 : 400) << error.code;
    }
  }
}

TEST(FeishuErrors, TheTextsAreTheDocumentedOnes) {
  struct Text {
    Family family;
    Errc code;
    WireError error;
  };
  auto const send = Family::batch_send;
  std::string const bad_token =
      "Invalid access token for authorization. Please make a request with token attached.";
  Text const texts[] = {
      {Family::auth, Errc::invalid_field, {10003, "invalid param", 200}},
      {Family::auth, Errc::app_unknown, {10014, "app id not exists", 200}},
      {Family::auth, Errc::app_deleted, {10014, "app id not exists", 200}},
      {Family::auth, Errc::app_secret_wrong, {10014, "app secret invalid", 200}},
      {Family::auth, Errc::app_disabled, {10015, "app status inactive", 200}},
      {Family::auth, Errc::app_not_installed, {10013, "tenant access denied", 200}},
      {Family::auth, Errc::internal, {2200, "Internal Error", 200}},
      {send, Errc::too_large, {10002, "Create or send message fail.", 200}},
      {send, Errc::invalid_field, {10003, "Invalid parameter.", 200}},
      {send, Errc::bad_open_id, {11101, "Open_id not exist.", 200}},
      {send, Errc::user_scope_missing, {11203, "Send employee ids permission denied.", 200}},
      {send,
       Errc::department_scope_missing,
       {11204, "Send department list permission denied.", 200}},
      {send, Errc::bot_off, {11205, "App do not have bot.", 200}},
      {send, Errc::app_disabled, {11207, "App is not usage.", 200}},
      {send, Errc::app_deleted, {11209, "App not exist.", 200}},
      {send, Errc::app_not_installed, {11210, "App usage info not exist.", 200}},
      {send, Errc::send_scope_missing, {11223, "Do not have im write permission.", 200}},
      {send, Errc::image_unknown, {11227, "Image key not exist.", 200}},
      {send, Errc::chat_unknown, {11231, "Chat not found.", 200}},
      {send,
       Errc::mention_all_forbidden,
       {11235, "This group is set to only admin can mention @All.", 200}},
      {send, Errc::bad_content, {11246, "Create message content fail.", 200}},
      {send, Errc::quota_exhausted, {11247, "Internal send message trigger rate limit.", 200}},
      {send, Errc::content_refused, {11312, "Bot messages do not pass the audit.", 200}},
      {send, Errc::bad_json, {99991300, "invalid request body: not json", 400}},
      {Family::query,
       Errc::bad_batch_id,
       {230001, "Your request contains an invalid request parameter.", 400}},
      {Family::query, Errc::bot_off, {230006, "Bot ability is not activated.", 400}},
      {Family::recall,
       Errc::recall_too_late,
       {230009, "Message can only be recalled within one days.", 400}},
      {Family::query, Errc::batch_foreign, {230012, "Bot is NOT the sender of the message.", 400}},
      {Family::recall, Errc::batch_foreign, {230026, "No permission to recall this message.", 400}},
      {Family::query,
       Errc::addressing_scope_missing,
       {230027, "Lack of necessary permissions.", 400}},
      {Family::query,
       Errc::batch_unknown,
       {230030, "The message id is invalid, record not found.", 400}},
      {Family::query,
       Errc::token_missing,
       {99991661,
        "Missing access token for authorization. Please make a request with token attached.", 400}},
      {Family::query, Errc::token_invalid, {99991663, bad_token, 400}},
      {Family::query, Errc::token_wrong_kind, {99991668, bad_token, 400}},
      {Family::query, Errc::app_disabled, {99991662, "app not in use", 400}},
      {Family::query, Errc::ip_denied, {99991401, "ip denied by app allow list", 400}},
      {Family::query, Errc::rate_limited, {99991400, "request trigger frequency limit", 429}},
  };
  for (auto const& [family, code, error] : texts) {
    auto const told = wire_error(family, code);
    EXPECT_EQ(told.code, error.code);
    EXPECT_EQ(told.msg, error.msg);
    EXPECT_EQ(told.status, error.status) << error.code;
  }
  EXPECT_EQ(kTokenMalformed, (WireError{99991671, bad_token, 400}));
}

}  // namespace
}  // namespace carillon::feishu

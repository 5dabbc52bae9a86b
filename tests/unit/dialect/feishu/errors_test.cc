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

constexpr std::array<Line, 45> kLines{{
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
    {Errc::chat_unknown, 2200, 11231, 2200, 2200},
    {Errc::mention_all_forbidden, 2200, 11235, 2200, 2200},
    {Errc::content_refused, 2200, 11312, 2200, 2200},
    {Errc::quota_exhausted, 2200, 11247, 2200, 2200},
    {Errc::key_reused, 10003, 10003, 230001, 230001},
    {Errc::batch_unknown, 2200, 10002, 230030, 230030},
    {Errc::batch_foreign, 2200, 10002, 230012, 230026},
    {Errc::recall_too_late, 2200, 10002, 230009, 230009},
    {Errc::batch_state, 2200, 10002, 2200, 2200},
    {Errc::unauthorised, 2200, 10002, 2200, 2200},
    {Errc::forbidden, 2200, 10002, 2200, 2200},
    {Errc::not_found, 2200, 10002, 2200, 2200},
    {Errc::already_exists, 2200, 10002, 2200, 2200},
    {Errc::import_invalid, 2200, 10002, 2200, 2200},
    {Errc::import_running, 2200, 10002, 2200, 2200},
    {Errc::receiver_failed, 2200, 10002, 2200, 2200},
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

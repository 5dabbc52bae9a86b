#include "dialect/console/errors.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "json/reader.h"

namespace carillon::console {
namespace {

struct Line {
  Errc code;
  int status;
  std::string_view slug;
};

// The wire contract: every line is what clients may rely on.
std::vector<Line> const& table() {
  static std::vector<Line> const lines{
      {Errc::bad_json, 400, "bad-json"},
      {Errc::invalid_field, 400, "invalid-field"},
      {Errc::too_large, 413, "too-large"},
      {Errc::bad_content, 400, "bad-content"},
      {Errc::bad_open_id, 400, "bad-open-id"},
      {Errc::bad_batch_id, 404, "batch-unknown"},
      {Errc::token_missing, 401, "token-missing"},
      {Errc::token_invalid, 401, "token-invalid"},
      {Errc::token_wrong_kind, 401, "token-wrong-kind"},
      {Errc::app_unknown, 404, "app-unknown"},
      {Errc::app_secret_wrong, 401, "app-secret-wrong"},
      {Errc::app_disabled, 403, "app-disabled"},
      {Errc::app_deleted, 403, "app-deleted"},
      {Errc::app_not_installed, 403, "app-not-installed"},
      {Errc::app_token_invalid, 401, "app-proof-invalid"},
      {Errc::ticket_invalid, 401, "app-proof-invalid"},
      {Errc::ip_denied, 403, "address-denied"},
      {Errc::scope_missing, 403, "scope-missing"},
      {Errc::send_scope_missing, 403, "scope-missing"},
      {Errc::user_scope_missing, 403, "scope-missing"},
      {Errc::department_scope_missing, 403, "scope-missing"},
      {Errc::addressing_scope_missing, 403, "scope-missing"},
      {Errc::rate_limited, 429, "rate-limited"},
      {Errc::bot_off, 403, "bot-off"},
      {Errc::image_unknown, 400, "image-unknown"},
      {Errc::file_foreign, 403, "file-foreign"},
      {Errc::file_empty, 400, "file-empty"},
      {Errc::file_type, 415, "file-type"},
      {Errc::file_gone, 404, "file-gone"},
      {Errc::chat_unknown, 400, "chat-unknown"},
      {Errc::mention_all_forbidden, 403, "mention-all-forbidden"},
      {Errc::content_refused, 403, "content-refused"},
      {Errc::quota_exhausted, 429, "quota-exhausted"},
      {Errc::key_reused, 422, "key-reused"},
      {Errc::receiver_unknown, 400, "receiver-unknown"},
      {Errc::receiver_unavailable, 403, "receiver-unavailable"},
      {Errc::receiver_rate_limited, 429, "receiver-rate-limited"},
      {Errc::batch_unknown, 404, "batch-unknown"},
      {Errc::batch_foreign, 404, "batch-unknown"},
      {Errc::recall_too_late, 409, "recall-too-late"},
      {Errc::batch_state, 409, "batch-state"},
      {Errc::batch_kind, 409, "batch-kind"},
      {Errc::batch_recalled, 410, "batch-recalled"},
      {Errc::batch_too_old, 409, "batch-too-old"},
      {Errc::receipts_hidden, 403, "receipts-hidden"},
      {Errc::unauthorised, 401, "unauthorised"},
      {Errc::forbidden, 403, "forbidden"},
      {Errc::not_found, 404, "not-found"},
      {Errc::already_exists, 409, "already-exists"},
      {Errc::import_invalid, 422, "import-invalid"},
      {Errc::import_running, 409, "import-running"},
      {Errc::receiver_failed, 422, "receiver-failed"},
      {Errc::user_unknown, 404, "user-unknown"},
      {Errc::department_unknown, 404, "department-unknown"},
      {Errc::parent_unknown, 404, "department-unknown"},
      {Errc::user_out_of_range, 403, "out-of-range"},
      {Errc::department_out_of_range, 403, "out-of-range"},
      {Errc::parent_out_of_range, 403, "out-of-range"},
      {Errc::user_id_taken, 409, "taken"},
      {Errc::mobile_taken, 409, "taken"},
      {Errc::email_taken, 409, "taken"},
      {Errc::contacts_of_two, 409, "taken"},
      {Errc::department_id_taken, 409, "taken"},
      {Errc::department_exists, 409, "taken"},
      {Errc::department_name_taken, 409, "taken"},
      {Errc::department_order_taken, 409, "taken"},
      {Errc::bad_user_id, 400, "invalid-field"},
      {Errc::bad_mobile, 400, "invalid-field"},
      {Errc::bad_email, 400, "invalid-field"},
      {Errc::bad_name, 400, "invalid-field"},
      {Errc::bad_department_id, 400, "invalid-field"},
      {Errc::contact_missing, 400, "invalid-field"},
      {Errc::mobile_missing, 400, "invalid-field"},
      {Errc::parent_missing, 400, "invalid-field"},
      {Errc::department_has_users, 409, "department-in-use"},
      {Errc::department_has_children, 409, "department-in-use"},
      {Errc::department_is_root, 409, "department-in-use"},
      {Errc::department_cycle, 409, "department-in-use"},
      {Errc::bad_page_size, 400, "invalid-field"},
      {Errc::bad_page_token, 400, "invalid-field"},
      {Errc::low_disk, 507, "low-disk"},
      {Errc::overloaded, 503, "overloaded"},
      {Errc::unavailable, 503, "unavailable"},
      {Errc::internal, 500, "internal"},
  };
  return lines;
}

TEST(ConsoleErrors, EveryCodeHasItsStatusAndSlug) {
  for (auto const& line : table()) {
    EXPECT_EQ(problem_of(line.code).status, line.status) << line.slug;
    EXPECT_EQ(problem_of(line.code).slug, line.slug);
    EXPECT_FALSE(problem_of(line.code).title.empty()) << line.slug;
  }
  EXPECT_EQ(table().size(), static_cast<std::size_t>(Errc::internal) + 1);
}

TEST(ConsoleErrors, ForeignBatchIsToldAsUnknownOne) {
  EXPECT_EQ(problem_of(Errc::batch_foreign), problem_of(Errc::batch_unknown));
  EXPECT_EQ(problem_of(Errc::bad_batch_id), problem_of(Errc::batch_unknown));
}

json::Document body_of(http::Response const& response) { return *json::parse_json(response.body); }

std::string header_of(http::Response const& response, std::string_view name) {
  for (auto const& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return {};
}

TEST(ConsoleErrors, ProblemHasAllMembersOfRfc9457) {
  auto const response = problem_response(fail(Errc::invalid_field, "name: \"x\""), "LOG1");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  auto const body = body_of(response);
  EXPECT_EQ(body.root().find("type")->string(), "urn:carillon:problem:invalid-field");
  EXPECT_EQ(body.root().find("status")->integer(), 400);
  EXPECT_EQ(body.root().find("detail")->string(), "name: \"x\"");
  EXPECT_EQ(body.root().find("instance")->string(), "LOG1");
  EXPECT_FALSE(body.root().find("title")->string().empty());
  EXPECT_FALSE(body.root().find("problems"));
}

TEST(ConsoleErrors, MissingTokenAsksForBearer) {
  EXPECT_EQ(header_of(problem_response(fail(Errc::token_missing), "L"), "WWW-Authenticate"),
            "Bearer");
}

TEST(ConsoleErrors, WordsOfTheStoreStayInside) {
  for (auto const code : {Errc::internal, Errc::unavailable}) {
    auto const response = problem_response(fail(code, "disk I/O error in /secret/place"), "L");
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
  }
}

TEST(ConsoleErrors, RefusedImportListsItsProblems) {
  auto const body =
      body_of(problem_response(fail(Errc::import_invalid, "line 1: a\nline 2: b\n"), "L"));
  auto const problems = *body.root().find("problems");
  ASSERT_EQ(problems.size(), 2u);
  auto at = problems.elements().begin();
  EXPECT_EQ((*at).string(), "line 1: a");
  ++at;
  EXPECT_EQ((*at).string(), "line 2: b");
}

TEST(ConsoleErrors, WrongMethodSaysWhatIsAllowed) {
  auto const response = method_not_allowed("GET, HEAD", "L");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header_of(response, "Allow"), "GET, HEAD");
}

TEST(ConsoleErrors, NotReadySaysWhy) {
  auto const response = not_ready("less than 1 MiB free", "L");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(body_of(response).root().find("detail")->string(), "less than 1 MiB free");
}

}  // namespace
}  // namespace carillon::console

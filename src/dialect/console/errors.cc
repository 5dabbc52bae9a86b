#include "dialect/console/errors.h"

#include <string>

#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr Problem kMethodNotAllowed{405, "method-not-allowed", "Method not allowed"};
constexpr Problem kNotReady{503, "not-ready", "The server is not ready"};

void append_lines(json::Writer& json, std::string_view text) {
  json.begin_array("problems");
  while (!text.empty()) {
    auto const line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    if (!line.empty()) json.string(line);
  }
  json.end_array();
}

http::Response render_problem(Problem const& problem, std::string_view detail,
                              std::string_view log_id, std::string_view lines = {}) {
  http::Response response;
  response.status = problem.status;
  response.content_type = "application/problem+json";
  response.headers.emplace_back("Cache-Control", "no-store");
  if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  json::Writer json(response.body);
  json.begin_object()
      .field("type", "urn:carillon:problem:" + std::string(problem.slug))
      .field("title", problem.title)
      .field("status", problem.status)
      .field("detail", detail.empty() ? problem.title : detail)
      .field("instance", log_id);
  if (!lines.empty()) append_lines(json, lines);
  json.end_object();
  return response;
}

}  // namespace

bool is_private(Errc code) { return code == Errc::internal || code == Errc::unavailable; }

Problem problem_of(Errc code) {
  switch (code) {
    case Errc::bad_json:
      return {400, "bad-json", "The body is not a JSON object"};
    case Errc::invalid_field:
      return {400, "invalid-field", "A field or parameter is missing or wrong"};
    case Errc::too_large:
      return {413, "too-large", "The body is too large"};
    case Errc::bad_content:
      return {400, "bad-content", "The message's content is wrong"};
    case Errc::bad_open_id:
      return {400, "bad-open-id", "That is not an open_id"};
    case Errc::bad_batch_id:
    case Errc::batch_unknown:
    case Errc::batch_foreign:
      return {404, "batch-unknown", "There is no such batch"};
    case Errc::token_missing:
      return {401, "token-missing", "A bearer token is needed"};
    case Errc::token_invalid:
      return {401, "token-invalid", "The bearer token is not good"};
    case Errc::token_wrong_kind:
      return {401, "token-wrong-kind", "The bearer token is of another kind"};
    case Errc::app_unknown:
      return {404, "app-unknown", "There is no such app"};
    case Errc::app_secret_wrong:
      return {401, "app-secret-wrong", "The app secret is wrong"};
    case Errc::app_disabled:
      return {403, "app-disabled", "The app is disabled"};
    case Errc::app_deleted:
      return {403, "app-deleted", "The app was deleted"};
    case Errc::app_not_installed:
      return {403, "app-not-installed", "The app is not installed in this tenant"};
    case Errc::app_token_invalid:
    case Errc::ticket_invalid:
      return {401, "app-proof-invalid", "The app's token or ticket is not good"};
    case Errc::ip_denied:
      return {403, "address-denied", "The app may not call from this address"};
    case Errc::scope_missing:
    case Errc::send_scope_missing:
    case Errc::user_scope_missing:
    case Errc::department_scope_missing:
    case Errc::addressing_scope_missing:
      return {403, "scope-missing", "The app was not granted the scope for this"};
    case Errc::rate_limited:
      return {429, "rate-limited", "Too many calls"};
    case Errc::bot_off:
      return {403, "bot-off", "The app's bot is switched off"};
    case Errc::image_unknown:
      return {400, "image-unknown", "There is no such image"};
    case Errc::file_foreign:
      return {403, "file-foreign", "Another app uploaded this file"};
    case Errc::file_empty:
      return {400, "file-empty", "The file is empty"};
    case Errc::file_type:
      return {415, "file-type", "The file is of no type that is taken"};
    case Errc::file_gone:
      return {404, "file-gone", "The file's bytes are not here"};
    case Errc::receiver_unknown:
      return {400, "receiver-unknown", "There is no such person"};
    case Errc::receiver_unavailable:
      return {403, "receiver-unavailable", "The app may not reach this person"};
    case Errc::receiver_rate_limited:
      return {429, "receiver-rate-limited", "Too many messages to one person"};
    case Errc::batch_kind:
      return {409, "batch-kind", "The call is for another kind of batch"};
    case Errc::batch_recalled:
      return {410, "batch-recalled", "The message was taken back"};
    case Errc::batch_too_old:
      return {409, "batch-too-old", "The time for this query is over"};
    case Errc::receipts_hidden:
      return {403, "receipts-hidden", "The app's receipt policy does not tell who read"};
    case Errc::chat_unknown:
      return {400, "chat-unknown", "There is no such chat"};
    case Errc::mention_all_forbidden:
      return {403, "mention-all-forbidden", "Messages may not mention everybody here"};
    case Errc::content_refused:
      return {403, "content-refused", "The content audit refuses this message"};
    case Errc::quota_exhausted:
      return {429, "quota-exhausted", "The app's recipients of today are used up"};
    case Errc::key_reused:
      return {422, "key-reused", "The Idempotency-Key was used with another body"};
    case Errc::recall_too_late:
      return {409, "recall-too-late", "The time for recalling this batch is over"};
    case Errc::batch_state:
      return {409, "batch-state", "The batch is not in a state that allows this"};
    case Errc::unauthorised:
      return {401, "unauthorised", "The bearer token is not good"};
    case Errc::forbidden:
      return {403, "forbidden", "This caller may not do that"};
    case Errc::not_found:
      return {404, "not-found", "There is no such thing"};
    case Errc::already_exists:
      return {409, "already-exists", "That exists already"};
    case Errc::import_invalid:
      return {422, "import-invalid", "The file cannot be imported; nothing was changed"};
    case Errc::import_running:
      return {409, "import-running", "An import is under way"};
    case Errc::receiver_failed:
      return {422, "receiver-failed", "The URL for events does not answer as it must"};
    case Errc::user_unknown:
      return {404, "user-unknown", "There is no such user"};
    case Errc::department_unknown:
    case Errc::parent_unknown:
      return {404, "department-unknown", "There is no such department"};
    case Errc::user_out_of_range:
    case Errc::department_out_of_range:
    case Errc::parent_out_of_range:
      return {403, "out-of-range", "The app may not see that part of the directory"};
    case Errc::user_id_taken:
    case Errc::mobile_taken:
    case Errc::email_taken:
    case Errc::contacts_of_two:
    case Errc::department_id_taken:
    case Errc::department_exists:
    case Errc::department_name_taken:
    case Errc::department_order_taken:
      return {409, "taken", "Somebody else has that"};
    case Errc::bad_user_id:
    case Errc::bad_mobile:
    case Errc::bad_email:
    case Errc::bad_name:
    case Errc::bad_department_id:
    case Errc::contact_missing:
    case Errc::mobile_missing:
    case Errc::parent_missing:
    case Errc::bad_page_size:
    case Errc::bad_page_token:
      return {400, "invalid-field", "A field or parameter is missing or wrong"};
    case Errc::department_has_users:
    case Errc::department_has_children:
    case Errc::department_is_root:
    case Errc::department_cycle:
      return {409, "department-in-use", "The department cannot be changed like that"};
    case Errc::low_disk:
      return {507, "low-disk", "The server is short of disk space"};
    case Errc::overloaded:
      return {503, "overloaded", "The server takes no more calls at the moment"};
    case Errc::unavailable:
      return {503, "unavailable", "The server is not ready for this"};
    case Errc::internal:
      return {500, "internal", "The server failed; its log tells more under this instance"};
  }
  return {500, "internal", "The server failed; its log tells more under this instance"};
}

http::Response problem_response(Error const& error, std::string_view log_id) {
  auto const detail = is_private(error.code) ? std::string_view{} : std::string_view(error.detail);
  auto response = render_problem(problem_of(error.code), detail, log_id,
                                 error.code == Errc::import_invalid ? detail : std::string_view{});
  if (error.code == Errc::rate_limited) response.headers.emplace_back("Retry-After", "60");
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::Response method_not_allowed(std::string_view allowed, std::string_view log_id) {
  auto response =
      render_problem(kMethodNotAllowed, "this path has " + std::string(allowed), log_id);
  response.headers.emplace_back("Allow", std::string(allowed));
  return response;
}

http::Response not_ready(std::string_view reason, std::string_view log_id) {
  return render_problem(kNotReady, reason, log_id);
}

}  // namespace carillon::console

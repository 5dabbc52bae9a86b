#include "dialect/console/endpoint.h"

#include <exception>

#include "dialect/console/audit_note.h"
#include "dialect/console/callers.h"
#include "dialect/console/errors.h"
#include "dialect/console/operator_calls.h"

namespace carillon::console {

void Answer::send(http::Response response) const {
  add_security_headers(response, context_->scheme);
  reply_(std::move(response));
}

void Answer::json(std::string body, int status) const {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  response.headers.emplace_back("Cache-Control", "no-store");
  send(std::move(response));
}

void Answer::no_content() const {
  http::Response response;
  response.status = 204;
  send(std::move(response));
}

void Answer::fail(Error const& error) const {
  if (context_->on_failure && is_private(error.code)) context_->on_failure(log_id_, error);
  send(problem_response(error, log_id_));
}

void Answer::note_target(std::string target) const {
  if (note_) note_->target = std::move(target);
}
void Answer::note_detail(std::string detail) const {
  if (note_) note_->detail = std::move(detail);
}

namespace {

// Lets an operator's call go on or answers it; everybody else's goes on.
bool admit(Context& context, http::Request const& request, OperatorCall const& call,
           http::Reply& reply, std::shared_ptr<AuditNote>& note) {
  auto const caller = find_caller(context, read_credentials(context, request));
  if (!caller || caller->kind != CallerKind::the_operator) return true;
  auto admitted = check_role(*caller, call.role);
  if (!call.action.empty()) {
    auto begun = begin_audit(context, *caller, request, call.action);
    if (begun) {
      note = *std::move(begun);
      reply = note_when_answered(context, note, std::move(reply));
    } else {
      admitted = begun.error();
    }
  }
  if (!admitted) {
    Answer(context, std::move(reply), request.log_id).fail(admitted.error());
    return false;
  }
  return true;
}

}  // namespace

http::Route make_route(Context& context, http::Method method, std::string pattern,
                       Endpoint endpoint) {
  http::Route route{.method = method,
                    .pattern = std::move(pattern),
                    .handler = {},
                    .failure = {},
                    .open_sink = {}};
  route.handler = [&context, endpoint = std::move(endpoint),
                   call = find_operator_call(method, route.pattern)](http::Request const& request,
                                                                     http::Reply reply) {
    std::shared_ptr<AuditNote> note;
    if (call != nullptr && !admit(context, request, *call, reply, note)) return;
    Answer const answer(context, std::move(reply), request.log_id, std::move(note));
    if (auto const done = endpoint(context, request, answer); !done) answer.fail(done.error());
  };
  route.failure = [&context](http::Request const& request, Error const& error) {
    auto out = problem_response(error, request.log_id);
    add_security_headers(out, context.scheme);
    return out;
  };
  return route;
}

Result<void> read_and_answer(Context& context, Answer const& answer,
                             std::function<Result<void>(Reader&)> job) {
  bool const taken = context.engine.read([answer, job = std::move(job)](Reader& reader) {
    // A reader thread is one of the edges at which exceptions end.
    try {
      if (auto const done = job(reader); !done) answer.fail(done.error());
    } catch (std::exception const& e) {
      answer.fail(fail(Errc::internal, e.what()));
    }
  });
  if (!taken) return fail(Errc::overloaded, "too many calls are waiting for the store");
  return {};
}

}  // namespace carillon::console

// What every endpoint is made of: a plain function from a request to an answer.
//
// Shape   An endpoint either returns an error, which is rendered as a problem, or sees to it that
//         its Answer is used once: at once, from a reader thread, or from the writer. The request
//         stays readable until then.
//         A call that is in the table of operators' calls (operator_calls.h) comes to its endpoint
//         only if an operator who makes it has the role, and is written into the audit log.
// Errors  Whatever it returns; http's own failures on the route are rendered alike.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "dialect/console/dialect.h"
#include "http/message.h"
#include "http/router.h"

namespace carillon::console {

struct AuditNote;

// A Reply that renders problems; copies answer the same request.
class Answer {
 public:
  Answer(Context const& context, http::Reply reply, std::string log_id,
         std::shared_ptr<AuditNote> note = nullptr)
      : context_(&context),
        reply_(std::move(reply)),
        log_id_(std::move(log_id)),
        note_(std::move(note)) {}

  void send(http::Response response) const;
  void json(std::string body, int status = 200) const;
  void no_content() const;
  void fail(Error const& error) const;

  // For the audit log, before answering: what was done it to, and more about it. Nothing happens
  // where the call is not written down.
  void note_target(std::string target) const;
  void note_detail(std::string detail) const;

 private:
  Context const* context_;
  http::Reply reply_;
  std::string log_id_;
  std::shared_ptr<AuditNote> note_;
};

using Endpoint =
    std::function<Result<void>(Context& context, http::Request const& request, Answer answer)>;

// A route of this dialect with bodies of at most 1 MiB.
http::Route make_route(Context& context, http::Method method, std::string pattern,
                       Endpoint endpoint);

// Runs `job` on a reader thread; what it returns is answered unless it is fine.
// Errors  overloaded.
Result<void> read_and_answer(Context& context, Answer const& answer,
                             std::function<Result<void>(Reader&)> job);

}  // namespace carillon::console

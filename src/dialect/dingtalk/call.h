// What every classic endpoint is made of: a plain function from an admitted call to an answer.
//
// Shape   make_route() reads the parameters, admits the caller and gives both to the endpoint,
//         which either returns an error, rendered as its family tells it, or sees to it that its
//         Answer is used once: at once, from a reader thread, or from the writer.
// Cost    Parsing on the io thread, linear in the body.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "dialect/dingtalk/envelope.h"
#include "dialect/dingtalk/gateway.h"
#include "http/router.h"

namespace carillon::dingtalk {

struct Call {
  http::Request const& request;  // readable until it is answered
  Caller caller;
  Parameters parameters;
};

// A Reply that knows the envelope; copies answer the same request.
class Answer {
 public:
  Answer(Context const& context, Family family, std::string log_id, http::Reply reply)
      : language_(context.settings.language),
        family_(family),
        log_id_(std::move(log_id)),
        reply_(std::move(reply)) {}

  // A success; `append(json::Writer&)` adds what it has to say.
  template <class Append>
  void ok(Append const& append) const {
    std::string body;
    body.reserve(160);
    json::Writer out(body);
    begin_success(out, log_id_);
    append(out);
    out.end_object();
    reply_(classic_response(std::move(body)));
  }
  void ok() const {
    ok([](json::Writer&) {});
  }
  void send(http::Response response) const { reply_(std::move(response)); }
  void fail(Error const& error) const { reply_(failure(language_, family_, error.code, log_id_)); }
  void fail(WireError const& error) const { reply_(failure(language_, error, log_id_)); }

 private:
  Language language_;
  Family family_;
  std::string log_id_;
  http::Reply reply_;
};

using Endpoint = Result<void> (*)(Context& context, Call& call, Answer const& answer);

// POST, with bodies of at most 1 MiB.
http::Route make_route(Context& context, std::string pattern, Api const& api, Endpoint endpoint);

// Runs `job` on a reader thread; what it returns is answered unless it is fine.
// Errors  overloaded.
Result<void> read_and_answer(Context& context, Answer const& answer,
                             std::function<Result<void>(Reader&)> job);

}  // namespace carillon::dingtalk

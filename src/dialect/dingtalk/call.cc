#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

http::Route make_route(Context& context, std::string pattern, Api const& api, Endpoint endpoint) {
  http::Route out;
  out.method = http::Method::post;
  out.pattern = std::move(pattern);
  out.handler = [&context, api, endpoint](http::Request const& request, http::Reply reply) {
    auto parameters = Parameters::read(request);
    auto admitted = admit(context, request, parameters ? &*parameters : nullptr, api);
    if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
    Answer const answer(context, api.family, request.log_id, std::move(reply));
    if (!parameters) return answer.fail(parameters.error());
    Call call{request, std::get<Caller>(std::move(admitted)), *std::move(parameters)};
    if (auto const done = endpoint(context, call, answer); !done) answer.fail(done.error());
  };
  // Who is calling is asked before anything is said about the body.
  out.failure = [&context, api](http::Request const& request, Error const& error) {
    auto admitted = admit(context, request, nullptr, api);
    if (auto* refusal = std::get_if<http::Response>(&admitted)) return std::move(*refusal);
    return failure(context.settings.language, api.family, error.code, request.log_id);
  };
  return out;
}

Result<void> read_and_answer(Context& context, Answer const& answer,
                             std::function<Result<void>(Reader&)> job) {
  bool const taken = context.engine.read([answer, job = std::move(job)](Reader& reader) {
    if (auto const done = job(reader); !done) answer.fail(done.error());
  });
  if (!taken) return fail(Errc::overloaded, "too many calls wait for the store");
  return {};
}

}  // namespace carillon::dingtalk

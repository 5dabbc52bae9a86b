// How contact/v3 calls come to their answers: a decision of the writer, and details from the store.
//
// Errors  Rendered as the call's family tells them; overloaded where no reader thread has room.
// Cost    write_contact: one commit. with_details: one read a user or department, on a reader
//         thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/directory_change.h"
#include "core/view.h"
#include "crypto/crypto.h"
#include "dialect/feishu/contact_call.h"
#include "dialect/feishu/envelope.h"

namespace carillon::feishu {

// `done` gets the call with what is in force after the change.
template <class Answer>
void write_contact(ContactCall call, std::function<Result<Decided<Answer>>(View&)> decide,
                   http::Reply reply,
                   std::function<void(ContactCall call, Answer answer, http::Reply reply)> done) {
  auto& engine = call.context().engine;
  engine.write<Answer>(std::move(decide), [call = std::move(call), reply = std::move(reply),
                                           done = std::move(done)](Result<Answer> answer) {
    if (!answer) return reply(call.refuse(answer.error()));
    done(call.renewed(), *std::move(answer), reply);
  });
}

inline Result<std::vector<UserDetails>> read_details(Reader& reader, TenantNo tenant,
                                                     std::vector<UserNo> const& users) {
  return reader.user_details(tenant, users);
}
inline Result<std::vector<DepartmentDetails>> read_details(
    Reader& reader, TenantNo tenant, std::vector<DepartmentNo> const& departments) {
  return reader.department_details(tenant, departments);
}

template <class Number>
using DetailsOf =
    std::conditional_t<std::is_same_v<Number, UserNo>, UserDetails, DepartmentDetails>;

// Answers with the `data` that `render` makes of the details of these, in their order.
template <class Number>
void with_details(ContactCall const& call, std::vector<Number> numbers, http::Reply const& reply,
                  std::function<std::string(ContactCall const& call,
                                            std::vector<DetailsOf<Number>> const& details)>
                      render) {
  auto const taken = call.context().engine.read(
      [call, reply, numbers = std::move(numbers), render = std::move(render)](Reader& reader) {
        auto const details = read_details(reader, call.caller().tenant, numbers);
        if (!details) return reply(call.refuse(details.error()));
        reply(success("success", render(call, *details)));
      });
  if (!taken) reply(call.refuse(fail(Errc::overloaded)));
}

// A token of the client's, so that the same call again is answered with what it made first.
inline RetryKey retry_key(http::Request const& request) {
  RetryKey out{request.query_param("client_token"), {}};
  if (out.key.empty()) return out;
  auto const hash = sha256(request.body);
  out.body_hash.assign(reinterpret_cast<char const*>(hash.data()), hash.size());
  return out;
}

inline DirectoryCaller directory_caller(ContactCall const& call) {
  return {call.caller().tenant, call.caller().app->no};
}

}  // namespace carillon::feishu

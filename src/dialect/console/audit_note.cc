#include "dialect/console/audit_note.h"

#include <utility>

#include "core/note_action.h"

namespace carillon::console {
namespace {

std::string audit_target(http::Request const& request) {
  std::string out;
  for (auto const& param : request.params) {
    if (!out.empty()) out += '/';
    out += param;
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<AuditNote>> begin_audit(Context& context, Caller const& caller,
                                               http::Request const& request,
                                               std::string_view action) {
  auto note = std::make_shared<AuditNote>();
  note->target = audit_target(request);
  AuditEntry entry{.no = {},
                   .at = {},
                   .operator_name = std::string(caller.operator_name()),
                   .role = caller.role(),
                   .action = std::string(action),
                   .target = note->target,
                   .detail = {},
                   .remote = std::string(request.remote),
                   .status = 0};
  context.engine.write<AuditNo>(
      [note, entry = std::move(entry)](View& view) -> Result<Decided<AuditNo>> {
        auto decided = note_action(view, entry);
        note->entry = decided.answer;
        return decided;
      },
      [note](Result<AuditNo> done) {
        // A full queue says so before write() returns; nobody looks at this any later.
        if (!done && done.error().code == Errc::overloaded) note->refused = true;
      });
  if (note->refused) return fail(Errc::overloaded, "the server takes no more calls at the moment");
  return note;
}

http::Reply note_when_answered(Context& context, std::shared_ptr<AuditNote> note,
                               http::Reply reply) {
  return [&context, note = std::move(note), reply = std::move(reply)](http::Response response) {
    auto const held = std::make_shared<http::Response>(std::move(response));
    AuditOutcome outcome{note->target, note->detail, held->status};
    context.engine.write<Nothing>(
        [note, outcome = std::move(outcome)](View&) -> Result<Decided<Nothing>> {
          return note_outcome(note->entry, outcome);
        },
        // Whether or not it could be noted: the call was done, and its caller must hear so.
        [held, reply](Result<Nothing> const&) { reply(std::move(*held)); });
  };
}

}  // namespace carillon::console

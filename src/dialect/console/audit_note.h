// Puts a call by an operator into the audit log.
//
// Shape   begin_audit() hands the entry to the writer before the endpoint hands it what the call
//         wants, so it is on disk no later; the Reply that it gives answers once the outcome is
//         there, too. An endpoint may say more by Answer::note().
// Source  docs/decisions/0016-audit-log.md.
// Errors  overloaded: the writer takes no entry, so the call must not go on.
#pragma once

#include <memory>
#include <string>

#include "dialect/console/callers.h"
#include "dialect/console/dialect.h"
#include "dialect/console/operator_calls.h"
#include "http/message.h"

namespace carillon::console {

struct AuditNote {
  std::string target;
  std::string detail;
  AuditNo entry;         // once the writer has decided on it, and only there
  bool refused = false;  // by a full queue
};

// The entry for this call; its target is what the path names.
Result<std::shared_ptr<AuditNote>> begin_audit(Context& context, Caller const& caller,
                                               http::Request const& request,
                                               std::string_view action);
// Notes how the call was answered, then answers.
http::Reply note_when_answered(Context& context, std::shared_ptr<AuditNote> note,
                               http::Reply reply);

}  // namespace carillon::console

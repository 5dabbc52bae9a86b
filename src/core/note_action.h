// An entry for the audit log, and how what it tells of was answered.
//
// Cost    A row and a rewrite of it for each call by an operator that changes something.
#pragma once

#include <utility>

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

// Gives the number of the entry; `entry` has none yet, and no time.
inline Decided<AuditNo> note_action(View const& view, AuditEntry entry) {
  entry.no = view.next_audit();
  entry.at = view.now();
  Decided<AuditNo> out{{}, entry.no, nullptr};
  out.change.audit.push_back(std::move(entry));
  return out;
}

inline Decided<Nothing> note_outcome(AuditNo entry, AuditOutcome outcome) {
  Decided<Nothing> out;
  out.change.audit_outcomes[entry] = std::move(outcome);
  return out;
}

}  // namespace carillon

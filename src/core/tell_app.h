// Telling an app what happened to a batch of its own.
//
// Shape   The event is part of the change that it tells of, so both are on disk or neither (the
//         outbox). An app that does not listen gets none: no row, no number.
// Source  docs/decisions/0011-outbox.md.
#pragma once

#include "core/view.h"

namespace carillon {

// Gives the event its number and time and adds it to `change`, which was decided for its tenant.
void tell_app(View& view, Change& change, Event event);
// The same, of a batch that has come to its end: everything about it is in the record.
void tell_app(View& view, Change& change, EventKind kind, BatchRecord const& record);

}  // namespace carillon

// What a copy of a backup does at its first start: its unfinished batches and what it still had to
// tell apps wait for the operator, so that nothing goes out again that the original may have sent
// meanwhile.
#pragma once

#include "ledger/change.h"
#include "ledger/ledger.h"

namespace carillon {

// Pauses in `state` every batch that was still to be sent, makes dead letters of the events that
// waited, and gives the change that stores it.
Change pause_unfinished(StoredState& state);

}  // namespace carillon

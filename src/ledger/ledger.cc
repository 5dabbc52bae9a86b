#include "ledger/ledger.h"

namespace carillon {

Result<void> commit_alone(Ledger& ledger, Change const& change) {
  TRY(auto const outcome, ledger.commit(change));
  if (outcome == CommitOutcome::committed) return {};
  return fail(Errc::unavailable, "somebody else is writing to this store");
}

}  // namespace carillon

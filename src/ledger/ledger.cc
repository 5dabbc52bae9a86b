#include "ledger/ledger.h"

#include <chrono>
#include <thread>

namespace carillon {
namespace {

constexpr std::chrono::milliseconds kAskAgain{100};

Result<void> await_outcome(Ledger& ledger, std::function<void()> const& while_unknown) {
  for (;;) {
    if (auto const written = ledger.settle()) {
      if (*written) return {};
      return fail(Errc::unavailable, "the store was lost before it took the change");
    }
    if (while_unknown) {
      while_unknown();
    } else {
      std::this_thread::sleep_for(kAskAgain);
    }
  }
}

}  // namespace

Result<CommitOutcome> commit_for_sure(Ledger& ledger, Change const& change,
                                      std::function<void()> const& while_unknown) {
  TRY(auto const outcome, ledger.commit(change));
  if (outcome != CommitOutcome::unknown) return outcome;
  CHECK_OK(await_outcome(ledger, while_unknown));
  return CommitOutcome::committed;
}

Result<void> commit_alone(Ledger& ledger, Change const& change) {
  TRY(auto const outcome, commit_for_sure(ledger, change));
  if (outcome == CommitOutcome::committed) return {};
  return fail(Errc::unavailable, "somebody else is writing to this store");
}

}  // namespace carillon

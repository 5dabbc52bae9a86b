// A random life, compared with a model of plain maps.
#include <cstdlib>

#include <gmock/gmock.h>

#include "tests/store/contract_changes.h"
#include "tests/store/contract_suite.h"
#include "tests/store/model.h"

namespace carillon::testing {

TEST_P(StoreContract, RandomLifeIsAsInTheModelAfterReopening) {
  auto const* seeds = std::getenv("CARILLON_STORE_SEEDS");
  std::uint64_t const end = seeds == nullptr ? 6 : std::strtoull(seeds, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    store_ = nullptr;
    reader_.reset();
    ledger_.reset();
    store_ = GetParam().make();
    reopen();
    Workload life(seed);
    ModelStore model;
    std::size_t conflicts = 0;
    for (int step = 0; step < 150; ++step) {
      auto change = life.next(model);
      if (life.below(4) == 0) {
        auto spoilt = change;
        if (life.spoil(spoilt, model)) {
          auto expected = model;
          ASSERT_FALSE(expected.apply(spoilt));
          refuse(spoilt);
          ++conflicts;
        }
      }
      ASSERT_TRUE(model.apply(change));
      commit(change);
      if (HasFatalFailure()) return;
      if (life.below(25) == 0) {
        auto const before = life.now() - std::chrono::seconds(life.below(60));
        model.purge(kTenant, before, before);
        for (bool more = true; more;) {
          auto const purged = ledger_->purge_some(kTenant, before, before, 1 + life.below(50));
          ASSERT_TRUE(purged) << purged.error().detail;
          more = purged->more;
        }
      }
      if (life.below(30) == 0) {
        ASSERT_EQ(difference(model, *ledger_, *reader_, life.now()), "") << "at step " << step;
      }
      if (life.below(40) == 0) reopen();
    }
    EXPECT_GT(conflicts, 0U);
    reopen();
    ASSERT_EQ(difference(model, *ledger_, *reader_, life.now()), "");
  }
}

}  // namespace carillon::testing

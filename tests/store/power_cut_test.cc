// Power cuts at random points of commits, checkpoints and openings: everything that was
// acknowledged is there afterwards, and what was under way is there as a whole or not at all.
//
// CARILLON_POWER_CUTS sets how many cuts are tried.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>

#include <gmock/gmock.h>

#include "store/sqlite/sqlite_store.h"
#include "tests/store/model.h"
#include "tests/support/powercut_vfs.h"
#include "tests/support/temporary_folder.h"

namespace carillon::testing {
namespace {

using Loss = PowerCutVfs::Loss;
using Moment = PowerCutVfs::Moment;

constexpr std::uint64_t kCutsOfOneStore = 12;
constexpr std::uint64_t kOperationsMax = 900;

std::uint64_t cuts_wanted() {
  auto const* text = std::getenv("CARILLON_POWER_CUTS");
  return text == nullptr ? 150 : std::strtoull(text, nullptr, 10);
}

// A store on a disk that loses power, and what it acknowledged.
class CutStore {
 public:
  explicit CutStore(std::uint64_t seed) : vfs_(seed), life_(seed) {}

  PowerCutVfs& vfs() { return vfs_; }
  Workload& life() { return life_; }

  // Commits until the power is gone.
  void run_until_cut(std::uint64_t operations) {
    vfs_.cut_after(operations);
    while (open()) {
      auto change = life_.next(model_);
      auto const outcome = ledger_->commit(change);
      if (!outcome) {
        under_way_ = std::move(change);
        break;
      }
      ASSERT_EQ(*outcome, CommitOutcome::committed);
      ASSERT_TRUE(model_.apply(change));
      if (life_.below(60) == 0) close();
    }
    close();
    ASSERT_TRUE(vfs_.is_cut());
    ++moments_[vfs_.moment()];
  }

  void restore(Loss loss) {
    vfs_.restore(loss);
    vfs_.never_cut();
  }

  // Empty, or what is wrong with what the disk holds.
  std::string check() {
    if (!open()) return "it does not open: " + error_;
    auto const reader = ledger_->open_reader();
    if (!reader) return reader.error().detail;
    if (auto broken = broken_invariant(*ledger_, **reader, life_.now()); !broken.empty()) {
      return broken;
    }
    auto wrong = difference(model_, *ledger_, **reader, life_.now());
    if (wrong.empty() || !under_way_) return wrong;
    auto with_last = model_;
    if (!with_last.apply(*under_way_)) return wrong;
    if (difference(with_last, *ledger_, **reader, life_.now()).empty()) {
      model_ = std::move(with_last);
      return "";
    }
    return wrong;
  }
  void forget_what_was_under_way() { under_way_.reset(); }
  void close() { ledger_.reset(); }

  std::size_t moments(std::initializer_list<Moment> wanted) const {
    std::size_t count = 0;
    for (auto const moment : wanted) {
      if (auto const at = moments_.find(moment); at != moments_.end()) count += at->second;
    }
    return count;
  }

 private:
  bool open() {
    if (ledger_ != nullptr) return true;
    // A short log and small runs, so that upkeep is always under way.
    auto ledger = open_sqlite({.folder = folder_.path(),
                               .vfs = vfs_.name(),
                               .log_bytes = 100'000,
                               .run_entries = 20,
                               .runs_to_merge = 3});
    if (!ledger) {
      error_ = ledger.error().detail;
      return false;
    }
    ledger_ = std::move(*ledger);
    return true;
  }

  TemporaryFolder folder_;
  PowerCutVfs vfs_;
  Workload life_;
  ModelStore model_;
  std::optional<Change> under_way_;
  std::unique_ptr<Ledger> ledger_;
  std::string error_;
  std::map<Moment, std::size_t> moments_;
};

TEST(PowerCut, AcknowledgedChangesSurviveAndTheOthersLeaveNothing) {
  std::map<std::string, std::size_t> landed;
  auto const wanted = cuts_wanted();
  for (std::uint64_t cut = 0; cut < wanted;) {
    CutStore store(cut + 1);
    for (std::uint64_t i = 0; i < kCutsOfOneStore && cut < wanted; ++i, ++cut) {
      auto const loss = cut % 2 == 0 ? Loss::everything : Loss::torn;
      SCOPED_TRACE("cut " + std::to_string(cut) + (loss == Loss::torn ? ", torn" : ", all lost"));
      // Some cuts come while the store is being opened.
      auto const operations = store.life().below(6) == 0 ? 20 : kOperationsMax;
      store.run_until_cut(1 + store.life().below(operations));
      if (HasFatalFailure()) return;
      store.restore(loss);
      ASSERT_EQ(store.check(), "");
      store.forget_what_was_under_way();
      store.close();
    }
    landed["commits"] += store.moments({Moment::log_write, Moment::log_sync});
    landed["checkpoints"] += store.moments({Moment::data_write, Moment::data_sync});
    landed["others"] += store.moments({Moment::other});
  }
  std::printf("power cuts: %zu inside commits, %zu inside checkpoints, %zu elsewhere\n",
              landed["commits"], landed["checkpoints"], landed["others"]);
  if (wanted >= 100) {
    EXPECT_GE(landed["commits"], wanted / 10);
    EXPECT_GE(landed["checkpoints"], wanted / 10);
  }
}

TEST(PowerCut, DiskThatLiesAboutSyncsLosesWhatWasAcknowledged) {
  std::size_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CutStore store(seed);
    store.vfs().ignore_syncs();
    store.run_until_cut(500);
    if (HasFatalFailure()) return;
    store.restore(Loss::everything);
    if (!store.check().empty()) ++lost;
  }
  EXPECT_EQ(lost, 5U) << "the shim must be able to lose data, or the test above proves nothing";
}

TEST(PowerCutDeathTest, FailedSyncEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto const commit_on_a_broken_disk = [] {
    TemporaryFolder folder;
    PowerCutVfs vfs(1);
    auto const ledger = open_sqlite({.folder = folder.path(), .vfs = vfs.name()});
    vfs.fail_syncs();
    Change change;
    change.counters[TenantNo{1}].to.seq = Seq{1};
    (void)(*ledger)->commit(change);
  };
  EXPECT_EXIT(commit_on_a_broken_disk(), ::testing::ExitedWithCode(74),
              "the disk did not confirm what was written");
}

}  // namespace
}  // namespace carillon::testing

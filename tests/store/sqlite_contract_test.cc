// The store contract on SQLite: as a server opens it, and with upkeep so eager that inbox entries
// move between slices and runs all the time.
#include "store/sqlite/sqlite_store.h"
#include "tests/store/contract_suite.h"
#include "tests/support/temporary_folder.h"

namespace carillon::testing {
namespace {

class SqliteTestStore final : public TestStore {
 public:
  explicit SqliteTestStore(OpenOptions options) : options_(std::move(options)) {
    options_.folder = folder_.path();
    options_.access = StoreAccess::join;  // the contract opens two writers at once
  }
  Result<std::unique_ptr<Ledger>> open() override { return open_sqlite(options_); }

 private:
  TemporaryFolder folder_;
  OpenOptions options_;
};

StoreFactory factory(std::string name, OpenOptions const& options) {
  return {std::move(name), [options] { return std::make_unique<SqliteTestStore>(options); }};
}

std::string name_of(::testing::TestParamInfo<StoreFactory> const& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         ::testing::Values(factory("AsServed", {}),
                                           factory("EagerUpkeep", {.log_bytes = 40'000,
                                                                   .run_entries = 5,
                                                                   .runs_to_merge = 3})),
                         name_of);

}  // namespace
}  // namespace carillon::testing

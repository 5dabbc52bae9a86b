// The store contract on PostgreSQL: as a server opens it, and with upkeep so eager that inbox
// entries move between slices and runs all the time.
#include "store/postgres/postgres_store.h"
#include "tests/store/contract_suite.h"
#include "tests/support/postgres_cluster.h"

namespace carillon::testing {
namespace {

class PostgresTestStore final : public TestStore {
 public:
  explicit PostgresTestStore(PostgresOptions options) : options_(std::move(options)) {
    options_.address = schema_.address();
  }
  Result<std::unique_ptr<Ledger>> open() override { return open_postgres(options_); }

 private:
  PostgresSchema schema_;
  PostgresOptions options_;
};

StoreFactory factory(std::string name, PostgresOptions const& options) {
  return {std::move(name), [options] { return std::make_unique<PostgresTestStore>(options); }};
}

std::string name_of(::testing::TestParamInfo<StoreFactory> const& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Postgres, StoreContract,
                         ::testing::Values(factory("AsServed", {}),
                                           factory("EagerUpkeep",
                                                   {.run_entries = 5, .runs_to_merge = 3})),
                         name_of);

}  // namespace
}  // namespace carillon::testing

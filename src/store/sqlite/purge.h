// Deletes what is past its time, some rows at a time.
//
// Shape   A batch's receipts go first, then its slices, then the batch itself; what is half gone is
//         gone on with in the next step. Runs of inbox entries go when no slice of theirs is left.
// Cost    One transaction; about 2 us a row.
#pragma once

#include "ledger/ledger.h"
#include "store/sqlite/account_tables.h"
#include "store/sqlite/batch_tables.h"
#include "store/sqlite/person_entries.h"

namespace carillon::sqlite {

class Purge {
 public:
  Purge(BatchTables& batches, AccountTables& accounts, EntryTables& entries)
      : batches_(batches), accounts_(accounts), entries_(entries) {}

  // Inside the write transaction that is open.
  Result<Ledger::Purged> step(TenantNo tenant, Time batches_before, Time others_before,
                              std::size_t rows);

 private:
  Result<std::vector<BatchRecord>> finished_before(TenantNo tenant, Time before,
                                                   std::int64_t limit);
  Result<bool> remove_batch(BatchKey batch);
  Result<void> remove_runs(TenantNo tenant);
  // Runs a statement and takes what it deleted off what may still be deleted.
  template <class... Values>
  Result<void> spend(Statement& statement, Values const&... values);

  BatchTables& batches_;
  AccountTables& accounts_;
  EntryTables& entries_;
  std::int64_t left_ = 0;
};

}  // namespace carillon::sqlite

// Deletes what is past its time, some rows at a time.
//
// Shape   Of the batches that are due, a batch's receipts go first, then its slices, then the batch
//         itself; what is half gone is gone on with in the next step. Runs of inbox entries go when
//         no slice of theirs is left.
// Cost    Three round trips and a sync, without it if nothing is due; about 5 us a row.
#pragma once

#include <vector>

#include "ledger/ledger.h"
#include "store/postgres/writer.h"

namespace carillon::postgres {

class Purge {
 public:
  explicit Purge(Writer& writer) : writer_(writer) {}

  Result<Ledger::Purged> step(TenantNo tenant, Time batches_before, Time others_before,
                              std::size_t rows);
  // Of what is no tenant's.
  Result<bool> step_log(Time tokens_before, Time audit_before, std::size_t rows);

 private:
  struct Due {
    std::vector<BatchNo> batches;
    bool more = false;
  };
  Result<Due> due_batches(TenantNo tenant, Time before, std::size_t rows);
  template <class... Values>
  Result<bool> is_any(Sql const& sql, Values... values);
  Result<std::vector<BatchKey>> gone_of(TenantNo tenant, std::vector<BatchNo> const& batches);

  Writer& writer_;
};

}  // namespace carillon::postgres

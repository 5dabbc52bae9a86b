// Writes one Change inside the transaction that is open, and checks what it expects.
//
// Errors  already_exists: a key that was expected to be free is taken.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "ledger/change.h"
#include "ledger/ledger.h"
#include "store/sqlite/account_tables.h"
#include "store/sqlite/batch_tables.h"
#include "store/sqlite/directory_tables.h"
#include "store/sqlite/event_tables.h"
#include "store/sqlite/media_tables.h"
#include "store/sqlite/push_tables.h"
#include "store/sqlite/sign_in_tables.h"

namespace carillon::sqlite {

class ChangeWriter {
 public:
  explicit ChangeWriter(Database& db)
      : batches_(db),
        accounts_(db),
        directory_(db),
        media_(db),
        events_(db),
        push_(db),
        sign_in_(db) {}

  // After `conflict` the transaction must be rolled back.
  Result<CommitOutcome> write(Change const& change);

  BatchTables& batches() { return batches_; }
  AccountTables& accounts() { return accounts_; }
  DirectoryTables& directory() { return directory_; }
  MediaTables& media() { return media_; }
  EventTables& events() { return events_; }
  PushTables& push() { return push_; }
  SignInTables& sign_in() { return sign_in_; }

 private:
  Result<bool> write_accounts(Change const& change);
  Result<bool> write_batches(Change const& change);
  Result<void> write_receipts(Change const& change);

  BatchTables batches_;
  AccountTables accounts_;
  DirectoryTables directory_;
  MediaTables media_;
  EventTables events_;
  PushTables push_;
  SignInTables sign_in_;
  std::vector<std::pair<BatchKey, Seq>> small_slices_;  // of the change being written, sorted
};

// How many inbox entries of small audiences a change adds to each tenant.
std::map<TenantNo, std::size_t> small_entries(Change const& change);

}  // namespace carillon::sqlite

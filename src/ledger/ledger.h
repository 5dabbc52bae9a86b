// The store's writing side, its start-up reading, and its upkeep: owned by the domain, implemented
// once for each database.
//
// Shape   commit() writes one Change in one durable transaction, or nothing. Readers (BatchStore,
//         InboxStore) see it once commit() has returned.
// Errors  conflict: an expectation did not hold; decide again on fresh state. unavailable: the
//         store did not take it; nothing was written. A failed sync ends the process.
//         unknown: a shared store was lost before it answered; settle() finds out.
// Cost    Blocking. One thread for the Ledger; one Reader instance a thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "batch/batch_store.h"
#include "directory/directory_store.h"
#include "inbox/inbox_store.h"
#include "ledger/change.h"
#include "ledger/change_log.h"
#include "ledger/ledger_export.h"
#include "media/media.h"

namespace carillon {

enum class CommitOutcome : std::uint8_t { committed, conflict, unknown };

// Everything that memory keeps, read once at start.
struct StoredState {
  std::map<TenantNo, Counters> counters;
  std::vector<BatchRecord> batches;
  std::map<QuotaKey, std::uint64_t> quota;  // of days not older than two days before `now`
  std::vector<StoredEvent> events;          // by key
  std::map<LaneKey, EventTally> event_tallies;
  std::map<TenantNo, UserSet> push;  // whose push row is active
  ImportProgress import;
  std::map<TokenId, Time> spent_tokens;  // that matter after `now`
  AuditNo last_audit;
  // How long ago a server claimed to tell events; none: nobody does.
  std::optional<std::chrono::seconds> events_claimed_ago;
  LogPosition position = 0;  // of a shared store: the newest change that is in it
};

// About the store itself.
struct StoreIdentity {
  std::string key_check;        // empty: a new store
  std::uint8_t generation = 0;  // of ids; raised when a copy is started
  bool copy = false;            // this is a copy that was not started yet
};

class Reader : public BatchStore, public InboxStore, public MediaStore, public DirectoryStore {
 public:
  // Until the end all calls see one instant; many small ones cost less so. Not for long: the store
  // keeps what it could give up otherwise.
  virtual Result<void> begin_instant() = 0;
  virtual void end_instant() = 0;

  virtual Result<std::optional<AppChat>> find_app_chat(ChatKey const& key) = 0;
  // An answered sending call that is not older than `not_before`.
  virtual Result<std::optional<AnsweredCall>> find_call(CallKey const& key, Time not_before) = 0;
  // Of the audit log, newest first; `before` 0: from the newest on.
  virtual Result<std::vector<AuditEntry>> audit(AuditNo before, std::size_t limit) = 0;
  // Those of the keys that are in the store, in the order of the keys.
  virtual Result<std::vector<StoredEvent>> find_events(std::span<EventKey const> keys) = 0;
  // With nothing in it if there is none.
  virtual Result<PushRow> find_push(PersonKey const& person) = 0;
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  virtual Result<CommitOutcome> commit(Change const& change) = 0;
  // After `unknown`: whether that commit was written; if not, it never will be. unavailable: it
  // cannot be known yet, so that nobody may be told either way; ask again.
  virtual Result<bool> settle() { return false; }

  // Of a store that several servers may write to; else null.
  virtual ChangeLog* change_log() { return nullptr; }

  virtual Result<StoreIdentity> identity() = 0;
  virtual Result<void> set_identity(StoreIdentity const& identity) = 0;
  // Of a shared store the directory that is loaded next is of the same instant.
  virtual Result<StoredState> load_state(Time now) = 0;
  // Streams all rows of the directory but details, parents of nothing assumed; tenants come first.
  // Users that `take` leaves behind, also others than it got, lend their memory to those to come.
  virtual Result<void> load_directory(
      std::function<Result<void>(DirectoryRows&& some_rows)> const& take) = 0;

  // Deletes at most about `rows` rows of what is past its time: batches of the tenant accepted
  // before `batches_before` and finished (their slices, receipts and entries first), quota days
  // and answered calls before `others_before`. Gives the batches that are gone now, and whether
  // there is more to do.
  struct Purged {
    std::vector<BatchKey> batches;
    bool more = false;
  };
  virtual Result<Purged> purge_some(TenantNo tenant, Time batches_before, Time others_before,
                                    std::size_t rows) = 0;

  // The same of what is no tenant's: spent tokens that mattered until `tokens_before`, entries of
  // the audit log from before `audit_before`. Gives whether there may be more to do.
  virtual Result<bool> purge_log(Time tokens_before, Time audit_before, std::size_t rows) = 0;

  // The blobs that rows refer to, ascending, each once.
  virtual Result<std::vector<BlobId>> blobs_in_use() = 0;

  virtual Result<std::unique_ptr<Reader>> open_reader() = 0;

  // What the store says of a move to another; written by commit().
  virtual Result<Relocation> relocation() = 0;
  // May be used until the Ledger is gone.
  virtual Result<std::unique_ptr<LedgerExport>> open_export() = 0;
};

// A commit of which it is known what became of it: committed or conflict. Until it is,
// `while_unknown` is called again and again, and waits a little each time.
// Errors  unavailable, low_disk: nothing was written.
Result<CommitOutcome> commit_for_sure(Ledger& ledger, Change const& change,
                                      std::function<void()> const& while_unknown = {});

// A commit by whoever is the only writer: there a conflict means that somebody else writes too.
// Errors  unavailable, also for a conflict: nothing was written.
Result<void> commit_alone(Ledger& ledger, Change const& change);

}  // namespace carillon

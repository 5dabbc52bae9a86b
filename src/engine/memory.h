// What the engine keeps of the committed state. Written by the writer thread after a commit, read
// by every thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "access/organisation.h"
#include "access/quota.h"
#include "engine/batch_table.h"
#include "ledger/change.h"
#include "ledger/ledger.h"

namespace carillon {

class Memory {
 public:
  Memory(std::shared_ptr<Organisation const> organisation, StoredState state);

  BatchTable batches;

  std::shared_ptr<Organisation const> organisation() const;
  Counters counters(TenantNo tenant) const;
  std::uint64_t quota_used(QuotaKey const& key) const;
  ImportProgress import() const;
  // Those of the users whom a push may reach.
  UserSet pushable(TenantNo tenant, UserSet const& users) const;
  bool token_spent(TokenId const& token) const;
  AuditNo last_audit() const;
  // Those that would have expired by then anyway need no room.
  void forget_spent_tokens(Time before);
  std::vector<BatchRecord> unfinished() const;  // oldest first, of each tenant

  // Makes a committed change visible, and with it a new organisation if there is one.
  void publish(Change const& change, std::shared_ptr<Organisation const> organisation);

 private:
  void note(BatchRecord const& record);  // the lock is held

  mutable std::mutex mutex_;
  std::shared_ptr<Organisation const> organisation_;
  std::map<TenantNo, Counters> counters_;
  std::map<QuotaKey, std::uint64_t> quota_;
  ImportProgress import_;
  std::map<TenantNo, UserSet> push_;
  std::map<TokenId, Time> spent_tokens_;
  AuditNo last_audit_;
  std::set<BatchKey> unfinished_;
};

}  // namespace carillon

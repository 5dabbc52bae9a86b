// What the engine keeps of the committed state. Written by the writer thread after a commit, read
// by every thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>

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
  bool token_spent(TokenId const& token) const;
  AuditNo last_audit() const;
  // Those that would have expired by then anyway need no room.
  void forget_spent_tokens(Time before);

  // Makes a committed change visible, and with it a new organisation if there is one.
  void publish(Change const& change, std::shared_ptr<Organisation const> organisation);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Organisation const> organisation_;
  std::map<TenantNo, Counters> counters_;
  std::map<QuotaKey, std::uint64_t> quota_;
  ImportProgress import_;
  std::map<TokenId, Time> spent_tokens_;
  AuditNo last_audit_;
};

}  // namespace carillon

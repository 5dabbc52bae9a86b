// What a decision may ask of the state, and what it gives back.
//
// Shape   A use case that writes is a pure function: (View, command) -> Decided{change, answer}.
//         The view shows the committed state plus what was decided earlier in the same group.
// Source  design.md section 4: decide, then write.
// Errors  unavailable, where a question has to be put to the store and it does not answer.
// Cost    The engine's writer thread only; most answers come from memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "access/app_chat.h"
#include "access/organisation.h"
#include "access/quota.h"
#include "audience/flow.h"
#include "base/clock.h"
#include "base/result.h"
#include "batch/batch.h"
#include "batch/content.h"
#include "crypto/sealed_id.h"
#include "ledger/change.h"
#include "media/media.h"
#include "people/user_set.h"

namespace carillon {

class View {
 public:
  virtual ~View() = default;

  virtual Time now() const = 0;
  virtual std::uint8_t generation() const = 0;
  virtual IdSealer const& ids() const = 0;
  virtual bool low_disk() const = 0;
  virtual ImportProgress import() const = 0;  // the import under way, if any

  virtual std::shared_ptr<Organisation const> organisation() const = 0;
  // Whom the app may reach in that tenant; null: everybody.
  virtual UserSet const* available(Directory const& directory, App const& app) = 0;

  virtual bool token_spent(TokenId const& token) const = 0;
  virtual AuditNo next_audit() const = 0;

  // What was sent in the day and minute of that moment, of what concerns these people.
  virtual FlowState flow(FlowMoment const& moment, UserSet const& users) const = 0;

  virtual Counters counters(TenantNo tenant) const = 0;
  virtual std::uint64_t quota_used(QuotaKey const& key) const = 0;
  virtual Result<std::optional<AnsweredCall>> find_call(CallKey const& key) = 0;

  virtual Result<std::optional<Media>> find_media(MediaKey const& key) = 0;
  virtual Result<std::optional<AppChat>> find_app_chat(ChatKey const& key) = 0;

  virtual Result<PushRow> find_push(PersonKey const& person) = 0;

  virtual std::optional<BatchRecord> find_batch(BatchKey const& key) const = 0;
  virtual Result<std::shared_ptr<AudienceSets const>> audience(BatchKey const& key) = 0;
  virtual Result<InvalidIds> invalid_ids(BatchKey const& key) = 0;
  virtual Result<bool> has_failed(BatchKey const& key, UserNo user) = 0;
  virtual Result<bool> has_read(BatchKey const& key, UserNo user) = 0;
  // Who has the batch and has not read it.
  virtual Result<UserSet> unread(BatchKey const& key) = 0;

  virtual Result<UserDetails> user_details(TenantNo tenant, UserNo user) = 0;
  virtual Result<DepartmentDetails> department_details(TenantNo tenant,
                                                       DepartmentNo department) = 0;
};

template <class Answer>
struct Decided {
  Change change;
  Answer answer;
  // Set by decisions about directories or apps: in force once the change is on disk.
  std::shared_ptr<Organisation const> organisation;
};

// A new record together with the move that writes it.
inline void put_move(Change& change, BatchRecord const& before, BatchRecord after) {
  after.revision = before.revision + 1;
  change.batch_moves[before.key] = BatchMove{before.revision, after};
}

}  // namespace carillon

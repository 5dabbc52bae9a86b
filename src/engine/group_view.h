// The writer's private view while it forms a group: the committed state with the group's own
// changes on top. Dropped whole if the commit fails.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "audience/audience.h"
#include "audience/flow.h"
#include "core/view.h"
#include "engine/audience_cache.h"
#include "engine/memory.h"
#include "ledger/ledger.h"

namespace carillon {

// What outlives the groups on the writer thread.
struct WriterParts {
  Memory& memory;
  Clock const& clock;
  IdSealer const& ids;
  std::uint8_t generation;
  Reader& reader;
  AudienceCache& audiences;
  Availabilities& availabilities;
  FlowBook const& flow;
  bool low_disk;
};

class GroupView final : public View {
 public:
  explicit GroupView(WriterParts parts);
  ~GroupView() override { end_reading(); }
  GroupView(GroupView const&) = delete;

  // Takes a decided change into the view.
  void absorb(Change&& change, std::shared_ptr<Organisation const> organisation);
  Change const& change() const { return change_; }
  std::shared_ptr<Organisation const> changed_organisation() const { return changed_; }
  FlowBook const& sent() const { return sent_; }  // by the group
  // All is decided: the store is read no more.
  void end_reading();

  Time now() const override { return now_; }
  std::uint8_t generation() const override { return parts_.generation; }
  IdSealer const& ids() const override { return parts_.ids; }
  bool low_disk() const override { return parts_.low_disk; }
  ImportProgress import() const override {
    return change_.import ? *change_.import : parts_.memory.import();
  }
  std::shared_ptr<Organisation const> organisation() const override { return organisation_; }
  UserSet const* available(Directory const& directory, App const& app) override;
  bool token_spent(TokenId const& token) const override;
  AuditNo next_audit() const override;
  FlowState flow(FlowMoment const& moment, UserSet const& users) const override;
  Counters counters(TenantNo tenant) const override;
  std::uint64_t quota_used(QuotaKey const& key) const override;
  Result<std::optional<AnsweredCall>> find_call(CallKey const& key) override;
  Result<std::optional<Media>> find_media(MediaKey const& key) override;
  Result<std::optional<AppChat>> find_app_chat(ChatKey const& key) override;
  std::optional<BatchRecord> find_batch(BatchKey const& key) const override;
  Result<std::shared_ptr<AudienceSets const>> audience(BatchKey const& key) override;
  Result<InvalidIds> invalid_ids(BatchKey const& key) override;
  Result<PushRow> find_push(PersonKey const& person) override;
  Result<bool> has_failed(BatchKey const& key, UserNo user) override;
  Result<bool> has_read(BatchKey const& key, UserNo user) override;
  Result<UserSet> unread(BatchKey const& key) override;
  Result<UserDetails> user_details(TenantNo tenant, UserNo user) override;
  Result<DepartmentDetails> department_details(TenantNo tenant, DepartmentNo department) override;

 private:
  // One instant of the store for all the group's decisions.
  Reader& reader();

  WriterParts parts_;
  bool reading_ = false;
  Time now_;
  std::shared_ptr<Organisation const> organisation_;
  std::shared_ptr<Organisation const> changed_;
  Change change_;
  FlowBook sent_;
  std::set<std::pair<BatchKey, UserNo>> new_receipts_;
};

}  // namespace carillon

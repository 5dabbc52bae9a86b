// The state as plain maps, with a View of it: what the pure decisions are tested against. Applying
// a change checks every expectation that the store port documents.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "audience/audience.h"
#include "batch/flow_moment.h"
#include "core/view.h"
#include "tests/support/manual_clock.h"

namespace carillon {

class MemoryView final : public View {
 public:
  explicit MemoryView(std::shared_ptr<Organisation const> at) : organisation_(std::move(at)) {}

  template <class Answer>
  Answer take(Decided<Answer> decided) {
    apply(decided.change);
    if (decided.organisation) {
      organisation_ = decided.organisation;
      availabilities_.forget();
    }
    return std::move(decided.answer);
  }

  void apply(Change const& change) {
    for (auto const& [tenant, move] : change.counters) {
      EXPECT_EQ(counters_[tenant], move.from);
      counters_[tenant] = move.to;
    }
    for (auto const& [key, fresh] : change.new_batches) {
      EXPECT_TRUE(batches.emplace(key, fresh.record).second);
      audiences[key] = std::make_shared<AudienceSets const>(fresh.audience);
      invalid_[key] = fresh.invalid;
      contents[key] = fresh.content;
      if (fresh.record.counts_in_flow) {
        auto const& tenant = organisation_->find(key.tenant)->tenant();
        flow_.add(flow_moment(fresh.record, fresh.content, tenant), fresh.audience.deliverable);
      }
    }
    for (auto const& [key, move] : change.batch_moves) {
      EXPECT_EQ(batches.at(key).revision, move.from_revision);
      batches[key] = move.to;
    }
    for (auto const& [key, json] : change.contents) contents.at(key).json = json;
    for (auto const& slice : change.slices) {
      EXPECT_TRUE(seqs_.emplace(slice.batch.tenant, slice.seq).second);
      slices.push_back(slice);
    }
    for (auto const& receipt : change.receipts) {
      EXPECT_TRUE(receipts.emplace(std::pair(receipt.batch, receipt.user), receipt.read_at).second);
    }
    for (auto const& [key, use] : change.quota) quota[key] += use.added;
    for (auto const& [key, call] : change.calls) calls[key] = call;
    for (auto const& [key, file] : change.media) EXPECT_TRUE(media.emplace(key, file).second);
    for (auto const& [tenant, user, details] : change.directory.user_details) {
      user_details_[{tenant, user}] = details;
    }
    for (auto const& [tenant, department, details] : change.directory.department_details) {
      department_details_[{tenant, department}] = details;
    }
    for (auto const& [key, chat] : change.chats) EXPECT_TRUE(chats.emplace(key, chat).second);
    for (auto const& [person, row] : change.push) push[person] = row;
    for (auto const& [token, expires] : change.spent_tokens) {
      EXPECT_TRUE(spent_tokens.emplace(token, expires).second);
    }
    for (auto const& entry : change.audit) EXPECT_TRUE(audit.emplace(entry.no, entry).second);
    if (change.import) import_ = *change.import;
  }

  UserSet readers(BatchKey const& key) const {
    UserSet out;
    for (auto const& [at, when] : receipts) {
      if (at.first == key) out.add(at.second);
    }
    return out;
  }
  std::vector<Slice> slices_of(BatchKey const& key) const {
    std::vector<Slice> out;
    for (auto const& slice : slices) {
      if (slice.batch == key) out.push_back(slice);
    }
    return out;
  }

  Time now() const override { return clock.now(); }
  std::uint8_t generation() const override { return 0; }
  IdSealer const& ids() const override { return ids_; }
  bool low_disk() const override { return disk_is_low; }
  ImportProgress import() const override { return import_; }
  std::shared_ptr<Organisation const> organisation() const override { return organisation_; }
  UserSet const* available(Directory const& directory, App const& app) override {
    return availabilities_.of(directory, app);
  }
  bool token_spent(TokenId const& token) const override { return spent_tokens.contains(token); }
  AuditNo next_audit() const override {
    return AuditNo{audit.empty() ? 1 : audit.rbegin()->first.value + 1};
  }
  FlowState flow(FlowMoment const& moment, UserSet const& users) const override {
    return flow_.state(moment, users);
  }
  Counters counters(TenantNo tenant) const override {
    auto const at = counters_.find(tenant);
    return at == counters_.end() ? Counters{} : at->second;
  }
  std::uint64_t quota_used(QuotaKey const& key) const override {
    auto const at = quota.find(key);
    return at == quota.end() ? 0 : at->second;
  }
  Result<std::optional<AnsweredCall>> find_call(CallKey const& key) override {
    auto const at = calls.find(key);
    if (at == calls.end()) return std::optional<AnsweredCall>{};
    return std::optional<AnsweredCall>(at->second);
  }
  Result<std::optional<Media>> find_media(MediaKey const& key) override {
    auto const at = media.find(key);
    if (at == media.end()) return std::optional<Media>{};
    return std::optional<Media>(at->second);
  }
  Result<std::optional<AppChat>> find_app_chat(ChatKey const& key) override {
    auto const at = chats.find(key);
    if (at == chats.end()) return std::optional<AppChat>{};
    return std::optional<AppChat>(at->second);
  }
  std::optional<BatchRecord> find_batch(BatchKey const& key) const override {
    auto const at = batches.find(key);
    if (at == batches.end()) return std::nullopt;
    return at->second;
  }
  Result<std::shared_ptr<AudienceSets const>> audience(BatchKey const& key) override {
    return audiences.at(key);
  }
  Result<PushRow> find_push(PersonKey const& person) override {
    auto const at = push.find(person);
    return at == push.end() ? PushRow{} : at->second;
  }
  Result<InvalidIds> invalid_ids(BatchKey const& key) override { return invalid_.at(key); }
  Result<bool> has_failed(BatchKey const& key, UserNo user) override {
    for (auto const& slice : slices) {
      if (slice.batch == key && slice.failed.contains(user)) return true;
    }
    return false;
  }
  Result<bool> has_read(BatchKey const& key, UserNo user) override {
    return receipts.contains({key, user});
  }

  Result<UserSet> unread(BatchKey const& key) override {
    UserSet out;
    for (auto const& slice : slices_of(key)) out |= slice.delivered;
    return out - readers(key);
  }

  Result<UserDetails> user_details(TenantNo tenant, UserNo user) override {
    return user_details_[{tenant, user}];
  }
  Result<DepartmentDetails> department_details(TenantNo tenant, DepartmentNo department) override {
    return department_details_[{tenant, department}];
  }

  void set_organisation(std::shared_ptr<Organisation const> at) {
    organisation_ = std::move(at);
    availabilities_.forget();
  }

  ManualClock clock;
  bool disk_is_low = false;
  std::map<BatchKey, BatchRecord> batches;
  std::map<BatchKey, std::shared_ptr<AudienceSets const>> audiences;
  std::map<BatchKey, Content> contents;
  std::vector<Slice> slices;
  std::map<std::pair<BatchKey, UserNo>, Time> receipts;
  std::map<QuotaKey, std::uint64_t> quota;
  std::map<CallKey, AnsweredCall> calls;
  std::map<MediaKey, Media> media;
  std::map<ChatKey, AppChat> chats;
  std::map<PersonKey, PushRow> push;
  std::map<TokenId, Time> spent_tokens;
  std::map<AuditNo, AuditEntry> audit;

 private:
  std::shared_ptr<Organisation const> organisation_;
  Availabilities availabilities_;
  FlowBook flow_;
  IdSealer ids_{Key{7}};
  std::map<TenantNo, Counters> counters_;
  std::map<BatchKey, InvalidIds> invalid_;
  std::set<std::pair<TenantNo, Seq>> seqs_;
  std::map<std::pair<TenantNo, UserNo>, UserDetails> user_details_;
  std::map<std::pair<TenantNo, DepartmentNo>, DepartmentDetails> department_details_;
  ImportProgress import_;
};

}  // namespace carillon

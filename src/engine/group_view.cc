#include "engine/group_view.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "batch/flow_moment.h"

namespace carillon {

GroupView::GroupView(WriterParts parts)
    : parts_(parts), now_(parts.clock.now()), organisation_(parts.memory.organisation()) {}

Reader& GroupView::reader() {
  // Without an instant every call sees one of its own, which is right, too.
  if (!reading_) reading_ = static_cast<bool>(parts_.reader.begin_instant());
  return parts_.reader;
}

void GroupView::end_reading() {
  if (std::exchange(reading_, false)) parts_.reader.end_instant();
}

void GroupView::absorb(Change&& change, std::shared_ptr<Organisation const> organisation) {
  for (auto const& receipt : change.receipts) new_receipts_.emplace(receipt.batch, receipt.user);
  if (organisation) {
    organisation_ = organisation;
    changed_ = std::move(organisation);
    parts_.availabilities.forget();
  }
  for (auto const& [key, fresh] : change.new_batches) {
    if (!fresh.record.counts_in_flow) continue;
    auto const& tenant = organisation_->find(key.tenant)->tenant();
    sent_.add(flow_moment(fresh.record, fresh.content, tenant), fresh.audience.deliverable);
  }
  change_.absorb(std::move(change));
}

bool GroupView::token_spent(TokenId const& token) const {
  return change_.spent_tokens.contains(token) || parts_.memory.token_spent(token);
}

AuditNo GroupView::next_audit() const {
  auto const last = change_.audit.empty() ? parts_.memory.last_audit() : change_.audit.back().no;
  return AuditNo{std::max(last.value + 1, static_cast<std::uint64_t>(to_ms(now_)) * 1000)};
}

FlowState GroupView::flow(FlowMoment const& moment, UserSet const& users) const {
  auto out = parts_.flow.state(moment, users);
  out += sent_.state(moment, users);
  return out;
}

UserSet const* GroupView::available(Directory const& directory, App const& app) {
  return parts_.availabilities.of(directory, app);
}

Counters GroupView::counters(TenantNo tenant) const {
  auto const at = change_.counters.find(tenant);
  return at == change_.counters.end() ? parts_.memory.counters(tenant) : at->second.to;
}

std::uint64_t GroupView::quota_used(QuotaKey const& key) const {
  auto const at = change_.quota.find(key);
  return parts_.memory.quota_used(key) + (at == change_.quota.end() ? 0 : at->second.added);
}

Result<std::optional<AnsweredCall>> GroupView::find_call(CallKey const& key) {
  if (auto const at = change_.calls.find(key); at != change_.calls.end()) {
    return std::optional<AnsweredCall>(at->second);
  }
  return reader().find_call(key, now_ - std::chrono::hours(24));
}

Result<std::optional<Media>> GroupView::find_media(MediaKey const& key) {
  if (auto const at = change_.media.find(key); at != change_.media.end()) {
    return std::optional<Media>(at->second);
  }
  return reader().find_media(key);
}

Result<std::optional<AppChat>> GroupView::find_app_chat(ChatKey const& key) {
  if (auto const at = change_.chats.find(key); at != change_.chats.end()) {
    return std::optional<AppChat>(at->second);
  }
  return reader().find_app_chat(key);
}

Result<PushRow> GroupView::find_push(PersonKey const& person) {
  if (auto const at = change_.push.find(person); at != change_.push.end()) return at->second;
  return reader().find_push(person);
}

std::optional<BatchRecord> GroupView::find_batch(BatchKey const& key) const {
  if (auto const at = change_.new_batches.find(key); at != change_.new_batches.end()) {
    return at->second.record;
  }
  if (auto const at = change_.batch_moves.find(key); at != change_.batch_moves.end()) {
    return at->second.to;
  }
  return parts_.memory.batches.find(key);
}

Result<std::shared_ptr<AudienceSets const>> GroupView::audience(BatchKey const& key) {
  if (auto const at = change_.new_batches.find(key); at != change_.new_batches.end()) {
    // Owned by the group's change, which stays put as long as this view is asked: no copy.
    return std::shared_ptr<AudienceSets const>(std::shared_ptr<void>{}, &at->second.audience);
  }
  if (auto known = parts_.audiences.find(key)) return known;
  TRY(auto sets, reader().audience(key));
  auto shared = std::make_shared<AudienceSets const>(std::move(sets));
  parts_.audiences.put(key, shared);
  return shared;
}

Result<InvalidIds> GroupView::invalid_ids(BatchKey const& key) {
  if (auto const at = change_.new_batches.find(key); at != change_.new_batches.end()) {
    return at->second.invalid;
  }
  TRY(auto stored, reader().find_batch(key));
  return stored ? std::move(stored->invalid) : InvalidIds{};
}

Result<bool> GroupView::has_failed(BatchKey const& key, UserNo user) {
  for (auto const& slice : change_.slices) {
    if (slice.batch == key && slice.failed.contains(user)) return true;
  }
  TRY(auto const slices, reader().slices(key));
  for (auto const& slice : slices) {
    if (slice.failed.contains(user)) return true;
  }
  return false;
}

Result<bool> GroupView::has_read(BatchKey const& key, UserNo user) {
  if (new_receipts_.contains({key, user})) return true;
  std::array const batches{key.batch};
  TRY(auto const times, reader().read_times(key.tenant, user, batches));
  return times[0] != Time{};
}

Result<UserSet> GroupView::unread(BatchKey const& key) {
  TRY(auto const slices, reader().slices(key));
  UserSet out;
  for (auto const& slice : slices) out |= slice.delivered;
  for (auto const& slice : change_.slices) {
    if (slice.batch == key) out |= slice.delivered;
  }
  TRY(auto const readers, reader().readers(key));
  out -= readers;
  auto const first = new_receipts_.lower_bound({key, UserNo{}});
  for (auto at = first; at != new_receipts_.end() && at->first == key; ++at) out.remove(at->second);
  return out;
}

Result<UserDetails> GroupView::user_details(TenantNo tenant, UserNo user) {
  auto const& rows = change_.directory.user_details;
  auto const at = std::find_if(rows.rbegin(), rows.rend(), [&](UserDetailsRow const& row) {
    return row.user == user && row.tenant == tenant;
  });
  if (at != rows.rend()) return at->details;
  TRY(auto stored, reader().user_details(tenant, std::array{user}));
  return std::move(stored.front());
}

Result<DepartmentDetails> GroupView::department_details(TenantNo tenant, DepartmentNo department) {
  auto const& rows = change_.directory.department_details;
  auto const at = std::find_if(rows.rbegin(), rows.rend(), [&](DepartmentDetailsRow const& row) {
    return row.department == department && row.tenant == tenant;
  });
  if (at != rows.rend()) return at->details;
  TRY(auto stored, reader().department_details(tenant, std::array{department}));
  return std::move(stored.front());
}

}  // namespace carillon

#include "tests/store/contract_changes.h"

#include <utility>

namespace carillon::testing {

BatchKey key_of(std::uint64_t batch, TenantNo tenant) { return {tenant, BatchNo{batch}}; }

NewBatch batch_for(BatchKey key, UserSet users) {
  NewBatch batch;
  batch.record.key = key;
  batch.record.app = kApp;
  batch.record.queue_no = key.batch.value;
  batch.record.accepted_at = kNow;
  batch.record.valid = static_cast<std::uint32_t>(users.size());
  batch.content = {.msg_type = "text", .json = R"({"text":"hello"})"};
  batch.audience.deliverable = std::move(users);
  return batch;
}

Change accepted(BatchKey key, UserSet users) {
  Change change;
  change.new_batches[key] = batch_for(key, std::move(users));
  return change;
}

Slice slice_of(BatchKey key, std::uint64_t seq, UserSet users, std::optional<BlockNo> block) {
  return {.batch = key,
          .seq = Seq{seq},
          .block = block,
          .committed_at = kNow + std::chrono::milliseconds(seq),
          .delivered = std::move(users),
          .failed = {}};
}

Change sent(BatchKey key, std::uint64_t seq, UserSet users) {
  auto change = accepted(key, users);
  auto& record = change.new_batches.at(key).record;
  record.state = BatchState::sent;
  record.delivered = record.valid;
  record.sent_at = kNow;
  change.slices.push_back(slice_of(key, seq, std::move(users)));
  return change;
}

Change counter_move(Counters from, Counters to, TenantNo tenant) {
  Change change;
  change.counters[tenant] = {from, to};
  return change;
}

Counters counters(std::uint64_t batch, std::uint64_t queue, std::uint64_t seq) {
  return {.next_batch = BatchNo{batch}, .next_queue_no = queue, .seq = Seq{seq}};
}

Change quota_use(std::uint64_t added, std::uint64_t used_before, std::uint64_t limit) {
  Change change;
  change.quota[{kTenant, kApp, 19'675}] = {added, used_before, limit};
  return change;
}

Change answered(std::string key, std::uint64_t batch, Time at) {
  Change change;
  change.calls[{kTenant, kApp, std::move(key)}] = {std::string(32, 'h'), batch, at};
  return change;
}

Change moved(BatchRecord to) {
  Change change;
  change.batch_moves[to.key] = {.from_revision = to.revision, .to = to};
  ++change.batch_moves[to.key].to.revision;
  return change;
}

Change with(Change first, Change second) {
  first.absorb(std::move(second));
  return first;
}

std::vector<std::uint64_t> seqs_of(Result<std::vector<InboxEntry>> const& entries) {
  std::vector<std::uint64_t> seqs;
  for (auto const& entry : entries.value()) seqs.push_back(entry.seq.value);
  return seqs;
}

}  // namespace carillon::testing

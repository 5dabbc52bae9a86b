#include "core/deliver_slice.h"

#include <utility>

#include "core/tell_app.h"
#include "inbox/placement.h"

namespace carillon {
namespace {

// Everybody is a bound that no UserNo reaches.
constexpr std::uint64_t kEverybody = std::uint64_t{1} << 32;

Result<Decided<SliceStep>> send_step(View& view, BatchRecord const& record) {
  TRY(auto const audience, view.audience(record.key));
  auto const& deliverable = audience->deliverable;
  Decided<SliceStep> out;
  auto after = record;
  auto const next = deliverable.first_from(record.position);
  if (!next) {
    after.state = BatchState::sent;
    after.sent_at = view.now();
    put_move(out.change, record, after);
    tell_app(view, out.change, EventKind::sent, after);
    out.answer.finished = true;
    return out;
  }

  Slice slice;
  slice.batch = record.key;
  slice.committed_at = view.now();
  UserSet block;
  bool const per_block = placement_of(deliverable.size()) == Placement::per_block;
  if (per_block) {
    slice.block = block_of(*next);
    block = deliverable.block(*slice.block);
    after.position = (*slice.block + std::uint64_t{1}) * kBlockUsers;
  } else {
    after.position = kEverybody;
  }
  auto const& due = per_block ? block : deliverable;
  auto const& active = view.organisation()->find(record.key.tenant)->active();
  auto const due_count = due.size();
  auto const alive = due.count_common(active);
  if (alive == due_count) {
    slice.delivered = due;
  } else {
    slice.delivered = due & active;
    slice.failed = due - active;
    slice.failed.optimize();
  }
  slice.delivered.optimize();
  after.delivered += static_cast<std::uint32_t>(alive);
  after.failed += static_cast<std::uint32_t>(due_count - alive);

  auto const before = view.counters(record.key.tenant);
  auto counters = before;
  counters.seq = Seq{before.seq.value + 1};
  slice.seq = counters.seq;
  out.change.counters[record.key.tenant] = {before, counters};
  out.change.slices.push_back(std::move(slice));

  out.answer.finished = !deliverable.first_from(after.position);
  after.state = out.answer.finished ? BatchState::sent : BatchState::sending;
  if (out.answer.finished) after.sent_at = view.now();
  put_move(out.change, record, after);
  if (out.answer.finished) tell_app(view, out.change, EventKind::sent, after);
  return out;
}

// How many of a block were delivered is what of it was deliverable and did not fail; the record
// knows the total, so only the last step needs the exact remainder.
Result<Decided<SliceStep>> recall_step(View& view, BatchRecord const& record) {
  TRY(auto const audience, view.audience(record.key));
  auto const& deliverable = audience->deliverable;
  Decided<SliceStep> out;
  auto after = record;
  auto const next = deliverable.first_from(record.recall_position);
  if (placement_of(deliverable.size()) == Placement::per_block && next &&
      *next < UserNo{static_cast<std::uint32_t>(std::min(record.position, kEverybody - 1))}) {
    auto const block = block_of(*next);
    auto const end = (block + std::uint64_t{1}) * kBlockUsers;
    auto const reached =
        deliverable.count_below(end) - deliverable.count_below(block * kBlockUsers);
    after.recall_position = end;
    after.recalled = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(record.recalled + reached, record.delivered));
    auto const more = deliverable.first_from(end);
    out.answer.finished = !more || more->value >= record.position;
  } else {
    out.answer.finished = true;
  }
  if (out.answer.finished) {
    after.recalled = record.delivered;
    after.state = BatchState::recalled;
    tell_app(view, out.change, EventKind::recalled, after);
  }
  put_move(out.change, record, after);
  return out;
}

}  // namespace

Result<Decided<SliceStep>> deliver_slice(View& view, BatchKey const& key) {
  auto const record = view.find_batch(key);
  if (!record) return Decided<SliceStep>{{}, {true}, nullptr};
  switch (record->state) {
    case BatchState::accepted:
    case BatchState::sending:
      return send_step(view, *record);
    case BatchState::recalling:
      return recall_step(view, *record);
    case BatchState::scheduled:
    case BatchState::paused:
    case BatchState::sent:
    case BatchState::canceled:
    case BatchState::recalled:
      break;
  }
  return Decided<SliceStep>{{}, {true}, nullptr};
}

}  // namespace carillon

#include "store/sqlite/change_writer.h"

#include <algorithm>
#include <tuple>

#include "store/rows/batch_rows.h"
#include "store/rows/relocation_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

Result<CommitOutcome> ChangeWriter::write(Change const& change) {
  TRY(bool held, write_accounts(change));
  if (held) {
    TRY(held, write_batches(change));
  }
  if (held) {
    TRY(held, write_tokens(sign_in_, change));
  }
  if (!held) return CommitOutcome::conflict;
  CHECK_OK(write_receipts(change));
  for (auto const& [key, media] : change.media) CHECK_OK(insert(media_, media));
  CHECK_OK(sqlite::write(events_, change));
  for (auto const& [person, row] : change.push) CHECK_OK(sqlite::write(push_, person, row));
  for (auto const& [key, chat] : change.chats) CHECK_OK(insert(media_, chat));
  CHECK_OK(put(directory_, change.directory));
  CHECK_OK(put(sign_in_, change.directory.operators));
  CHECK_OK(write_audit(sign_in_, change));
  if (change.import) {
    CHECK_OK(accounts_.set_meta.run(kImportFile, change.import->staged_file));
    CHECK_OK(accounts_.set_meta.run(kImportRows, change.import->rows_done));
  }
  if (change.relocation) {
    CHECK_OK(accounts_.set_meta.run(kRelocation, Blob{pack_relocation(*change.relocation)}));
  }
  return CommitOutcome::committed;
}

// What is most likely to be out of date comes first, so that a conflict costs little.
Result<bool> ChangeWriter::write_accounts(Change const& change) {
  auto const all = [&](auto const& expected) -> Result<bool> {
    for (auto const& [key, value] : expected) {
      TRY(bool const held, apply(accounts_, key, value));
      if (!held) return false;
    }
    return true;
  };
  TRY(bool held, all(change.counters));
  if (held) {
    TRY(held, all(change.quota));
  }
  if (!held) return false;
  // Their numbers rise with time, which trimming relies on.
  std::vector<std::pair<CallKey const, AnsweredCall> const*> calls;
  calls.reserve(change.calls.size());
  for (auto const& call : change.calls) calls.push_back(&call);
  std::stable_sort(calls.begin(), calls.end(),
                   [](auto const* a, auto const* b) { return a->second.at < b->second.at; });
  for (auto const* call : calls) {
    TRY(held, apply(accounts_, call->first, call->second));
    if (!held) return false;
  }
  return true;
}

// A small audience's slice is noted at its batch, mostly in a row that is written anyway.
Result<bool> ChangeWriter::write_batches(Change const& change) {
  small_slices_.clear();
  for (auto const& slice : change.slices) {
    if (!slice.block) small_slices_.emplace_back(slice.batch, slice.seq);
  }
  std::sort(small_slices_.begin(), small_slices_.end());
  auto const twice =
      std::adjacent_find(small_slices_.begin(), small_slices_.end(),
                         [](auto const& a, auto const& b) { return a.first == b.first; });
  if (twice != small_slices_.end()) return false;
  auto const small_slice_of = [&](BatchKey batch) -> std::optional<Seq> {
    auto const found =
        std::lower_bound(small_slices_.begin(), small_slices_.end(), std::pair{batch, Seq{}});
    if (found == small_slices_.end() || found->first != batch) return std::nullopt;
    return found->second;
  };

  for (auto const& [key, move] : change.batch_moves) {
    std::optional<std::int64_t> slice;
    if (auto const seq = small_slice_of(key)) slice = slice_key(key.tenant, *seq);
    TRY(bool const held,
        batches_.update_batch.changes_one(move.to.revision, slice, Blob{pack_record(move.to)},
                                          batch_key(key), move.from_revision));
    if (!held) return false;
  }
  for (auto const& [key, batch] : change.new_batches) {
    CHECK_OK(insert(batches_, batch, small_slice_of(key)));
  }
  for (auto const& [key, json] : change.contents) {
    TRY(bool const held, replace_content(batches_, key, json));
    if (!held) return false;
  }
  for (auto const& slice : change.slices) CHECK_OK(insert(batches_, slice));
  for (auto const& [batch, seq] : small_slices_) {
    if (change.new_batches.contains(batch) || change.batch_moves.contains(batch)) continue;
    TRY(bool const held,
        batches_.set_small_slice.changes_one(slice_key(batch.tenant, seq), batch_key(batch)));
    if (!held) return false;
  }
  return true;
}

// In the order of the keys, so that neighbours share pages.
Result<void> ChangeWriter::write_receipts(Change const& change) {
  std::vector<Receipt const*> receipts;
  receipts.reserve(change.receipts.size());
  for (auto const& receipt : change.receipts) receipts.push_back(&receipt);
  std::sort(receipts.begin(), receipts.end(), [](Receipt const* a, Receipt const* b) {
    return std::tie(a->batch, a->user) < std::tie(b->batch, b->user);
  });
  for (auto const* receipt : receipts) {
    CHECK_OK(batches_.insert_receipt.run(batch_key(receipt->batch), receipt->user.value,
                                         to_ms(receipt->read_at)));
  }
  return {};
}

std::map<TenantNo, std::size_t> small_entries(Change const& change) {
  std::map<TenantNo, std::size_t> entries;
  for (auto const& slice : change.slices) {
    if (!slice.block) entries[slice.batch.tenant] += slice.delivered.size();
  }
  return entries;
}

}  // namespace carillon::sqlite

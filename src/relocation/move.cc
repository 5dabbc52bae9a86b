#include "relocation/move.h"

#include <charconv>
#include <utility>

#include "batch/books.h"
#include "crypto/crypto.h"

namespace carillon {
namespace {

constexpr std::size_t kIdBytes = 16;

LogPosition log_position_of(std::string_view text) {
  LogPosition number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string make_move_id() {
  std::string bytes(kIdBytes, '\0');
  random_bytes(bytes.data(), bytes.size());
  return to_hex(bytes.data(), bytes.size());
}

// A move may be interrupted anywhere: what became of a commit is seen when it goes on.
Result<CommitOutcome> commit_now(Ledger& store, Change const& change) {
  TRY(auto const outcome, store.commit(change));
  if (outcome != CommitOutcome::unknown) return outcome;
  return fail(Errc::unavailable, "the database was lost in the middle of a commit");
}

Result<void> commit_step(Ledger& store, Change const& change) {
  TRY(auto const outcome, commit_now(store, change));
  if (outcome == CommitOutcome::committed) return {};
  return fail(Errc::unavailable, "somebody else is writing to this store");
}

Result<void> mark(Ledger& store, Relocation mark) {
  Change change;
  change.relocation = std::move(mark);
  return commit_step(store, change);
}

Error refused(std::string text) { return fail(Errc::invalid_field, std::move(text)); }

Error written_to(std::string const& other) {
  return refused(
      "the store was written to while it was being moved: a server is running on it. Stop all of "
      "them, give this move up (carillon migrate --take-back), empty " +
      other + ", and begin again");
}

// Of a source: fails if anybody else has written since the move began.
Result<void> mark_source(Ledger& source, Relocation mark) {
  auto const other = mark.other;
  Change change;
  change.relocation = std::move(mark);
  TRY(auto const outcome, commit_now(source, change));
  if (outcome == CommitOutcome::committed) return {};
  return written_to(other);
}

// From here on every commit is a conflict if another comes in between.
void expect_nobody(Ledger& source, Relocation const& mark) {
  if (auto* log = source.change_log()) log->expect(log_position_of(mark.position));
}

std::uint64_t count_rows(Change const& step) {
  return step.directory.size() + step.new_batches.size() + step.slices.size() +
         step.receipts.size() + step.quota.size() + step.calls.size() + step.media.size() +
         step.chats.size() + step.events.size() + step.event_tallies.size() + step.push.size() +
         step.spent_tokens.size() + step.counters.size() + step.audit.size();
}

// The marks tell whether the target belongs to this move; nothing is written.
Result<MoveStart> judge(Relocation const& source, Relocation const& target, bool target_is_empty,
                        MoveNames const& names) {
  using enum RelocationState;
  bool const same_move = !source.id.empty() && source.id == target.id;
  if (source.state == arriving) {
    return refused(names.from + " holds only a part of what is being moved there from " +
                   source.other + "; finish that move first");
  }
  if (source.state == left) {
    if (same_move && target.state == arriving) return MoveStart::goes_on;
    if (same_move && target.state == arrived) return MoveStart::was_done;
    return refused(names.from + " was moved to " + source.other +
                   " already. To go on with what it held then, take it back first: carillon "
                   "migrate --take-back " +
                   names.from);
  }
  if (target.state == arriving) {
    if (same_move && source.state == leaving) return MoveStart::goes_on;
    return refused(names.to + " holds a part of another move, from " + target.other +
                   ": empty it, or name another");
  }
  if (target.state == left) {
    return refused(names.to + " holds what was moved to " + target.other +
                   ": move it out of the way, or name another");
  }
  if (target.state != none || !target_is_empty) {
    return refused(names.to + " is not empty: name an empty one, nothing was changed");
  }
  return MoveStart::fresh;
}

// The books of the batches of one step, on both sides.
Result<void> compare_books(BatchStore& from, BatchStore& to, Change const& step,
                           StoreComparison& out) {
  for (auto const& [key, batch] : step.new_batches) {
    TRY(auto const here, recount(from, key));
    auto const there = recount(to, key);
    ++out.batches;
    auto const name = "batch " + std::to_string(key.batch.value) + " of tenant " +
                      std::to_string(key.tenant.value);
    if (!there) {
      if (there.error().code != Errc::batch_unknown) return there.error();
      out.unequal.push_back(name + " is not in the new store");
    } else if (here != *there) {
      out.unequal.push_back("the books of " + name + " differ");
    } else if (!here.empty()) {
      out.torn.push_back(key);
    }
  }
  return {};
}

void compare_sums(RowSums const& from, RowSums const& to, StoreComparison& out) {
  for (std::size_t i = 0; i < kRowKinds; ++i) {
    auto const kind = static_cast<RowKind>(i);
    auto const& here = from.of(kind);
    auto const& there = to.of(kind);
    if (here == there) continue;
    std::string const name(name_of(kind));
    out.unequal.push_back(here.rows == there.rows
                              ? "the " + name + " are as many, but not the same"
                              : name + ": " + std::to_string(here.rows) + " in the old store, " +
                                    std::to_string(there.rows) + " in the new one");
  }
}

}  // namespace

Result<MoveStart> begin_move(Ledger& from, Ledger& to, MoveNames const& names, Time now) {
  TRY(auto const source, from.relocation());
  TRY(auto const target, to.relocation());
  TRY(auto const identity, from.identity());
  if (auto* log = to.change_log(); log != nullptr && target.state == RelocationState::none) {
    TRY(auto const state, to.load_state(now));
    log->expect(state.position);
  }
  TRY(auto const other, to.identity());
  TRY(auto const start, judge(source, target, other.key_check.empty(), names));
  if (start != MoveStart::fresh) {
    if (source.state == RelocationState::leaving) expect_nobody(from, source);
    CHECK_OK(check_unwritten(from));
    return start;
  }
  if (identity.key_check.empty()) {
    return refused(names.from + " holds nothing yet: no server was ever started on it");
  }
  TRY(auto const state, from.load_state(now));
  if (!state.import.staged_file.empty()) {
    return refused("an import into " + names.from +
                   " was interrupted: start a server there once, which finishes it, or import "
                   "again; then move");
  }
  CHECK_OK(from.open_export());  // can all of it be read?
  if (auto* log = from.change_log()) log->expect(state.position);
  Relocation leaving;
  leaving.state = RelocationState::leaving;
  leaving.id = make_move_id();
  leaving.other = names.to;
  leaving.position = std::to_string(state.position + 1);  // this very commit
  Relocation arriving;
  arriving.state = RelocationState::arriving;
  arriving.id = leaving.id;
  arriving.other = names.from;
  // This one first: without its mark the other's would be of a move that nobody knows.
  CHECK_OK(mark_source(from, std::move(leaving)));
  CHECK_OK(mark(to, std::move(arriving)));
  return MoveStart::fresh;
}

Result<void> check_unwritten(Ledger& from) {
  auto* const log = from.change_log();
  if (log == nullptr) return {};
  TRY(auto const mark, from.relocation());
  if (mark.state != RelocationState::leaving) return {};
  TRY(auto const reader, log->open_log_reader());
  TRY(auto const news, reader->since(log_position_of(mark.position), {}));
  if (news.entries.empty()) return {};
  return written_to(mark.other);
}

Result<std::uint64_t> copy_rows(Ledger& from, Ledger& to, std::size_t rows_a_step,
                                std::function<Result<void>(std::uint64_t)> const& told) {
  TRY(auto mark, to.relocation());
  if (mark.state != RelocationState::arriving) {
    return refused("the target of the move is not marked as such");
  }
  std::uint64_t copied = 0;
  CHECK_OK(each_step(from, RowsPlace::read(mark.position), rows_a_step,
                     [&](Change&& rows, RowsPlace const& reached) -> Result<void> {
                       copied += count_rows(rows);
                       mark.position = reached.text();
                       rows.relocation = mark;
                       CHECK_OK(commit_step(to, rows));
                       return told(copied);
                     }));
  return copied;
}

Result<StoreComparison> compare_stores(Ledger& from, Ledger& to,
                                       std::function<Result<void>(std::uint64_t)> const& told) {
  StoreComparison out;
  TRY(auto const here, from.open_reader());
  TRY(auto const there, to.open_reader());
  CHECK_OK(each_step(from, {}, kRowsAStep, [&](Change&& step, RowsPlace const&) -> Result<void> {
    out.rows.add(step);
    CHECK_OK(compare_books(*here, *there, step, out));
    return told(out.rows.rows());
  }));
  RowSums arrived;
  CHECK_OK(each_step(to, {}, kRowsAStep, [&](Change&& step, RowsPlace const&) -> Result<void> {
    arrived.add(step);
    return told(out.rows.rows() + arrived.rows());
  }));
  compare_sums(out.rows, arrived, out);
  return out;
}

Result<void> end_move(Ledger& from, Ledger& to) {
  TRY(auto source, from.relocation());
  TRY(auto target, to.relocation());
  TRY(auto const identity, from.identity());
  CHECK_OK(to.set_identity(identity));
  if (source.state != RelocationState::left) {
    source.state = RelocationState::left;
    CHECK_OK(mark_source(from, std::move(source)));
  }
  target.state = RelocationState::arrived;
  target.position.clear();
  return mark(to, std::move(target));
}

Result<RelocationState> take_back(Ledger& store, std::string const& name) {
  TRY(auto const relocation, store.relocation());
  if (relocation.state == RelocationState::arriving) {
    return refused(name +
                   " is the target of a move that is not done, not its source; it can be "
                   "emptied, or filled by the same command again");
  }
  if (relocation.state != RelocationState::leaving && relocation.state != RelocationState::left) {
    return refused(name + " was not moved away: there is nothing to take back");
  }
  if (relocation.state == RelocationState::left) {
    TRY(auto identity, store.identity());
    identity.copy = true;
    CHECK_OK(store.set_identity(identity));
  }
  CHECK_OK(mark(store, {}));
  return relocation.state;
}

Result<void> check_at_home(Ledger& store, std::string const& name) {
  TRY(auto const relocation, store.relocation());
  switch (relocation.state) {
    case RelocationState::leaving:
      return fail(Errc::unavailable,
                  name + " is being moved to " + relocation.other +
                      ": call the same carillon migrate again, which goes on where it was; or "
                      "give the move up with carillon migrate --take-back " +
                      name);
    case RelocationState::left:
      return fail(Errc::unavailable,
                  name + " was moved to " + relocation.other +
                      ": start the server there. To go on here with what was here then: carillon "
                      "migrate --take-back " +
                      name);
    case RelocationState::arriving:
      return fail(Errc::unavailable,
                  name + " holds only a part of what is being moved there from " +
                      relocation.other +
                      ": call the same carillon migrate again, which goes on where it was");
    case RelocationState::none:
    case RelocationState::arrived:
      break;
  }
  return {};
}

}  // namespace carillon

#include "ledger/change.h"

#include <iterator>
#include <utility>

namespace carillon {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

bool DirectoryRows::empty() const { return size() == 0; }

std::size_t DirectoryRows::size() const {
  return tenants.size() + departments.size() + users.size() + chats.size() + images.size() +
         developers.size() + apps.size() + installations.size() + operators.size() +
         user_details.size() + department_details.size();
}

bool Change::empty() const {
  return counters.empty() && new_batches.empty() && batch_moves.empty() && contents.empty() &&
         slices.empty() && receipts.empty() && quota.empty() && calls.empty() && media.empty() &&
         events.empty() && event_moves.empty() && event_tallies.empty() && push.empty() &&
         chats.empty() && spent_tokens.empty() && audit.empty() && audit_outcomes.empty() &&
         directory.empty() && !import && !relocation && purged.empty() && !event_duty && !erases;
}

void Change::absorb(Change&& later) {
  erases |= later.erases;
  for (auto& [tenant, move] : later.counters) {
    auto [at, is_new] = counters.try_emplace(tenant, move);
    if (!is_new) at->second.to = move.to;
  }
  new_batches.merge(later.new_batches);
  for (auto& [key, move] : later.batch_moves) {
    if (auto fresh = new_batches.find(key); fresh != new_batches.end()) {
      fresh->second.record = move.to;
      continue;
    }
    auto [at, is_new] = batch_moves.try_emplace(key, move);
    if (!is_new) at->second.to = move.to;
  }
  for (auto& [key, json] : later.contents) {
    auto const fresh = new_batches.find(key);
    auto& place = fresh == new_batches.end() ? contents[key] : fresh->second.content.json;
    place = std::move(json);
  }
  append(slices, std::move(later.slices));
  append(receipts, std::move(later.receipts));
  for (auto& [key, use] : later.quota) {
    auto [at, is_new] = quota.try_emplace(key, use);
    if (!is_new) {
      at->second.added += use.added;
      at->second.limit = use.limit;
    }
  }
  calls.merge(later.calls);
  media.merge(later.media);
  append(events, std::move(later.events));
  for (auto& [key, move] : later.event_moves) event_moves[key] = std::move(move);
  for (auto const& [lane, tally] : later.event_tallies) event_tallies[lane] = tally;
  for (auto& [person, row] : later.push) push[person] = std::move(row);
  chats.merge(later.chats);
  spent_tokens.merge(later.spent_tokens);
  append(audit, std::move(later.audit));
  for (auto& [entry, outcome] : later.audit_outcomes) audit_outcomes[entry] = std::move(outcome);
  append(directory.tenants, std::move(later.directory.tenants));
  append(directory.departments, std::move(later.directory.departments));
  append(directory.users, std::move(later.directory.users));
  append(directory.chats, std::move(later.directory.chats));
  append(directory.images, std::move(later.directory.images));
  append(directory.developers, std::move(later.directory.developers));
  append(directory.apps, std::move(later.directory.apps));
  append(directory.installations, std::move(later.directory.installations));
  append(directory.operators, std::move(later.directory.operators));
  append(directory.user_details, std::move(later.directory.user_details));
  append(directory.department_details, std::move(later.directory.department_details));
  if (later.import) import = std::move(later.import);
  if (later.relocation) relocation = std::move(later.relocation);
  append(purged, std::move(later.purged));
  if (later.event_duty) event_duty = later.event_duty;
}

}  // namespace carillon

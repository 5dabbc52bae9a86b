#include "inbox/inbox.h"

#include <algorithm>
#include <utility>

namespace carillon {
namespace {

// All that this person has, ascending by seq, recalled ones left out.
Result<std::vector<InboxMessage>> collect(
    InboxStore& inbox, BlockLogs& logs,
    std::function<std::optional<BatchRecord>(BatchKey const&)> const& find,
    InboxQuery const& query) {
  TRY(auto own, inbox.person_entries(query.tenant, query.user, Seq{}, SIZE_MAX));
  TRY(auto const shared, logs.get(inbox, query.tenant, block_of(query.user)));
  std::vector<InboxEntry> entries(own.rbegin(), own.rend());
  auto const middle = static_cast<std::ptrdiff_t>(entries.size());
  for (auto const& slice : *shared) {
    if (slice.delivered->contains(query.user)) entries.push_back(slice.entry);
  }
  std::inplace_merge(entries.begin(), entries.begin() + middle, entries.end(),
                     [](auto const& a, auto const& b) { return a.seq < b.seq; });
  std::vector<InboxMessage> out;
  out.reserve(entries.size());
  for (auto const& entry : entries) {
    auto const record = find({query.tenant, entry.batch});
    if (record && !record->recall_requested()) out.push_back({entry, *record, {}, {}});
  }
  return out;
}

}  // namespace

Result<InboxPage> read_inbox(InboxStore& inbox, BatchStore& batches, BlockLogs& logs,
                             std::function<std::optional<BatchRecord>(BatchKey const&)> const& find,
                             InboxQuery const& query) {
  TRY(auto all, collect(inbox, logs, find, query));
  std::vector<BatchNo> numbers;
  numbers.reserve(all.size());
  for (auto const& message : all) numbers.push_back(message.entry.batch);
  TRY(auto const times, inbox.read_times(query.tenant, query.user, numbers));

  InboxPage page;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].read_at = times[i];
    if (times[i] == Time{}) ++page.unread;
  }
  std::reverse(all.begin(), all.end());
  auto first =
      query.before
          ? std::find_if(all.begin(), all.end(),
                         [&](auto const& message) { return message.entry.seq < query.before; })
          : all.begin();
  for (; first != all.end() && page.messages.size() < query.limit; ++first) {
    auto message = std::move(*first);
    BatchKey const key{query.tenant, message.entry.batch};
    TRY(auto stored, batches.find_batch(key));
    // Asked again after the content was read: a recall answered meanwhile is obeyed.
    auto const record = find(key);
    if (!stored || !record || record->recall_requested()) continue;
    message.content = std::move(stored->content);
    page.messages.push_back(std::move(message));
  }
  if (first != all.end() && !page.messages.empty()) page.next = page.messages.back().entry.seq;
  return page;
}

}  // namespace carillon

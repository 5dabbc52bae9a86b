#include "inbox/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace carillon {
namespace {

constexpr std::size_t kReadKnown = 200;
constexpr std::size_t kContentsAtOnce = 64;  // so that few are read in vain

// All that this person ever had and that is kept, ascending by seq.
Result<std::vector<InboxMessage>> collect(
    InboxStore& inbox, BlockLogs& logs,
    std::function<std::optional<BatchRecord>(BatchKey const&)> const& find, TenantNo tenant,
    UserNo user) {
  TRY(auto own, inbox.person_entries(tenant, user, Seq{}, SIZE_MAX));
  TRY(auto const shared, logs.get(inbox, tenant, block_of(user)));
  std::vector<InboxEntry> entries(own.rbegin(), own.rend());
  auto const middle = static_cast<std::ptrdiff_t>(entries.size());
  for (auto const& slice : *shared) {
    if (slice.delivered->contains(user)) entries.push_back(slice.entry);
  }
  std::inplace_merge(entries.begin(), entries.begin() + middle, entries.end(),
                     [](auto const& a, auto const& b) { return a.seq < b.seq; });
  std::vector<InboxMessage> out;
  out.reserve(entries.size());
  for (auto const& entry : entries) {
    auto const record = find({tenant, entry.batch});
    if (record) out.push_back({entry, *record, {}, {}});
  }
  return out;
}

// Reads what the messages say, and leaves out those that are not to be shown. The recall is asked
// for again after that: one that was answered by now holds (I6).
Result<void> read_contents(BatchStore& batches,
                           std::function<std::optional<BatchRecord>(BatchKey const&)> const& find,
                           TenantNo tenant, std::vector<InboxMessage>& messages) {
  std::vector<BatchNo> numbers;
  numbers.reserve(messages.size());
  for (auto const& message : messages) numbers.push_back(message.entry.batch);
  TRY(auto stored, batches.find_batches(tenant, numbers));
  std::size_t shown = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    auto const record = find(messages[i].record.key);
    if (!stored[i] || !record || record->recall_requested()) continue;
    messages[i].content = std::move(stored[i]->content);
    if (shown != i) messages[shown] = std::move(messages[i]);
    ++shown;
  }
  messages.resize(shown);
  return {};
}

// The contents of the first messages, as many as fit; false if some were left out.
Result<bool> add_contents(BatchStore& batches,
                          std::function<std::optional<BatchRecord>(BatchKey const&)> const& find,
                          TenantNo tenant, std::size_t bytes_max,
                          std::vector<InboxMessage>& messages) {
  std::vector<InboxMessage> shown;
  std::size_t bytes = 0;
  for (std::size_t first = 0; first < messages.size(); first += kContentsAtOnce) {
    auto const begin = messages.begin() + static_cast<std::ptrdiff_t>(first);
    auto const n = std::min(kContentsAtOnce, messages.size() - first);
    std::vector<InboxMessage> some(std::make_move_iterator(begin),
                                   std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(n)));
    CHECK_OK(read_contents(batches, find, tenant, some));
    for (auto& message : some) {
      bytes += message.content.json.size();
      if (bytes > bytes_max && !shown.empty()) {
        messages = std::move(shown);
        return false;
      }
      shown.push_back(std::move(message));
    }
  }
  messages = std::move(shown);
  return true;
}

}  // namespace

Result<InboxPage> read_inbox(InboxStore& inbox, BatchStore& batches, BlockLogs& logs,
                             std::function<std::optional<BatchRecord>(BatchKey const&)> const& find,
                             InboxQuery const& query) {
  TRY(auto all, collect(inbox, logs, find, query.tenant, query.user));
  std::erase_if(all, [](auto const& message) { return message.record.recall_requested(); });
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
  while (first != all.end() && page.messages.size() < query.limit) {
    auto const wanted = static_cast<std::ptrdiff_t>(query.limit - page.messages.size());
    auto const last = first + std::min(wanted, all.end() - first);
    std::vector<InboxMessage> some(std::make_move_iterator(first), std::make_move_iterator(last));
    CHECK_OK(read_contents(batches, find, query.tenant, some));
    std::move(some.begin(), some.end(), std::back_inserter(page.messages));
    first = last;
  }
  if (first != all.end() && !page.messages.empty()) page.next = page.messages.back().entry.seq;
  return page;
}

Result<InboxNews> read_news(InboxStore& inbox, BatchStore& batches, BlockLogs& logs,
                            std::function<std::optional<BatchRecord>(BatchKey const&)> const& find,
                            NewsQuery const& query) {
  TRY(auto all, collect(inbox, logs, find, query.tenant, query.user));
  InboxNews out;
  std::vector<BatchNo> before;
  for (auto& message : all) {
    auto const& record = message.record;
    if (message.entry.seq > query.until) continue;
    if (message.entry.seq > query.after) {
      if (!record.recall_requested()) out.messages.push_back(std::move(message));
    } else if (record.recall_seq > query.after && record.recall_seq <= query.until) {
      out.recalled.push_back(record);
    } else if (!record.recall_requested()) {
      before.push_back(record.key.batch);
    }
  }
  if (out.messages.size() + out.recalled.size() > query.messages_max) {
    return InboxNews{InboxNews::Extent::too_many, {}, {}, {}};
  }
  std::sort(out.recalled.begin(), out.recalled.end(),
            [](auto const& a, auto const& b) { return a.recall_seq < b.recall_seq; });
  TRY(auto const whole,
      add_contents(batches, find, query.tenant, query.content_bytes_max, out.messages));
  if (!whole) {
    out.extent = InboxNews::Extent::first;
    std::erase_if(out.recalled, [last = out.messages.back().entry.seq](auto const& record) {
      return record.recall_seq > last;
    });
  }
  if (before.size() > kReadKnown) {
    before.erase(before.begin(), before.end() - static_cast<std::ptrdiff_t>(kReadKnown));
  }
  for (auto const& message : out.messages) before.push_back(message.record.key.batch);
  TRY(auto const times, inbox.read_times(query.tenant, query.user, before));
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (times[i] != Time{}) out.read.push_back(before[i]);
  }
  return out;
}

}  // namespace carillon

#include "inbox/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace carillon {
namespace {

constexpr std::size_t kReadKnown = 200;
constexpr std::size_t kContentsAtOnce = 64;  // so that few are read in vain

// All that this person ever had, ascending by seq; what was purged may be among it.
Result<std::vector<InboxEntry>> all_entries(InboxStore& inbox, BlockLogs& logs, TenantNo tenant,
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
  return entries;
}

// Whether one of its people has read a batch is mostly known by its counts, without the store.
enum class ReadBy : std::uint8_t { nobody, some, everybody };

ReadBy read_by(BatchRecord const& record) {
  if (record.read == 0) return ReadBy::nobody;
  return record.finished() && record.read == record.delivered ? ReadBy::everybody : ReadBy::some;
}

struct HeldMessage {
  InboxEntry entry;
  ReadBy read_by;
  bool asked;  // when this person read it
};

// Reads what the messages say, and leaves out those that are not to be shown. The batch is asked
// for after that: a recall that was answered by now holds (I6).
Result<void> read_contents(BatchStore& batches, FindBatch const& find, TenantNo tenant,
                           std::vector<InboxMessage>& messages) {
  std::vector<BatchNo> numbers;
  numbers.reserve(messages.size());
  for (auto const& message : messages) numbers.push_back(message.entry.batch);
  TRY(auto stored, batches.find_batches(tenant, numbers));
  std::size_t shown = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    auto const record = find({tenant, messages[i].entry.batch});
    if (!stored[i] || !record || record->recall_requested()) continue;
    messages[i].record = *record;
    messages[i].content = std::move(stored[i]->content);
    if (shown != i) messages[shown] = std::move(messages[i]);
    ++shown;
  }
  messages.resize(shown);
  return {};
}

// The contents of the first messages, as many as fit; false if some were left out.
Result<bool> add_contents(BatchStore& batches, FindBatch const& find, TenantNo tenant,
                          std::size_t bytes_max, std::vector<InboxMessage>& messages) {
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

// Says of the page's messages when they were read, and counts all that were not.
Result<void> add_read_times(InboxStore& inbox, InboxQuery const& query,
                            std::vector<HeldMessage> const& held, InboxPage& page) {
  std::vector<BatchNo> asked;
  for (auto const& message : held) {
    if (message.asked) asked.push_back(message.entry.batch);
  }
  TRY(auto const times, inbox.read_times(query.tenant, query.user, asked));
  auto time = times.begin();
  auto shown = page.messages.begin();  // in the order of `held`, which has them all
  for (auto const& message : held) {
    auto const read_at = message.asked ? *time++ : Time{};
    bool const read = message.asked ? read_at != Time{} : message.read_by == ReadBy::everybody;
    if (!read) ++page.unread;
    if (shown != page.messages.end() && shown->entry.seq == message.entry.seq) {
      shown->read_at = read_at;
      ++shown;
    }
  }
  return {};
}

}  // namespace

Result<InboxPage> read_inbox(InboxStore& inbox, BatchStore& batches, BlockLogs& logs,
                             FindBatch const& find, InboxQuery const& query) {
  TRY(auto const entries, all_entries(inbox, logs, query.tenant, query.user));
  std::vector<HeldMessage> held;  // newest first
  held.reserve(entries.size());
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    auto const record = find({query.tenant, entry->batch});
    if (!record || record->recall_requested()) continue;
    auto const readers = read_by(*record);
    held.push_back({*entry, readers, readers == ReadBy::some});
  }

  InboxPage page;
  auto first =
      query.before
          ? std::find_if(held.begin(), held.end(),
                         [&](auto const& message) { return message.entry.seq < query.before; })
          : held.begin();
  while (first != held.end() && page.messages.size() < query.limit) {
    auto const wanted = static_cast<std::ptrdiff_t>(query.limit - page.messages.size());
    auto const last = first + std::min(wanted, held.end() - first);
    std::vector<InboxMessage> some;
    some.reserve(static_cast<std::size_t>(last - first));
    for (; first != last; ++first) {
      first->asked = first->read_by != ReadBy::nobody;
      some.push_back({first->entry, {}, {}, {}});
    }
    CHECK_OK(read_contents(batches, find, query.tenant, some));
    std::move(some.begin(), some.end(), std::back_inserter(page.messages));
  }
  if (first != held.end() && !page.messages.empty()) page.next = page.messages.back().entry.seq;
  CHECK_OK(add_read_times(inbox, query, held, page));
  return page;
}

Result<InboxNews> read_news(InboxStore& inbox, BatchStore& batches, BlockLogs& logs,
                            FindBatch const& find, NewsQuery const& query) {
  TRY(auto const entries, all_entries(inbox, logs, query.tenant, query.user));
  InboxNews out;
  std::vector<BatchNo> before;
  for (auto const& entry : entries) {
    if (entry.seq > query.until) continue;
    auto const record = find({query.tenant, entry.batch});
    if (!record) continue;
    if (entry.seq > query.after) {
      if (!record->recall_requested()) out.messages.push_back({entry, *record, {}, {}});
    } else if (record->recall_seq > query.after && record->recall_seq <= query.until) {
      out.recalled.push_back(*record);
    } else if (!record->recall_requested()) {
      before.push_back(record->key.batch);
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

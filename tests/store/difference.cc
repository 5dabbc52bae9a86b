#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <tuple>

#include "batch/books.h"
#include "tests/store/model.h"

namespace carillon::testing {
namespace {

// A sentence, or nothing; the first sentence wins.
struct Finding {
  std::string text;

  template <class... Parts>
  void add(Parts const&... parts) {
    if (!text.empty()) return;
    std::ostringstream out;
    (out << ... << parts);
    text = out.str();
  }
  template <class T>
  bool failed(Result<T> const& result) {
    if (!result) add("the store failed: ", result.error().detail);
    return !result;
  }
};

bool same(Slice const& a, Slice const& b) {
  return a.batch == b.batch && a.seq == b.seq && a.block == b.block &&
         a.committed_at == b.committed_at && a.delivered == b.delivered && a.failed == b.failed;
}

template <class Key, class Value>
void compare(Finding& finding, char const* what, std::map<Key, Value> const& expected,
             std::map<Key, Value> const& found) {
  if (expected != found) {
    finding.add(what, ": ", found.size(), " rows, not the ", expected.size(), " expected");
  }
}

void compare_state(Finding& finding, ModelStore const& model, Ledger& ledger, Time now) {
  auto const state = ledger.load_state(now);
  if (finding.failed(state)) return;
  compare(finding, "counters", model.counters, state->counters);
  auto quota = model.quota;
  std::erase_if(quota, [&](auto const& row) {
    auto const today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    return row.first.day < today - 2;
  });
  compare(finding, "quota", quota, state->quota);
  std::map<EventKey, StoredEvent> events;
  for (auto const& stored : state->events) events[stored.event.key] = stored;
  compare(finding, "events", model.events, events);
  compare(finding, "tallies of events", model.event_tallies, state->event_tallies);
  std::map<TenantNo, UserSet> pushable;
  for (auto const& [person, row] : model.push) {
    if (row.active()) pushable[person.tenant].add(person.user);
  }
  compare(finding, "people with pushes", pushable, state->push);
  if (!(state->import == model.import)) finding.add("import progress differs");
  std::map<BatchKey, BatchRecord> expected;
  std::map<BatchKey, BatchRecord> found;
  for (auto const& [key, batch] : model.batches) expected[key] = batch.record;
  for (auto const& record : state->batches) found[record.key] = record;
  compare(finding, "batches", expected, found);
}

void compare_batch(Finding& finding, ModelStore const& model, NewBatch const& batch,
                   Reader& reader) {
  auto const key = batch.record.key;
  auto const name = "batch " + std::to_string(key.batch.value);
  auto const stored = reader.find_batch(key);
  if (finding.failed(stored)) return;
  if (!*stored) return finding.add(name, " is missing");
  if (!((*stored)->record == batch.record)) finding.add(name, ": record differs");
  if ((*stored)->content.json != batch.content.json ||
      (*stored)->content.hash != batch.content.hash ||
      (*stored)->content.msg_type != batch.content.msg_type) {
    finding.add(name, ": content differs");
  }
  if (!((*stored)->invalid == batch.invalid)) finding.add(name, ": invalid ids differ");
  auto const audience = reader.audience(key);
  if (finding.failed(audience)) return;
  if (!(audience->deliverable == batch.audience.deliverable) ||
      !(audience->unavailable == batch.audience.unavailable)) {
    finding.add(name, ": audience differs");
  }
  auto const same_withheld = [](Withheld const& a, Withheld const& b) {
    return a.rule == b.rule && a.limit == b.limit && a.users == b.users;
  };
  if (!std::equal(audience->withheld.begin(), audience->withheld.end(),
                  batch.audience.withheld.begin(), batch.audience.withheld.end(), same_withheld)) {
    finding.add(name, ": whom rules keep back differs");
  }

  std::vector<Slice> expected;
  for (auto const& [seq, slice] : model.slices) {
    if (slice.batch == key) expected.push_back(slice);
  }
  auto const slices = reader.slices(key);
  if (finding.failed(slices)) return;
  if (!std::equal(expected.begin(), expected.end(), slices->begin(), slices->end(), same)) {
    finding.add(name, ": ", slices->size(), " slices differ from ", expected.size());
  }

  std::vector<Receipt> reads;
  UserSet readers;
  for (auto const& [row, read_at] : model.receipts) {
    if (row.first != key) continue;
    reads.push_back({.batch = key, .user = row.second, .read_at = read_at});
    readers.add(row.second);
  }
  auto const receipts = reader.receipts(key, UserNo{0}, SIZE_MAX);
  if (finding.failed(receipts)) return;
  if (*receipts != reads) finding.add(name, ": receipts differ");
  auto const stored_readers = reader.readers(key);
  if (finding.failed(stored_readers)) return;
  if (!(*stored_readers == readers)) finding.add(name, ": readers differ");
}

using Entry = std::tuple<std::uint64_t, std::uint64_t, std::int64_t>;
Entry entry_of(InboxEntry const& e) { return {e.seq.value, e.batch.value, to_ms(e.committed_at)}; }
Entry entry_of(Slice const& s) { return {s.seq.value, s.batch.batch.value, to_ms(s.committed_at)}; }

void compare_inboxes(Finding& finding, ModelStore const& model, TenantNo tenant, Reader& reader) {
  std::set<std::uint32_t> people;
  std::map<BlockNo, std::vector<Slice>> blocks;
  for (std::uint32_t user = 65'515; user < 65'555; ++user) people.insert(user);
  for (auto const& [key, slice] : model.slices) {
    if (key.first != tenant) continue;
    if (slice.block) {
      blocks[*slice.block].push_back(slice);
      continue;
    }
    // Of a long list only some: the others are stored in the same way.
    for (auto const user : slice.delivered.list()) {
      if (slice.delivered.size() < 20 || user.value % 97 == 0) people.insert(user.value);
    }
  }
  for (auto const user : people) {
    std::vector<Entry> expected;
    for (auto const& [key, slice] : model.slices) {
      if (key.first == tenant && !slice.block && slice.delivered.contains(UserNo{user})) {
        expected.push_back(entry_of(slice));
      }
    }
    std::reverse(expected.begin(), expected.end());
    auto const entries = reader.person_entries(tenant, UserNo{user}, Seq{}, SIZE_MAX);
    if (finding.failed(entries)) return;
    std::vector<Entry> found;
    for (auto const& entry : *entries) found.push_back(entry_of(entry));
    if (found != expected) {
      finding.add("user ", user, " of tenant ", tenant.value, " has ", found.size(),
                  " entries, not the ", expected.size(), " expected");
    }
  }
  for (auto const& [block, expected] : blocks) {
    auto const entries = reader.block_entries(tenant, block, Seq{}, SIZE_MAX);
    if (finding.failed(entries)) return;
    bool const equal = std::equal(expected.begin(), expected.end(), entries->begin(),
                                  entries->end(), [](Slice const& slice, BlockEntry const& entry) {
                                    return entry_of(slice) == entry_of(entry.entry) &&
                                           slice.delivered == *entry.delivered;
                                  });
    if (!equal) finding.add("block ", block, " of tenant ", tenant.value, " differs");
  }
}

void compare_directory(Finding& finding, ModelStore const& model, Ledger& ledger) {
  ModelStore found;
  auto const loaded = ledger.load_directory([&](DirectoryRows&& rows) -> Result<void> {
    Change change;
    change.directory = std::move(rows);
    found.apply(change);
    return {};
  });
  if (finding.failed(loaded)) return;
  compare(finding, "tenants", model.tenants, found.tenants);
  compare(finding, "departments", model.departments, found.departments);
  compare(finding, "users", model.users, found.users);
  compare(finding, "chats", model.chats, found.chats);
  compare(finding, "images", model.images, found.images);
  compare(finding, "developers", model.developers, found.developers);
  compare(finding, "apps", model.apps, found.apps);
  compare(finding, "installations", model.installations, found.installations);
}

void compare_details(Finding& finding, ModelStore const& model, Reader& reader) {
  for (auto const& [key, details] : model.user_details) {
    auto const stored = reader.user_details(key.first, std::array{key.second});
    if (finding.failed(stored)) return;
    if (stored->front() != details) finding.add("details of user ", key.second.value, " differ");
  }
  for (auto const& [key, details] : model.department_details) {
    auto const stored = reader.department_details(key.first, std::array{key.second});
    if (finding.failed(stored)) return;
    if (stored->front() != details) {
      finding.add("details of department ", key.second.value, " differ");
    }
  }
}

void compare_push(Finding& finding, ModelStore const& model, Reader& reader) {
  for (auto const& [person, row] : model.push) {
    auto const stored = reader.find_push(person);
    if (finding.failed(stored)) return;
    if (!(*stored == row)) finding.add("pushes of user ", person.user.value, " differ");
  }
}

void compare_calls(Finding& finding, ModelStore const& model, Reader& reader) {
  for (auto const& [key, call] : model.calls) {
    auto const stored = reader.find_call(key, call.at);
    if (finding.failed(stored)) return;
    if (!*stored || (*stored)->body_hash != call.body_hash || (*stored)->made != call.made ||
        (*stored)->at != call.at) {
      finding.add("the answered call '", key.key, "' differs");
    }
  }
}

void compare_media(Finding& finding, ModelStore const& model, Ledger& ledger, Reader& reader) {
  std::set<BlobId> blobs;
  for (auto const& [key, file] : model.media) {
    auto const stored = reader.find_media(key);
    if (finding.failed(stored)) return;
    if (!*stored || !(**stored == file)) finding.add("file ", key.media.value, " differs");
    blobs.insert(file.blob.id);
  }
  for (auto const& [key, image] : model.images) {
    if (image.blob.bytes != 0) blobs.insert(image.blob.id);
  }
  for (auto const& [key, chat] : model.app_chats) {
    auto const stored = reader.find_app_chat(key);
    if (finding.failed(stored)) return;
    if (!*stored || !(**stored == chat)) finding.add("chat ", key.chat.value, " differs");
  }
  auto const found = ledger.blobs_in_use();
  if (finding.failed(found)) return;
  if (!std::equal(blobs.begin(), blobs.end(), found->begin(), found->end())) {
    finding.add("blobs in use: ", found->size(), ", not the ", blobs.size(), " expected");
  }
}

}  // namespace

std::string difference(ModelStore const& model, Ledger& ledger, Reader& reader, Time now) {
  Finding finding;
  compare_state(finding, model, ledger, now);
  for (auto const& [key, batch] : model.batches) {
    if (finding.text.empty()) compare_batch(finding, model, batch, reader);
  }
  for (auto const& [tenant, counters] : model.counters) {
    if (finding.text.empty()) compare_inboxes(finding, model, tenant, reader);
  }
  compare_directory(finding, model, ledger);
  compare_details(finding, model, reader);
  compare_push(finding, model, reader);
  compare_calls(finding, model, reader);
  compare_media(finding, model, ledger, reader);
  return finding.text;
}

std::string broken_invariant(Ledger& ledger, Reader& reader, Time now) {
  Finding finding;
  auto const state = ledger.load_state(now);
  if (finding.failed(state)) return finding.text;
  std::map<TenantNo, std::set<std::uint64_t>> seqs;
  for (auto const& record : state->batches) {
    auto const name = "batch " + std::to_string(record.key.batch.value);
    if (record.recall_seq) seqs[record.key.tenant].insert(record.recall_seq.value);
    auto const slices = reader.slices(record.key);
    if (finding.failed(slices)) return finding.text;
    UserSet reached;
    for (auto const& slice : *slices) {
      if (!seqs[record.key.tenant].insert(slice.seq.value).second) {
        finding.add(name, ": seq ", slice.seq.value, " twice");
      }
      if (reached.count_common(slice.delivered) != 0) finding.add(name, ": somebody has it twice");
      reached |= slice.delivered;
    }
    auto const imbalance = recount(reader, record.key);
    if (finding.failed(imbalance)) return finding.text;
    if (!imbalance->empty()) finding.add(name, ": ", imbalance->front());
  }
  for (auto const& [tenant, counters] : state->counters) {
    auto const& used = seqs[tenant];
    bool const contiguous =
        used.size() == counters.seq.value && (used.empty() || *used.rbegin() == used.size());
    if (!contiguous) {
      finding.add("tenant ", tenant.value, " has ", used.size(), " seqs, its counter says ",
                  counters.seq.value);
    }
  }
  return finding.text;
}

}  // namespace carillon::testing

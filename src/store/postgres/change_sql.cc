#include "store/postgres/change_sql.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "store/postgres/records.h"
#include "store/rows/batch_rows.h"
#include "store/rows/detail_rows.h"
#include "store/rows/directory_rows.h"
#include "store/rows/event_rows.h"
#include "store/rows/media_rows.h"
#include "store/rows/packing.h"
#include "store/rows/push_rows.h"
#include "store/rows/relocation_rows.h"

namespace carillon::postgres {

using namespace rows;

namespace {

// Fails unless the statement, which returns a row for each it wrote, wrote as many as expected.
#define ALL_OF(statement, expected) \
  "WITH done AS (" statement " RETURNING 1) SELECT 1 / (count(*) = " expected ")::int FROM done"

#define COUNTERS "next_batch, next_queue_no, seq, next_media, next_event, next_chat"

// A statement a tenant: there is mostly one, and arrays of one would cost twice as much.
constexpr Sql kMoveCounters{
    ALL_OF("UPDATE counters SET next_batch = $8, next_queue_no = $9, seq = $10, next_media = $11,"
           " next_event = $12, next_chat = $13 WHERE tenant = $1 AND next_batch = $2"
           " AND next_queue_no = $3 AND seq = $4 AND next_media = $5 AND next_event = $6"
           " AND next_chat = $7",
           "1")};
// Of a tenant that had none yet, or only those that all begin with.
constexpr Sql kFirstCounters{
    ALL_OF("INSERT INTO counters(tenant, " COUNTERS ") SELECT * FROM unnest($1,$2,$3,$4,$5,$6,$7)"
           " ON CONFLICT (tenant) DO UPDATE SET next_batch = excluded.next_batch,"
           " next_queue_no = excluded.next_queue_no, seq = excluded.seq,"
           " next_media = excluded.next_media, next_event = excluded.next_event,"
           " next_chat = excluded.next_chat"
           " WHERE counters.next_batch = 1 AND counters.next_queue_no = 1 AND counters.seq = 0"
           " AND counters.next_media = 1 AND counters.next_event = 1 AND counters.next_chat = 1",
           "$8")};
static_assert(Counters{}.next_batch.value == 1 && Counters{}.next_queue_no == 1 &&
              Counters{}.seq.value == 0 && Counters{}.next_media.value == 1 &&
              Counters{}.next_event.value == 1 && Counters{}.next_chat.value == 1);

// A row for each sum that has none yet, so that the second statement finds one to check.
constexpr Sql kOpenQuota{
    "INSERT INTO quota(tenant, app, day, used) SELECT t, a, d, 0 FROM unnest($1,$2,$3) u(t, a, d)"
    " ON CONFLICT DO NOTHING"};
constexpr Sql kUseQuota{
    ALL_OF("UPDATE quota q SET used = q.used + u.added"
           " FROM unnest($1,$2,$3,$4,$5,$6) u(t, a, d, added, used_before, most)"
           " WHERE q.tenant = u.t AND q.app = u.a AND q.day = u.d AND q.used <= u.used_before"
           " AND (u.most = 0 OR q.used + u.added <= u.most)",
           "$7")};

// An old answer makes room.
constexpr Sql kInsertCalls{
    ALL_OF("INSERT INTO calls(tenant, app, key, body_hash, made, at, kept)"
           " SELECT * FROM unnest($1,$2,$3,$4,$5,$6,$7)"
           " ON CONFLICT (tenant, app, key) DO UPDATE SET body_hash = excluded.body_hash,"
           " made = excluded.made, at = excluded.at, kept = excluded.kept"
           " WHERE calls.at <= excluded.at - excluded.kept",
           "$8")};

constexpr Sql kMoveBatches{
    ALL_OF("UPDATE batches b SET revision = u.revision, record = u.record"
           " FROM unnest($1,$2,$3,$4,$5) u(t, b, expected, revision, record)"
           " WHERE b.tenant = u.t AND b.batch = u.b AND b.revision = u.expected",
           "$6")};
constexpr Sql kInsertBatches{
    "INSERT INTO batches(tenant, batch, app, single, revision, record, content, json)"
    " SELECT * FROM unnest($1,$2,$3,$4,$5,$6,$7,$8)"};
constexpr Sql kReplaceContents{
    ALL_OF("UPDATE batches b SET json = u.json FROM unnest($1,$2,$3) u(t, b, json)"
           " WHERE b.tenant = u.t AND b.batch = u.b",
           "$4")};
constexpr Sql kInsertSlices{
    "INSERT INTO slices(tenant, seq, batch, block, committed_at, delivered, failed)"
    " SELECT * FROM unnest($1,$2,$3,$4,$5,$6,$7)"};
constexpr Sql kInsertReceipts{
    "INSERT INTO receipts(tenant, batch, user_no, read_at) SELECT * FROM unnest($1,$2,$3,$4)"};

constexpr Sql kInsertSpent{"INSERT INTO spent_tokens(token, expires) SELECT * FROM unnest($1,$2)"};
constexpr Sql kInsertMedia{
    "INSERT INTO media(tenant, media, app, blob, record) SELECT * FROM unnest($1,$2,$3,$4,$5)"};
constexpr Sql kInsertAppChats{
    "INSERT INTO app_chats(tenant, chat, app, record) SELECT * FROM unnest($1,$2,$3,$4)"};

constexpr Sql kInsertEvents{
    "INSERT INTO events(tenant, event, state, attempts, due, problem, record)"
    " SELECT t, e, 0, 0, 0, '', r FROM unnest($1,$2,$3) u(t, e, r)"};
constexpr Sql kDeleteEvents{
    "DELETE FROM events e USING unnest($1,$2) u(t, e) WHERE e.tenant = u.t AND e.event = u.e"};
constexpr Sql kMoveEvents{
    "UPDATE events e SET state = u.s, attempts = u.a, due = u.d, problem = u.p"
    " FROM unnest($1,$2,$3,$4,$5,$6) u(t, e, s, a, d, p) WHERE e.tenant = u.t AND e.event = u.e"};
constexpr Sql kPutTallies{
    "INSERT INTO event_tallies(tenant, app, told, refused, dead, dropped)"
    " SELECT * FROM unnest($1,$2,$3,$4,$5,$6) ON CONFLICT (tenant, app) DO UPDATE SET"
    " told = excluded.told, refused = excluded.refused, dead = excluded.dead,"
    " dropped = excluded.dropped"};

constexpr Sql kPutPush{
    "INSERT INTO push(tenant, user_no, active, record) SELECT * FROM unnest($1,$2,$3,$4)"
    " ON CONFLICT (tenant, user_no) DO UPDATE SET active = excluded.active,"
    " record = excluded.record"};
constexpr Sql kDropPush{
    "DELETE FROM push p USING unnest($1,$2) u(t, n) WHERE p.tenant = u.t AND p.user_no = u.n"};

#define PUT_MEMBER(table, member)            \
  "INSERT INTO " table "(tenant, " member    \
  ", record) SELECT * FROM unnest($1,$2,$3)" \
  " ON CONFLICT (tenant, " member ") DO UPDATE SET record = excluded.record"
#define DROP_MEMBER(table, member)                      \
  "DELETE FROM " table                                  \
  " x USING unnest($1,$2) u(t, n) WHERE x.tenant = u.t" \
  " AND x." member " = u.n"
#define PUT_RECORD(table, key)            \
  "INSERT INTO " table "(" key            \
  ", record) SELECT * FROM unnest($1,$2)" \
  " ON CONFLICT (" key ") DO UPDATE SET record = excluded.record"

constexpr Sql kPutTenants{PUT_RECORD("tenants", "tenant")};
constexpr Sql kPutDepartments{PUT_MEMBER("departments", "department")};
constexpr Sql kPutUsers{PUT_MEMBER("users", "user_no")};
constexpr Sql kPutUserDetails{PUT_MEMBER("user_details", "user_no")};
constexpr Sql kDropUserDetails{DROP_MEMBER("user_details", "user_no")};
constexpr Sql kPutDepartmentDetails{PUT_MEMBER("department_details", "department")};
constexpr Sql kDropDepartmentDetails{DROP_MEMBER("department_details", "department")};
constexpr Sql kPutChats{
    "INSERT INTO chats(tenant, chat_id, name) SELECT * FROM unnest($1,$2,$3)"
    " ON CONFLICT (tenant, chat_id) DO UPDATE SET name = excluded.name"};
constexpr Sql kPutImages{
    "INSERT INTO images(tenant, image_key, file, blob, bytes) SELECT * FROM unnest($1,$2,$3,$4,$5)"
    " ON CONFLICT (tenant, image_key) DO UPDATE SET file = excluded.file, blob = excluded.blob,"
    " bytes = excluded.bytes"};
constexpr Sql kPutDevelopers{
    "INSERT INTO developers(developer, name) SELECT * FROM unnest($1,$2)"
    " ON CONFLICT (developer) DO UPDATE SET name = excluded.name"};
constexpr Sql kPutApps{PUT_RECORD("apps", "app")};
constexpr Sql kPutInstallations{
    "INSERT INTO installations(tenant, app, installed, agent_id) SELECT * FROM unnest($1,$2,$3,$4)"
    " ON CONFLICT (tenant, app) DO UPDATE SET installed = excluded.installed,"
    " agent_id = excluded.agent_id"};
constexpr Sql kPutOperators{PUT_RECORD("operators", "operator")};

constexpr Sql kInsertAudit{
    "INSERT INTO audit(entry, at, record, target, detail, status)"
    " SELECT * FROM unnest($1,$2,$3,$4,$5,$6)"};
constexpr Sql kEndAudit{
    "UPDATE audit a SET target = u.t, detail = u.d, status = u.s"
    " FROM unnest($1,$2,$3,$4) u(e, t, d, s) WHERE a.entry = u.e"};

constexpr Sql kSetMeta{
    "INSERT INTO meta(name, value) VALUES(convert_from($1, 'UTF8'), $2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

constexpr Sql kClaimEvents{
    "UPDATE head SET events_claimed_at = $1 * extract(epoch FROM now())::int8 WHERE id = 1"};

std::string_view bytes_of_token(TokenId const& token) {
  return {reinterpret_cast<char const*>(token.data()), token.size()};
}

void add_counters(Column* columns, Counters const& c) {
  columns[0].add(c.next_batch.value);
  columns[1].add(c.next_queue_no);
  columns[2].add(c.seq.value);
  columns[3].add(c.next_media.value);
  columns[4].add(c.next_event.value);
  columns[5].add(c.next_chat.value);
}

void move_counters(Pipeline& pipeline, Change const& change) {
  auto tenants = numbers();
  std::vector<Column> first(6, numbers());
  for (auto const& [tenant, move] : change.counters) {
    auto const& [from, to] = move;
    if (from == Counters{}) {
      tenants.add(tenant.value);
      add_counters(first.data(), to);
      continue;
    }
    pipeline.add(kMoveCounters, tenant.value, from.next_batch.value, from.next_queue_no,
                 from.seq.value, from.next_media.value, from.next_event.value, from.next_chat.value,
                 to.next_batch.value, to.next_queue_no, to.seq.value, to.next_media.value,
                 to.next_event.value, to.next_chat.value);
  }
  auto const n = tenants.size();
  if (n == 0) return;
  auto& f = first;
  pipeline.add(kFirstCounters, std::move(tenants), std::move(f[0]), std::move(f[1]),
               std::move(f[2]), std::move(f[3]), std::move(f[4]), std::move(f[5]), n);
}

void use_quota(Pipeline& pipeline, Change const& change) {
  if (change.quota.empty()) return;
  auto tenants = numbers();
  auto apps = numbers();
  auto days = numbers();
  auto added = numbers();
  auto before = numbers();
  auto limits = numbers();
  bool const any_new = std::any_of(change.quota.begin(), change.quota.end(),
                                   [](auto const& entry) { return entry.second.used_before == 0; });
  for (auto const& [key, use] : change.quota) {
    tenants.add(key.tenant.value);
    apps.add(key.app.value);
    days.add(key.day);
    added.add(use.added);
    before.add(use.used_before);
    limits.add(use.limit);
  }
  if (any_new) pipeline.add(kOpenQuota, Column(tenants), Column(apps), Column(days));
  pipeline.add(kUseQuota, std::move(tenants), std::move(apps), std::move(days), std::move(added),
               std::move(before), std::move(limits), change.quota.size());
}

void insert_calls(Pipeline& pipeline, Change const& change) {
  if (change.calls.empty()) return;
  auto tenants = numbers();
  auto apps = numbers();
  auto keys = many_bytes();
  auto hashes = many_bytes();
  auto made = numbers();
  auto at = numbers();
  auto kept = numbers();
  for (auto const& [key, call] : change.calls) {
    tenants.add(key.tenant.value);
    apps.add(key.app.value);
    keys.add(key.key);
    hashes.add(call.body_hash);
    made.add(call.made);
    at.add(to_ms(call.at));
    kept.add(std::chrono::milliseconds(call.kept).count());
  }
  pipeline.add(kInsertCalls, std::move(tenants), std::move(apps), std::move(keys),
               std::move(hashes), std::move(made), std::move(at), std::move(kept),
               change.calls.size());
}

void move_batches(Pipeline& pipeline, Change const& change) {
  if (change.batch_moves.empty()) return;
  auto tenants = numbers();
  auto batches = numbers();
  auto expected = numbers();
  auto revisions = numbers();
  auto records = many_bytes();
  for (auto const& [key, move] : change.batch_moves) {
    tenants.add(key.tenant.value);
    batches.add(key.batch.value);
    expected.add(move.from_revision);
    revisions.add(move.to.revision);
    records.add(pack_record(move.to));
  }
  pipeline.add(kMoveBatches, std::move(tenants), std::move(batches), std::move(expected),
               std::move(revisions), std::move(records), change.batch_moves.size());
}

void insert_batches(Pipeline& pipeline, Change const& change) {
  if (change.new_batches.empty()) return;
  auto tenants = numbers();
  auto batches = numbers();
  auto apps = numbers();
  auto singles = numbers();
  auto revisions = numbers();
  auto records = many_bytes();
  auto contents = many_bytes();
  auto json = many_bytes();
  for (auto const& [key, batch] : change.new_batches) {
    tenants.add(key.tenant.value);
    batches.add(key.batch.value);
    apps.add(batch.record.app.value);
    singles.add(batch.record.kind == BatchKind::single ? 1 : 0);
    revisions.add(batch.record.revision);
    records.add(pack_record(batch.record));
    contents.add(pack_content(batch, {}));
    json.add(batch.content.json);
  }
  pipeline.add(kInsertBatches, std::move(tenants), std::move(batches), std::move(apps),
               std::move(singles), std::move(revisions), std::move(records), std::move(contents),
               std::move(json));
}

void replace_contents(Pipeline& pipeline, Change const& change) {
  if (change.contents.empty()) return;
  auto tenants = numbers();
  auto batches = numbers();
  auto json = many_bytes();
  for (auto const& [key, content] : change.contents) {
    tenants.add(key.tenant.value);
    batches.add(key.batch.value);
    json.add(content);
  }
  pipeline.add(kReplaceContents, std::move(tenants), std::move(batches), std::move(json),
               change.contents.size());
}

// Pointers to the rows in the order of what `key` gives of each.
template <class T, class Key>
std::vector<T const*> sorted(std::vector<T> const& rows, Key const& key) {
  std::vector<T const*> out;
  out.reserve(rows.size());
  for (auto const& row : rows) out.push_back(&row);
  std::stable_sort(out.begin(), out.end(),
                   [&](T const* a, T const* b) { return key(*a) < key(*b); });
  return out;
}

// The same, of each key the last row only: a statement may write a row once.
template <class T, class Key>
std::vector<T const*> last_of_each(std::vector<T> const& rows, Key const& key) {
  auto all = sorted(rows, key);
  std::vector<T const*> out;
  out.reserve(all.size());
  for (auto const* row : all) {
    if (!out.empty() && key(*out.back()) == key(*row)) out.pop_back();
    out.push_back(row);
  }
  return out;
}

void insert_slices(Pipeline& pipeline, Change const& change) {
  if (change.slices.empty()) return;
  auto tenants = numbers();
  auto seqs = numbers();
  auto batches = numbers();
  auto blocks = numbers();
  auto times = numbers();
  auto delivered = many_bytes();
  auto failed = many_bytes();
  for (auto const* slice :
       sorted(change.slices, [](Slice const& s) { return std::pair(s.batch.tenant, s.seq); })) {
    tenants.add(slice->batch.tenant.value);
    seqs.add(slice->seq.value);
    batches.add(slice->batch.batch.value);
    blocks.add(slice->block ? static_cast<int>(*slice->block) : -1);
    times.add(to_ms(slice->committed_at));
    delivered.add(set_bytes(slice->delivered));
    failed.add(set_bytes(slice->failed));
  }
  pipeline.add(kInsertSlices, std::move(tenants), std::move(seqs), std::move(batches),
               std::move(blocks), std::move(times), std::move(delivered), std::move(failed));
}

void insert_receipts(Pipeline& pipeline, Change const& change) {
  if (change.receipts.empty()) return;
  auto tenants = numbers();
  auto batches = numbers();
  auto users = numbers();
  auto times = numbers();
  for (auto const* receipt :
       sorted(change.receipts, [](Receipt const& r) { return std::pair(r.batch, r.user); })) {
    tenants.add(receipt->batch.tenant.value);
    batches.add(receipt->batch.batch.value);
    users.add(receipt->user.value);
    times.add(to_ms(receipt->read_at));
  }
  pipeline.add(kInsertReceipts, std::move(tenants), std::move(batches), std::move(users),
               std::move(times));
}

void insert_spent(Pipeline& pipeline, Change const& change) {
  if (change.spent_tokens.empty()) return;
  auto tokens = many_bytes();
  auto ends = numbers();
  for (auto const& [token, expires] : change.spent_tokens) {
    tokens.add(bytes_of_token(token));
    ends.add(to_ms(expires));
  }
  pipeline.add(kInsertSpent, std::move(tokens), std::move(ends));
}

void insert_media(Pipeline& pipeline, Change const& change) {
  if (!change.media.empty()) {
    auto tenants = numbers();
    auto media = numbers();
    auto apps = numbers();
    auto blobs = many_bytes();
    auto records = many_bytes();
    for (auto const& [key, file] : change.media) {
      tenants.add(key.tenant.value);
      media.add(key.media.value);
      apps.add(file.app.value);
      blobs.add(bytes_of(file.blob.id));
      records.add(pack_media(file));
    }
    pipeline.add(kInsertMedia, std::move(tenants), std::move(media), std::move(apps),
                 std::move(blobs), std::move(records));
  }
  if (!change.chats.empty()) {
    auto tenants = numbers();
    auto chats = numbers();
    auto apps = numbers();
    auto records = many_bytes();
    for (auto const& [key, chat] : change.chats) {
      tenants.add(key.tenant.value);
      chats.add(key.chat.value);
      apps.add(chat.app.value);
      records.add(pack_chat(chat));
    }
    pipeline.add(kInsertAppChats, std::move(tenants), std::move(chats), std::move(apps),
                 std::move(records));
  }
}

void move_events(Pipeline& pipeline, Change const& change) {
  auto gone_tenants = numbers();
  auto gone = numbers();
  auto tenants = numbers();
  auto events = numbers();
  auto states = numbers();
  auto attempts = numbers();
  auto due = numbers();
  auto problems = many_bytes();
  for (auto const& [key, move] : change.event_moves) {
    if (move.gone) {
      gone_tenants.add(key.tenant.value);
      gone.add(key.event.value);
      continue;
    }
    tenants.add(key.tenant.value);
    events.add(key.event.value);
    states.add(static_cast<int>(move.state));
    attempts.add(move.attempts);
    due.add(to_ms(move.due));
    problems.add(move.problem);
  }
  if (gone.size() != 0) pipeline.add(kDeleteEvents, std::move(gone_tenants), std::move(gone));
  if (events.size() != 0) {
    pipeline.add(kMoveEvents, std::move(tenants), std::move(events), std::move(states),
                 std::move(attempts), std::move(due), std::move(problems));
  }
}

void write_events(Pipeline& pipeline, Change const& change) {
  if (!change.events.empty()) {
    auto tenants = numbers();
    auto events = numbers();
    auto records = many_bytes();
    for (auto const& event : change.events) {
      tenants.add(event.key.tenant.value);
      events.add(event.key.event.value);
      records.add(pack_event(event));
    }
    pipeline.add(kInsertEvents, std::move(tenants), std::move(events), std::move(records));
  }
  move_events(pipeline, change);
  if (change.event_tallies.empty()) return;
  auto tenants = numbers();
  auto apps = numbers();
  auto told = numbers();
  auto refused = numbers();
  auto dead = numbers();
  auto dropped = numbers();
  for (auto const& [lane, tally] : change.event_tallies) {
    tenants.add(lane.tenant.value);
    apps.add(lane.app.value);
    told.add(tally.told);
    refused.add(tally.refused);
    dead.add(tally.dead);
    dropped.add(tally.dropped);
  }
  pipeline.add(kPutTallies, std::move(tenants), std::move(apps), std::move(told),
               std::move(refused), std::move(dead), std::move(dropped));
}

void write_push(Pipeline& pipeline, Change const& change) {
  auto gone_tenants = numbers();
  auto gone = numbers();
  auto tenants = numbers();
  auto users = numbers();
  auto active = numbers();
  auto records = many_bytes();
  for (auto const& [person, row] : change.push) {
    if (row == PushRow{}) {
      gone_tenants.add(person.tenant.value);
      gone.add(person.user.value);
      continue;
    }
    tenants.add(person.tenant.value);
    users.add(person.user.value);
    active.add(row.active() ? 1 : 0);
    records.add(pack_push(row));
  }
  if (gone.size() != 0) pipeline.add(kDropPush, std::move(gone_tenants), std::move(gone));
  if (users.size() == 0) return;
  pipeline.add(kPutPush, std::move(tenants), std::move(users), std::move(active),
               std::move(records));
}

// Rows (tenant, member, record); `empty` ones are removed.
template <class T, class Key, class Pack, class Empty>
void put_members(Pipeline& pipeline, Sql const& put, Sql const& drop, std::vector<T> const& rows,
                 Key const& key, Pack const& pack_row, Empty const& empty) {
  auto gone_tenants = numbers();
  auto gone = numbers();
  auto tenants = numbers();
  auto members = numbers();
  auto records = many_bytes();
  for (auto const* row : last_of_each(rows, key)) {
    auto const [tenant, member] = key(*row);
    if (empty(*row)) {
      gone_tenants.add(tenant.value);
      gone.add(member.value);
      continue;
    }
    tenants.add(tenant.value);
    members.add(member.value);
    records.add(std::string_view(pack_row(*row)));
  }
  if (gone.size() != 0) pipeline.add(drop, std::move(gone_tenants), std::move(gone));
  if (members.size() == 0) return;
  pipeline.add(put, std::move(tenants), std::move(members), std::move(records));
}

// Rows (key, record) of what is a table's own number.
template <class T>
void put_records(Pipeline& pipeline, Sql const& put, std::vector<T> const& rows) {
  if (rows.empty()) return;
  auto keys = numbers();
  auto records = many_bytes();
  for (auto const* row : last_of_each(rows, [](T const& each) { return each.no; })) {
    keys.add(row->no.value);
    records.add(pack(*row));
  }
  pipeline.add(put, std::move(keys), std::move(records));
}

void put_details(Pipeline& pipeline, DirectoryRows const& rows) {
  Packer packed;
  auto const packed_details = [&packed](auto const& row) {
    packed.clear();
    rows::pack(packed, row.details);
    return packed.bytes();
  };
  auto const is_empty = [](auto const& row) { return row.details.empty(); };
  put_members(
      pipeline, kPutUserDetails, kDropUserDetails, rows.user_details,
      [](UserDetailsRow const& row) { return std::pair(row.tenant, row.user); }, packed_details,
      is_empty);
  put_members(
      pipeline, kPutDepartmentDetails, kDropDepartmentDetails, rows.department_details,
      [](DepartmentDetailsRow const& row) { return std::pair(row.tenant, row.department); },
      packed_details, is_empty);
}

void put_named(Pipeline& pipeline, DirectoryRows const& rows) {
  if (!rows.chats.empty()) {
    auto tenants = numbers();
    auto ids = many_bytes();
    auto names = many_bytes();
    for (auto const* row : last_of_each(rows.chats, [](auto const& each) {
           return std::pair<TenantNo, std::string_view>(each.first, each.second.chat_id);
         })) {
      tenants.add(row->first.value);
      ids.add(row->second.chat_id);
      names.add(row->second.name);
    }
    pipeline.add(kPutChats, std::move(tenants), std::move(ids), std::move(names));
  }
  if (rows.images.empty()) return;
  auto tenants = numbers();
  auto keys = many_bytes();
  auto files = many_bytes();
  auto blobs = many_bytes();
  auto sizes = numbers();
  for (auto const* row : last_of_each(rows.images, [](auto const& each) {
         return std::pair<TenantNo, std::string_view>(each.first, each.second.image_key);
       })) {
    auto const& image = row->second;
    tenants.add(row->first.value);
    keys.add(image.image_key);
    files.add(image.file);
    if (image.blob.bytes == 0) {
      blobs.add_null();
    } else {
      blobs.add(bytes_of(image.blob.id));
    }
    sizes.add(image.blob.bytes);
  }
  pipeline.add(kPutImages, std::move(tenants), std::move(keys), std::move(files), std::move(blobs),
               std::move(sizes));
}

void put_apps(Pipeline& pipeline, DirectoryRows const& rows) {
  if (!rows.developers.empty()) {
    auto keys = numbers();
    auto names = many_bytes();
    for (auto const* row :
         last_of_each(rows.developers, [](Developer const& each) { return each.no; })) {
      keys.add(row->no.value);
      names.add(row->name);
    }
    pipeline.add(kPutDevelopers, std::move(keys), std::move(names));
  }
  put_records(pipeline, kPutApps, rows.apps);
  if (rows.installations.empty()) return;
  auto tenants = numbers();
  auto apps = numbers();
  auto installed = numbers();
  auto agents = numbers();
  for (auto const* row : last_of_each(rows.installations, [](Installation const& each) {
         return std::pair(each.tenant, each.app);
       })) {
    tenants.add(row->tenant.value);
    apps.add(row->app.value);
    installed.add(row->installed ? 1 : 0);
    agents.add(row->agent_id);
  }
  pipeline.add(kPutInstallations, std::move(tenants), std::move(apps), std::move(installed),
               std::move(agents));
}

void put_directory(Pipeline& pipeline, DirectoryRows const& rows) {
  if (rows.empty()) return;
  auto const by_number = [](auto const& row) { return std::pair(row.first, row.second.no); };
  auto const never = [](auto const&) { return false; };
  put_records(pipeline, kPutTenants, rows.tenants);
  std::string record;
  put_members(
      pipeline, kPutDepartments, kPutDepartments, rows.departments, by_number,
      [&record](auto const& row) -> std::string const& { return record = pack(row.second); },
      never);
  Packer packed;
  put_members(
      pipeline, kPutUsers, kPutUsers, rows.users, by_number,
      [&packed](auto const& row) {
        packed.clear();
        pack_user(packed, row.second);
        return packed.bytes();
      },
      never);
  put_details(pipeline, rows);
  put_named(pipeline, rows);
  put_apps(pipeline, rows);
  put_records(pipeline, kPutOperators, rows.operators);
}

void write_audit(Pipeline& pipeline, Change const& change) {
  if (!change.audit.empty()) {
    auto entries = numbers();
    auto times = numbers();
    auto records = many_bytes();
    auto targets = many_bytes();
    auto details = many_bytes();
    auto statuses = numbers();
    for (auto const& entry : change.audit) {
      entries.add(entry.no.value);
      times.add(to_ms(entry.at));
      records.add(pack(entry));
      targets.add(entry.target);
      details.add(entry.detail);
      statuses.add(entry.status);
    }
    pipeline.add(kInsertAudit, std::move(entries), std::move(times), std::move(records),
                 std::move(targets), std::move(details), std::move(statuses));
  }
  if (change.audit_outcomes.empty()) return;
  auto entries = numbers();
  auto targets = many_bytes();
  auto details = many_bytes();
  auto statuses = numbers();
  for (auto const& [entry, outcome] : change.audit_outcomes) {
    entries.add(entry.value);
    targets.add(outcome.target);
    details.add(outcome.detail);
    statuses.add(outcome.status);
  }
  pipeline.add(kEndAudit, std::move(entries), std::move(targets), std::move(details),
               std::move(statuses));
}

}  // namespace

constexpr Sql kBegin{"BEGIN ISOLATION LEVEL READ COMMITTED"};
constexpr Sql kCommit{"COMMIT"};

void set_meta(Pipeline& pipeline, std::string_view name, std::string_view value) {
  pipeline.add(kSetMeta, name, value);
}

// What is most likely to be out of date comes first, so that a conflict costs little.
void add_change(Pipeline& pipeline, Change const& change) {
  move_counters(pipeline, change);
  use_quota(pipeline, change);
  insert_calls(pipeline, change);
  move_batches(pipeline, change);
  insert_batches(pipeline, change);
  replace_contents(pipeline, change);
  insert_slices(pipeline, change);
  insert_spent(pipeline, change);
  insert_receipts(pipeline, change);
  insert_media(pipeline, change);
  write_events(pipeline, change);
  write_push(pipeline, change);
  put_directory(pipeline, change.directory);
  write_audit(pipeline, change);
  if (change.event_duty) {
    pipeline.add(kClaimEvents, *change.event_duty == EventDuty::claimed ? 1 : 0);
  }
  if (change.relocation) {
    set_meta(pipeline, kRelocation, pack_relocation(*change.relocation));
  }
  if (!change.import) return;
  set_meta(pipeline, kImportFile, change.import->staged_file);
  set_meta(pipeline, kImportRows, std::to_string(change.import->rows_done));
}

}  // namespace carillon::postgres

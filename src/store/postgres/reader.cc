#include "store/postgres/reader.h"

#include <unordered_map>
#include <utility>

#include "store/postgres/person_entries.h"
#include "store/postgres/records.h"
#include "store/postgres/row_reading.h"
#include "store/postgres/session.h"
#include "store/rows/batch_rows.h"
#include "store/rows/detail_rows.h"
#include "store/rows/media_rows.h"
#include "store/rows/push_rows.h"

namespace carillon::postgres {
namespace {

constexpr Sql kFindBatch{"SELECT " CARILLON_BATCH_COLUMNS
                         ", b.content, b.json FROM batches b WHERE b.tenant = $1 AND b.batch = $2"};
constexpr Sql kAudience{"SELECT content FROM batches WHERE tenant = $1 AND batch = $2"};
constexpr Sql kSlices{"SELECT " CARILLON_SLICE_COLUMNS
                      " FROM slices WHERE tenant = $1 AND batch = $2 ORDER BY seq"};
constexpr Sql kReceipts{
    "SELECT user_no, read_at FROM receipts WHERE tenant = $1 AND batch = $2 AND user_no >= $3"
    " ORDER BY user_no LIMIT $4"};
constexpr Sql kListOfApp{"SELECT " CARILLON_BATCH_COLUMNS
                         " FROM batches b WHERE b.tenant = $1 AND b.single = $2 AND b.app = $3"
                         " AND b.batch < $4 ORDER BY b.batch DESC LIMIT $5"};
// Batches of all apps are merged from the newest of each: an index of them all would cost every
// batch an entry more.
constexpr Sql kListOfAll{
    "WITH RECURSIVE apps(app) AS ("
    "(SELECT b.app FROM batches b WHERE b.tenant = $1 AND b.single = $2 ORDER BY b.app LIMIT 1)"
    " UNION ALL SELECT (SELECT b.app FROM batches b WHERE b.tenant = $1 AND b.single = $2"
    " AND b.app > apps.app ORDER BY b.app LIMIT 1) FROM apps WHERE apps.app IS NOT NULL)"
    " SELECT " CARILLON_BATCH_COLUMNS
    " FROM apps, LATERAL (SELECT * FROM batches o WHERE o.tenant = $1 AND o.single = $2"
    " AND o.app = apps.app AND o.batch < $3 ORDER BY o.batch DESC LIMIT $4) b"
    " WHERE apps.app IS NOT NULL ORDER BY b.batch DESC LIMIT $4"};
constexpr Sql kBlockEntries{
    "SELECT seq, batch, committed_at, delivered FROM slices WHERE tenant = $1 AND block = $2"
    " AND block >= 0 AND seq > $3 ORDER BY seq LIMIT $4"};
constexpr Sql kReadTimes{
    "SELECT r.batch, r.read_at FROM unnest($3) u(batch) JOIN receipts r ON r.tenant = $1"
    " AND r.batch = u.batch AND r.user_no = $2"};
constexpr Sql kFindCall{
    "SELECT body_hash, made, at FROM calls WHERE tenant = $1 AND app = $2 AND key = $3"};
constexpr Sql kFindMedia{"SELECT app, blob, record FROM media WHERE tenant = $1 AND media = $2"};
constexpr Sql kFindChat{"SELECT app, record FROM app_chats WHERE tenant = $1 AND chat = $2"};
constexpr Sql kFindPush{"SELECT record FROM push WHERE tenant = $1 AND user_no = $2"};
constexpr Sql kAudit{
    "SELECT entry, at, record, target, detail, status FROM audit WHERE entry < $1"
    " ORDER BY entry DESC LIMIT $2"};
constexpr Sql kFindEvents{"SELECT " CARILLON_EVENT_COLUMNS
                          ", u.place FROM unnest($1, $2) WITH ORDINALITY u(t, e, place)"
                          " JOIN events e ON e.tenant = u.t AND e.event = u.e ORDER BY u.place"};
constexpr Sql kUserDetails{
    "SELECT d.user_no, d.record FROM unnest($2) u(member) JOIN user_details d"
    " ON d.tenant = $1 AND d.user_no = u.member"};
constexpr Sql kDepartmentDetails{
    "SELECT d.department, d.record FROM unnest($2) u(member) JOIN department_details d"
    " ON d.tenant = $1 AND d.department = u.member"};

Result<StoredBatch> read_stored_batch(Row row) {
  StoredBatch stored;
  TRY(stored.record, read_batch(row));
  TRY(auto written, rows::read_content(row.bytes(kAfterBatch)));
  stored.content = std::move(written.content);
  stored.content.json = row.bytes(kAfterBatch + 1);
  stored.invalid = std::move(written.invalid);
  return stored;
}

class PostgresReader final : public Reader {
 public:
  explicit PostgresReader(Connection::Options options) : session_(std::move(options)) {}

  Result<void> ready() { return session_.ready(); }

  Result<void> begin_instant() override {
    session_.begin_instant();
    return {};
  }
  void end_instant() override { session_.end_instant(); }

  Result<std::vector<std::optional<StoredBatch>>> find_batches(
      TenantNo tenant, std::span<BatchNo const> batches) override {
    std::vector<std::optional<StoredBatch>> out(batches.size());
    if (batches.empty()) return out;
    // A statement each, in one round trip: for a list of numbers the planner may take the index of
    // the apps, and read all of the tenant.
    Pipeline pipeline;
    for (auto const batch : batches) pipeline.add(kFindBatch, tenant.value, batch.value);
    TRY(auto const answers, session_.ask(std::move(pipeline)));
    for (std::size_t i = 0; i < batches.size(); ++i) {
      if (answers[i].empty()) continue;
      TRY(out[i], read_stored_batch(answers[i][0]));
    }
    return out;
  }

  Result<AudienceSets> audience(BatchKey batch) override {
    TRY(auto const rows, session_.ask(kAudience, batch.tenant.value, batch.batch.value));
    if (rows.empty()) return AudienceSets{};
    return rows::read_audience(rows[0].bytes(0));
  }

  Result<std::vector<Slice>> slices(BatchKey batch) override {
    TRY(auto const rows, session_.ask(kSlices, batch.tenant.value, batch.batch.value));
    std::vector<Slice> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      TRY(auto slice, read_slice(rows[i]));
      out.push_back(std::move(slice));
    }
    return out;
  }

  Result<std::vector<Receipt>> receipts(BatchKey batch, UserNo from, std::size_t limit) override {
    TRY(auto const rows, session_.ask(kReceipts, batch.tenant.value, batch.batch.value, from.value,
                                      sql_limit(limit)));
    std::vector<Receipt> out;
    out.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto const row = rows[i];
      out.push_back(
          {.batch = batch, .user = UserNo{number32(row, 0)}, .read_at = from_ms(row.integer(1))});
    }
    return out;
  }

  Result<UserSet> readers(BatchKey batch) override {
    TRY(auto const rows,
        session_.ask(kReceipts, batch.tenant.value, batch.batch.value, 0, INT64_MAX));
    std::vector<UserNo> users;
    users.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) users.emplace_back(number32(rows[i], 0));
    UserSet set;
    set.add(users);
    return set;
  }

  Result<std::vector<BatchRecord>> list(TenantNo tenant, AppNo app, BatchKind kind, BatchNo before,
                                        std::size_t limit) override {
    int const single = kind == BatchKind::single ? 1 : 0;
    auto const bound = sql_before(before.value);
    TRY(auto const rows,
        app ? session_.ask(kListOfApp, tenant.value, single, app.value, bound, sql_limit(limit))
            : session_.ask(kListOfAll, tenant.value, single, bound, sql_limit(limit)));
    std::vector<BatchRecord> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      TRY(auto const record, read_batch(rows[i]));
      out.push_back(record);
    }
    return out;
  }

  Result<std::vector<InboxEntry>> person_entries(TenantNo tenant, UserNo user, Seq before,
                                                 std::size_t limit) override {
    return entries_.read(tenant, user, before, limit);
  }

  Result<std::vector<BlockEntry>> block_entries(TenantNo tenant, BlockNo block, Seq after,
                                                std::size_t limit) override {
    TRY(auto const rows,
        session_.ask(kBlockEntries, tenant.value, block, after.value, sql_limit(limit)));
    std::vector<BlockEntry> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto const row = rows[i];
      TRY(auto delivered, rows::read_set(row.bytes(3)));
      out.push_back({.entry = {.seq = Seq{number64(row, 0)},
                               .batch = BatchNo{number64(row, 1)},
                               .committed_at = from_ms(row.integer(2))},
                     .delivered = std::make_shared<UserSet const>(std::move(delivered))});
    }
    return out;
  }

  Result<std::vector<Time>> read_times(TenantNo tenant, UserNo user,
                                       std::span<BatchNo const> batches) override {
    std::vector<Time> out(batches.size());
    if (batches.empty()) return out;
    auto column = numbers();
    for (auto const batch : batches) column.add(batch.value);
    TRY(auto const rows, session_.ask(kReadTimes, tenant.value, user.value, std::move(column)));
    std::unordered_map<std::uint64_t, Time> times;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      times[number64(rows[i], 0)] = from_ms(rows[i].integer(1));
    }
    for (std::size_t i = 0; i < batches.size(); ++i) {
      if (auto const at = times.find(batches[i].value); at != times.end()) out[i] = at->second;
    }
    return out;
  }

  Result<std::optional<AnsweredCall>> find_call(CallKey const& key, Time not_before) override {
    TRY(auto const rows, session_.ask(kFindCall, key.tenant.value, key.app.value, key.key));
    std::optional<AnsweredCall> call;
    if (rows.empty()) return call;
    auto const row = rows[0];
    if (from_ms(row.integer(2)) < not_before) return call;
    call = {.body_hash = std::string(row.bytes(0)),
            .made = number64(row, 1),
            .at = from_ms(row.integer(2))};
    return call;
  }

  Result<std::optional<Media>> find_media(MediaKey const& key) override {
    TRY(auto const rows, session_.ask(kFindMedia, key.tenant.value, key.media.value));
    if (rows.empty()) return std::optional<Media>();
    auto const row = rows[0];
    Media media;
    media.key = key;
    media.app = AppNo{number32(row, 0)};
    if (!read_blob_id(row.bytes(1), media.blob.id) || !rows::unpack_media(row.bytes(2), media)) {
      return damaged("file", key.media.value, key.tenant);
    }
    return std::optional<Media>(std::move(media));
  }

  Result<std::optional<AppChat>> find_app_chat(ChatKey const& key) override {
    TRY(auto const rows, session_.ask(kFindChat, key.tenant.value, key.chat.value));
    if (rows.empty()) return std::optional<AppChat>();
    AppChat chat;
    chat.key = key;
    chat.app = AppNo{number32(rows[0], 0)};
    if (!rows::unpack_chat(rows[0].bytes(1), chat)) {
      return damaged("chat", key.chat.value, key.tenant);
    }
    return std::optional<AppChat>(std::move(chat));
  }

  Result<PushRow> find_push(PersonKey const& person) override {
    TRY(auto const rows, session_.ask(kFindPush, person.tenant.value, person.user.value));
    PushRow out;
    if (rows.empty() || rows::unpack_push(rows[0].bytes(0), out)) return out;
    return damaged("subscriptions of user", person.user.value, person.tenant);
  }

  Result<std::vector<AuditEntry>> audit(AuditNo before, std::size_t limit) override {
    TRY(auto const rows, session_.ask(kAudit, sql_before(before.value), sql_limit(limit)));
    std::vector<AuditEntry> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto const row = rows[i];
      auto& entry = out.emplace_back();
      entry.no = AuditNo{number64(row, 0)};
      entry.at = from_ms(row.integer(1));
      entry.target = row.bytes(3);
      entry.detail = row.bytes(4);
      entry.status = static_cast<int>(row.integer(5));
      if (!unpack(row.bytes(2), entry)) return damaged("audit entry", entry.no.value, TenantNo{});
    }
    return out;
  }

  Result<std::vector<StoredEvent>> find_events(std::span<EventKey const> keys) override {
    std::vector<StoredEvent> out;
    if (keys.empty()) return out;
    auto tenants = numbers();
    auto events = numbers();
    for (auto const& key : keys) {
      tenants.add(key.tenant.value);
      events.add(key.event.value);
    }
    TRY(auto const rows, session_.ask(kFindEvents, std::move(tenants), std::move(events)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      TRY(auto event, read_event(rows[i]));
      out.push_back(std::move(event));
    }
    return out;
  }

  Result<std::vector<UserDetails>> user_details(TenantNo tenant,
                                                std::span<UserNo const> users) override {
    return details<UserDetails>(kUserDetails, tenant, users);
  }
  Result<std::vector<DepartmentDetails>> department_details(
      TenantNo tenant, std::span<DepartmentNo const> departments) override {
    return details<DepartmentDetails>(kDepartmentDetails, tenant, departments);
  }

 private:
  template <class Details, class Number>
  Result<std::vector<Details>> details(Sql const& sql, TenantNo tenant,
                                       std::span<Number const> members) {
    std::vector<Details> out(members.size());
    if (members.empty()) return out;
    auto column = numbers();
    for (auto const member : members) column.add(member.value);
    TRY(auto const rows, session_.ask(sql, tenant.value, std::move(column)));
    std::unordered_map<std::uint32_t, Details> found;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto const member = number32(rows[i], 0);
      Details read;
      if (!rows::unpack(rows[i].bytes(1), read)) return damaged("details of", member, tenant);
      found[member] = std::move(read);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (auto const at = found.find(members[i].value); at != found.end()) out[i] = at->second;
    }
    return out;
  }

  Session session_;
  PersonEntryReader entries_{session_};
};

}  // namespace

Result<std::unique_ptr<Reader>> open_reader(Connection::Options options) {
  auto reader = std::make_unique<PostgresReader>(std::move(options));
  CHECK_OK(reader->ready());
  return std::unique_ptr<Reader>(std::move(reader));
}

}  // namespace carillon::postgres

#include "store/sqlite/reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "store/rows/batch_rows.h"
#include "store/sqlite/account_tables.h"
#include "store/sqlite/batch_tables.h"
#include "store/sqlite/detail_tables.h"
#include "store/sqlite/event_tables.h"
#include "store/sqlite/keys.h"
#include "store/sqlite/media_tables.h"
#include "store/sqlite/person_entries.h"
#include "store/sqlite/push_tables.h"
#include "store/sqlite/sign_in_tables.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

std::int64_t sql_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX));
}

// The last key that lies below `before`; of all of the tenant's if that is 0.
std::int64_t last_before(TenantNo tenant, std::uint64_t before) {
  return pack_key(tenant, before == 0 ? kLowMax : before - 1);
}

class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(std::unique_ptr<Database> db)
      : db_(std::move(db)),
        tables_(*db_),
        accounts_(*db_),
        media_(*db_),
        events_(*db_),
        push_(*db_),
        details_(*db_),
        sign_in_(*db_),
        entries_(*db_, tables_) {}

  Result<std::vector<std::optional<StoredBatch>>> find_batches(
      TenantNo tenant, std::span<BatchNo const> batches) override {
    std::vector<std::optional<StoredBatch>> out(batches.size());
    TRY(auto instant, Transaction::begin_read(*db_));
    for (std::size_t i = 0; i < batches.size(); ++i) {
      auto row = tables_.find_batch.query(batch_key({tenant, batches[i]}));
      if (row.next()) {
        TRY(out[i], read_stored_batch(row));
      }
      CHECK_OK(row.end());
    }
    CHECK_OK(instant.commit());
    return out;
  }

  Result<AudienceSets> audience(BatchKey batch) override {
    auto row = tables_.find_content.query(batch_key(batch));
    if (row.next()) return read_audience(row.bytes(0));
    CHECK_OK(row.end());
    return AudienceSets{};
  }

  Result<std::vector<Slice>> slices(BatchKey batch) override {
    std::vector<Slice> slices;
    auto const collect = [&](Cursor& row) -> Result<void> {
      while (row.next()) {
        TRY(auto slice, read_slice(row));
        slices.push_back(std::move(slice));
      }
      return row.end();
    };
    TRY(auto instant, Transaction::begin_read(*db_));
    {
      auto small = tables_.small_slice_of.query(batch_key(batch));
      if (small.next()) {
        auto row = tables_.find_slice.query(small.integer(0));
        CHECK_OK(collect(row));
      }
      CHECK_OK(small.end());
      auto blocks = tables_.slices_of_batch.query(batch_key(batch));
      CHECK_OK(collect(blocks));
    }
    CHECK_OK(instant.commit());
    return slices;
  }

  Result<std::vector<Receipt>> receipts(BatchKey batch, UserNo from, std::size_t limit) override {
    std::vector<Receipt> receipts;
    auto row = tables_.list_receipts.query(batch_key(batch), from.value, sql_limit(limit));
    while (row.next()) {
      receipts.push_back({.batch = batch,
                          .user = UserNo{static_cast<std::uint32_t>(row.integer(0))},
                          .read_at = from_ms(row.integer(1))});
    }
    CHECK_OK(row.end());
    return receipts;
  }

  Result<UserSet> readers(BatchKey batch) override {
    std::vector<UserNo> users;
    auto row = tables_.list_receipts.query(batch_key(batch), 0, INT64_MAX);
    while (row.next()) users.emplace_back(static_cast<std::uint32_t>(row.integer(0)));
    CHECK_OK(row.end());
    UserSet set;
    set.add(users);
    return set;
  }

  Result<std::vector<BatchRecord>> list(TenantNo tenant, AppNo app, BatchKind kind, BatchNo before,
                                        std::size_t limit) override {
    TRY(auto instant, Transaction::begin_read(*db_));
    TRY(auto const keys, list_keys(tenant, app, kind, before, limit));
    std::vector<BatchRecord> records;
    for (auto const key : keys) {
      auto row = tables_.find_record.query(key);
      if (row.next()) {
        TRY(auto record, read_batch(row));
        records.push_back(record);
      }
      CHECK_OK(row.end());
    }
    CHECK_OK(instant.commit());
    return records;
  }

  Result<std::vector<InboxEntry>> person_entries(TenantNo tenant, UserNo user, Seq before,
                                                 std::size_t limit) override {
    return entries_.read(tenant, user, before, limit);
  }

  Result<std::vector<BlockEntry>> block_entries(TenantNo tenant, BlockNo block, Seq after,
                                                std::size_t limit) override {
    std::vector<BlockEntry> entries;
    auto row = tables_.slices_of_block.query(block_key(tenant, block), slice_key(tenant, after),
                                             sql_limit(limit));
    while (row.next()) {
      TRY(auto slice, read_slice(row));
      entries.push_back({.entry = {.seq = slice.seq,
                                   .batch = slice.batch.batch,
                                   .committed_at = slice.committed_at},
                         .delivered = std::make_shared<UserSet const>(std::move(slice.delivered))});
    }
    CHECK_OK(row.end());
    return entries;
  }

  Result<void> begin_instant() override {
    TRY(auto instant, Transaction::begin_read(*db_));
    instant_.emplace(std::move(instant));
    return {};
  }
  void end_instant() override { instant_.reset(); }

  Result<std::vector<Time>> read_times(TenantNo tenant, UserNo user,
                                       std::span<BatchNo const> batches) override {
    std::vector<Time> times;
    times.reserve(batches.size());
    TRY(auto instant, Transaction::begin_read(*db_));
    for (auto const batch : batches) {
      auto row = tables_.find_receipt.query(batch_key({tenant, batch}), user.value);
      times.push_back(row.next() ? from_ms(row.integer(0)) : Time{});
      CHECK_OK(row.end());
    }
    CHECK_OK(instant.commit());
    return times;
  }

  Result<std::optional<AnsweredCall>> find_call(CallKey const& key, Time not_before) override {
    return sqlite::find_call(accounts_, key, not_before);
  }

  Result<std::optional<Media>> find_media(MediaKey const& key) override {
    return sqlite::find_media(media_, key);
  }

  Result<PushRow> find_push(PersonKey const& person) override {
    return sqlite::find_push(push_, person);
  }

  Result<std::vector<AuditEntry>> audit(AuditNo before, std::size_t limit) override {
    return list_audit(sign_in_, before, limit);
  }

  Result<std::vector<StoredEvent>> find_events(std::span<EventKey const> keys) override {
    std::vector<StoredEvent> found;
    for (auto const& key : keys) {
      auto row = events_.find_event.query(event_key(key));
      if (row.next()) {
        TRY(auto event, read_event(row));
        found.push_back(std::move(event));
      }
      CHECK_OK(row.end());
    }
    return found;
  }
  Result<std::vector<UserDetails>> user_details(TenantNo tenant,
                                                std::span<UserNo const> users) override {
    return find_details(details_, tenant, users);
  }
  Result<std::vector<DepartmentDetails>> department_details(
      TenantNo tenant, std::span<DepartmentNo const> departments) override {
    return find_details(details_, tenant, departments);
  }
  Result<std::optional<AppChat>> find_app_chat(ChatKey const& key) override {
    return sqlite::find_app_chat(media_, key);
  }

 private:
  // Keys of batches as list() wants them. Batches of all apps are merged from those of each: an
  // index of them all would cost every batch a page more.
  Result<std::vector<std::int64_t>> list_keys(TenantNo tenant, AppNo app, BatchKind kind,
                                              BatchNo before, std::size_t limit) {
    auto const first = pack_key(tenant, 0);
    auto const last = last_before(tenant, before.value);
    std::vector<std::int64_t> keys;
    auto const collect = [&keys](Cursor row) -> Result<void> {
      while (row.next()) keys.push_back(row.integer(0));
      return row.end();
    };
    bool const singles = kind == BatchKind::single;
    auto& of_app = singles ? tables_.singles_of_app : tables_.batches_of_app;
    if (app) {
      CHECK_OK(collect(of_app.query(app.value, first, last, sql_limit(limit))));
      return keys;
    }
    CHECK_OK(collect((singles ? tables_.apps_with_singles : tables_.apps_with_batches).query()));
    for (auto const each : std::exchange(keys, {})) {
      CHECK_OK(collect(of_app.query(each, first, last, sql_limit(limit))));
    }
    std::sort(keys.begin(), keys.end(), std::greater<>());
    if (keys.size() > limit) keys.resize(limit);
    return keys;
  }

  std::unique_ptr<Database> db_;
  std::optional<Transaction> instant_;
  BatchTables tables_;
  AccountTables accounts_;
  MediaTables media_;
  EventTables events_;
  PushTables push_;
  DetailTables details_;
  SignInTables sign_in_;
  PersonEntryReader entries_;
};

}  // namespace

Result<std::unique_ptr<Reader>> open_reader(Database::Options options) {
  options.mode = Database::Mode::read;
  TRY(auto db, Database::open(std::move(options)));
  return std::unique_ptr<Reader>(std::make_unique<SqliteReader>(std::move(db)));
}

}  // namespace carillon::sqlite

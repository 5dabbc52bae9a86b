#include "store/sqlite/export.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/rows/batch_rows.h"
#include "store/rows/detail_rows.h"
#include "store/rows/media_rows.h"
#include "store/rows/packing.h"
#include "store/rows/push_rows.h"
#include "store/sqlite/batch_tables.h"
#include "store/sqlite/event_tables.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

// A page ends with the row that reaches it.
constexpr std::size_t kPageBytesMax = 4 << 20;

std::uint32_t low32(Cursor const& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}
std::uint64_t low64(Cursor const& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

Error damaged_row(char const* what, std::int64_t key) {
  return fail(Errc::internal,
              std::string("the stored ") + what + " of key " + std::to_string(key) + " is damaged");
}

// The place of a row is the numbers of its key.
template <std::size_t kNumbers>
std::array<std::int64_t, kNumbers> read_place(std::string_view place) {
  std::array<std::int64_t, kNumbers> key;
  key.fill(-1);
  Unpacker in(place);
  if (!place.empty()) {
    for (auto& number : key) number = in.signed_number();
  }
  return key;
}

class SqliteExport final : public LedgerExport {
 public:
  explicit SqliteExport(std::unique_ptr<Database> db)
      : db_(std::move(db)),
        user_details_(*db_,
                      "SELECT member, row FROM user_details WHERE member > ?"
                      " ORDER BY member LIMIT ?"),
        department_details_(*db_,
                            "SELECT member, row FROM department_details WHERE member > ?"
                            " ORDER BY member LIMIT ?"),
        batches_(*db_,
                 "SELECT b.batch, b.app, b.revision, b.record,"
                 " coalesce(b.content, (SELECT content FROM contents c WHERE c.batch = b.batch))"
                 " FROM batches b WHERE b.batch > ? ORDER BY b.batch LIMIT ?"),
        slices_(*db_,
                "SELECT slice, batch, block, committed_at, delivered, failed FROM slices"
                " WHERE slice > ? ORDER BY slice LIMIT ?"),
        receipts_(*db_,
                  "SELECT batch, user, read_at FROM receipts WHERE (batch, user) > (?, ?)"
                  " ORDER BY batch, user LIMIT ?"),
        quota_(*db_,
               "SELECT tenant, app, day, used FROM quota WHERE (tenant, app, day) > (?, ?, ?)"
               " ORDER BY tenant, app, day LIMIT ?"),
        calls_(*db_,
               "SELECT call, tenant, app, key, body_hash, made, at FROM calls WHERE call > ?"
               " ORDER BY call LIMIT ?"),
        media_(*db_,
               "SELECT media, app, blob, record FROM media WHERE media > ? ORDER BY media LIMIT ?"),
        app_chats_(*db_,
                   "SELECT chat, app, record FROM app_chats WHERE chat > ? ORDER BY chat LIMIT ?"),
        events_(*db_,
                "SELECT event, state, attempts, due, problem, record FROM events WHERE event > ?"
                " ORDER BY event LIMIT ?"),
        tallies_(*db_,
                 "SELECT tenant, app, told, refused, dead, dropped FROM event_tallies"
                 " WHERE (tenant, app) > (?, ?) ORDER BY tenant, app LIMIT ?"),
        push_(*db_, "SELECT member, record FROM push WHERE member > ? ORDER BY member LIMIT ?"),
        spent_tokens_(*db_,
                      "SELECT token, expires FROM spent_tokens WHERE token > ?"
                      " ORDER BY token LIMIT ?"),
        counters_(*db_,
                  "SELECT tenant, next_batch, next_queue_no, seq, next_media, next_event,"
                  " next_chat FROM counters WHERE tenant > ? ORDER BY tenant LIMIT ?") {}

  Result<ExportPage> read(ExportTable table, std::string_view after, std::size_t limit,
                          Change& out) override {
    switch (table) {
      case ExportTable::user_details:
        return members(user_details_, after, limit,
                       [&out](TenantNo tenant, std::uint32_t member, std::string_view bytes) {
                         UserDetailsRow row{tenant, UserNo{member}, {}};
                         bool const whole = unpack(bytes, row.details);
                         out.directory.user_details.push_back(std::move(row));
                         return whole;
                       });
      case ExportTable::department_details:
        return members(department_details_, after, limit,
                       [&out](TenantNo tenant, std::uint32_t member, std::string_view bytes) {
                         DepartmentDetailsRow row{tenant, DepartmentNo{member}, {}};
                         bool const whole = unpack(bytes, row.details);
                         out.directory.department_details.push_back(std::move(row));
                         return whole;
                       });
      case ExportTable::batches:
        return batches(after, limit, out);
      case ExportTable::slices:
        return page<1>(slices_, after, limit, [&](Cursor const& row) -> Result<void> {
          TRY(auto slice, read_slice(row));
          bytes_ += row.bytes(kSliceDelivered).size() + row.bytes(kSliceFailed).size();
          out.slices.push_back(std::move(slice));
          return {};
        });
      case ExportTable::receipts:
        return page<2>(receipts_, after, limit, [&](Cursor const& row) -> Result<void> {
          out.receipts.push_back(
              {batch_of(row.integer(0)), UserNo{low32(row, 1)}, from_ms(row.integer(2))});
          return {};
        });
      case ExportTable::quota:
        return page<3>(quota_, after, limit, [&](Cursor const& row) -> Result<void> {
          QuotaKey const key{TenantNo{low32(row, 0)}, AppNo{low32(row, 1)},
                             static_cast<Day>(row.integer(2))};
          out.quota[key] = {.added = low64(row, 3)};
          return {};
        });
      case ExportTable::calls:
        return page<1>(calls_, after, limit, [&](Cursor const& row) -> Result<void> {
          AnsweredCall call;
          call.body_hash = row.bytes(4);
          call.made = low64(row, 5);
          call.at = from_ms(row.integer(6));
          CallKey key{TenantNo{low32(row, 1)}, AppNo{low32(row, 2)}, std::string(row.bytes(3))};
          out.calls.emplace(std::move(key), std::move(call));
          return {};
        });
      case ExportTable::media:
        return media(after, limit, out);
      case ExportTable::app_chats:
        return app_chats(after, limit, out);
      case ExportTable::events:
        return events(after, limit, out);
      case ExportTable::event_tallies:
        return page<2>(tallies_, after, limit, [&](Cursor const& row) -> Result<void> {
          out.event_tallies[{TenantNo{low32(row, 0)}, AppNo{low32(row, 1)}}] = {
              low64(row, 2), low64(row, 3), low64(row, 4), low64(row, 5)};
          return {};
        });
      case ExportTable::push:
        return members(push_, after, limit,
                       [&out](TenantNo tenant, std::uint32_t member, std::string_view bytes) {
                         return unpack_push(bytes, out.push[{tenant, UserNo{member}}]);
                       });
      case ExportTable::spent_tokens:
        return spent_tokens(after, limit, out);
      case ExportTable::counters:
        break;
    }
    return page<1>(counters_, after, limit, [&](Cursor const& row) -> Result<void> {
      out.counters[TenantNo{low32(row, 0)}].to = {.next_batch = BatchNo{low64(row, 1)},
                                                  .next_queue_no = low64(row, 2),
                                                  .seq = Seq{low64(row, 3)},
                                                  .next_media = MediaNo{low64(row, 4)},
                                                  .next_event = EventNo{low64(row, 5)},
                                                  .next_chat = ChatNo{low64(row, 6)}};
      return {};
    });
  }

 private:
  // take(row) for each row of a page whose key are its first columns.
  template <std::size_t kKeyColumns, class Take>
  Result<ExportPage> page(Statement& statement, std::string_view after, std::size_t limit,
                          Take const& take) {
    auto const key = read_place<kKeyColumns>(after);
    auto const rows = static_cast<std::int64_t>(limit);
    auto const query = [&] {
      if constexpr (kKeyColumns == 1) return statement.query(key[0], rows);
      if constexpr (kKeyColumns == 2) return statement.query(key[0], key[1], rows);
      if constexpr (kKeyColumns == 3) return statement.query(key[0], key[1], key[2], rows);
    };
    auto row = query();
    ExportPage out;
    bytes_ = 0;
    while (bytes_ < kPageBytesMax && row.next()) {
      CHECK_OK(take(row));
      ++out.rows;
      Packer place;
      for (std::size_t column = 0; column < kKeyColumns; ++column) {
        place.signed_number(row.integer(static_cast<int>(column)));
      }
      out.last = place.take();
    }
    if (bytes_ < kPageBytesMax) CHECK_OK(row.end());
    return out;
  }

  template <class Put>
  Result<ExportPage> members(Statement& statement, std::string_view after, std::size_t limit,
                             Put const& put) {
    return page<1>(statement, after, limit, [&](Cursor const& row) -> Result<void> {
      auto const key = row.integer(0);
      bytes_ += row.bytes(1).size();
      if (put(tenant_of_member(key), member_of(key), row.bytes(1))) return {};
      return damaged_row("details or subscriptions", key);
    });
  }

  Result<ExportPage> batches(std::string_view after, std::size_t limit, Change& out) {
    constexpr int kContent = 4;
    return page<1>(batches_, after, limit, [&](Cursor const& row) -> Result<void> {
      TRY(auto stored, read_stored_batch(row));
      NewBatch batch{stored.record, std::move(stored.content), std::move(stored.invalid), {}};
      TRY(batch.audience, read_audience(row.bytes(kContent)));
      bytes_ += row.bytes(kContent).size();
      out.new_batches.emplace(batch.record.key, std::move(batch));
      return {};
    });
  }

  Result<ExportPage> media(std::string_view after, std::size_t limit, Change& out) {
    return page<1>(media_, after, limit, [&](Cursor const& row) -> Result<void> {
      auto const key = row.integer(0);
      Media media;
      media.key = {tenant_of(key), MediaNo{low_of(key)}};
      media.app = AppNo{low32(row, 1)};
      if (!read_blob_id(row.bytes(2), media.blob.id) || !unpack_media(row.bytes(3), media)) {
        return damaged_row("file", key);
      }
      out.media.emplace(media.key, std::move(media));
      return {};
    });
  }

  Result<ExportPage> app_chats(std::string_view after, std::size_t limit, Change& out) {
    return page<1>(app_chats_, after, limit, [&](Cursor const& row) -> Result<void> {
      auto const key = row.integer(0);
      AppChat chat;
      chat.key = {tenant_of(key), ChatNo{low_of(key)}};
      chat.app = AppNo{low32(row, 1)};
      if (!unpack_chat(row.bytes(2), chat)) return damaged_row("chat", key);
      out.chats.emplace(chat.key, std::move(chat));
      return {};
    });
  }

  Result<ExportPage> events(std::string_view after, std::size_t limit, Change& out) {
    return page<1>(events_, after, limit, [&](Cursor const& row) -> Result<void> {
      TRY(auto stored, read_event(row));
      EventMove move;
      move.state = stored.state;
      move.attempts = stored.attempts;
      move.due = stored.due;
      move.problem = std::move(stored.problem);
      if (move != EventMove{}) out.event_moves.emplace(stored.event.key, std::move(move));
      out.events.push_back(std::move(stored.event));
      return {};
    });
  }

  Result<ExportPage> spent_tokens(std::string_view after, std::size_t limit, Change& out) {
    std::string const first(1, '\0');  // below every token
    auto row = spent_tokens_.query(Blob{after.empty() ? std::string_view(first) : after},
                                   static_cast<std::int64_t>(limit));
    ExportPage page;
    while (row.next()) {
      auto const bytes = row.bytes(0);
      TokenId token{};
      std::copy_n(bytes.begin(), std::min(bytes.size(), token.size()), token.begin());
      out.spent_tokens[token] = from_ms(row.integer(1));
      ++page.rows;
      page.last = bytes;
    }
    CHECK_OK(row.end());
    return page;
  }

  std::unique_ptr<Database> db_;
  Statement user_details_, department_details_, batches_, slices_, receipts_, quota_, calls_;
  Statement media_, app_chats_, events_, tallies_, push_, spent_tokens_, counters_;
  std::size_t bytes_ = 0;  // of the page that is being read
};

}  // namespace

Result<std::unique_ptr<LedgerExport>> open_export(Database::Options options) {
  options.mode = Database::Mode::read;
  TRY(auto db, Database::open(std::move(options)));
  return std::unique_ptr<LedgerExport>(std::make_unique<SqliteExport>(std::move(db)));
}

}  // namespace carillon::sqlite

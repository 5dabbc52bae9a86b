#include "store/postgres/export.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/postgres/migrations.h"
#include "store/postgres/row_reading.h"
#include "store/postgres/session.h"
#include "store/rows/batch_rows.h"
#include "store/rows/detail_rows.h"
#include "store/rows/media_rows.h"
#include "store/rows/packing.h"
#include "store/rows/push_rows.h"

namespace carillon::postgres {
namespace {

// A page comes whole, so its rows are as many as the last ones' size makes likely to fit.
constexpr std::size_t kPageBytesWanted = 4 << 20;
constexpr std::size_t kFirstPageRows = 256;

constexpr Sql kUserDetailsPage{
    "SELECT tenant, user_no, record FROM user_details WHERE (tenant, user_no) > ($1, $2)"
    " ORDER BY tenant, user_no LIMIT $3"};
constexpr Sql kDepartmentDetailsPage{
    "SELECT tenant, department, record FROM department_details"
    " WHERE (tenant, department) > ($1, $2) ORDER BY tenant, department LIMIT $3"};
constexpr Sql kBatchesPage{"SELECT " CARILLON_BATCH_COLUMNS
                           ", b.content, b.json FROM batches b"
                           " WHERE (b.tenant, b.batch) > ($1, $2)"
                           " ORDER BY b.tenant, b.batch LIMIT $3"};
constexpr Sql kSlicesPage{"SELECT " CARILLON_SLICE_COLUMNS
                          " FROM slices WHERE (tenant, seq) > ($1, $2)"
                          " ORDER BY tenant, seq LIMIT $3"};
constexpr Sql kReceiptsPage{
    "SELECT tenant, batch, user_no, read_at FROM receipts"
    " WHERE (tenant, batch, user_no) > ($1, $2, $3) ORDER BY tenant, batch, user_no LIMIT $4"};
constexpr Sql kQuotaPage{
    "SELECT tenant, app, day, used FROM quota WHERE (tenant, app, day) > ($1, $2, $3)"
    " ORDER BY tenant, app, day LIMIT $4"};
// By the index of their age. Those of one moment come together, so that a place is a moment.
constexpr Sql kCallsPage{
    "SELECT tenant, at, app, key, body_hash, made FROM calls WHERE (tenant, at) > ($1, $2)"
    " ORDER BY tenant, at FETCH FIRST $3 ROWS WITH TIES"};
constexpr Sql kMediaPage{
    "SELECT tenant, media, app, blob, record FROM media WHERE (tenant, media) > ($1, $2)"
    " ORDER BY tenant, media LIMIT $3"};
constexpr Sql kAppChatsPage{
    "SELECT tenant, chat, app, record FROM app_chats WHERE (tenant, chat) > ($1, $2)"
    " ORDER BY tenant, chat LIMIT $3"};
constexpr Sql kEventsPage{"SELECT " CARILLON_EVENT_COLUMNS
                          " FROM events e WHERE (e.tenant, e.event) > ($1, $2)"
                          " ORDER BY e.tenant, e.event LIMIT $3"};
constexpr Sql kTalliesPage{
    "SELECT tenant, app, told, refused, dead, dropped FROM event_tallies"
    " WHERE (tenant, app) > ($1, $2) ORDER BY tenant, app LIMIT $3"};
constexpr Sql kPushPage{
    "SELECT tenant, user_no, record FROM push WHERE (tenant, user_no) > ($1, $2)"
    " ORDER BY tenant, user_no LIMIT $3"};
constexpr Sql kSpentPage{
    "SELECT token, expires FROM spent_tokens WHERE token > $1 ORDER BY token LIMIT $2"};
constexpr Sql kCountersPage{
    "SELECT tenant, next_batch, next_queue_no, seq, next_media, next_event, next_chat"
    " FROM counters WHERE tenant > $1 ORDER BY tenant LIMIT $2"};

// The place of a row is the numbers of its key.
template <std::size_t kNumbers>
std::array<std::int64_t, kNumbers> place_of(std::string_view place) {
  std::array<std::int64_t, kNumbers> key;
  key.fill(-1);
  rows::Unpacker in(place);
  if (!place.empty()) {
    for (auto& number : key) number = in.signed_number();
  }
  return key;
}

class PostgresExport final : public LedgerExport {
 public:
  explicit PostgresExport(Connection::Options options) : session_(std::move(options)) {}

  Result<void> ready() {
    CHECK_OK(session_.ready());
    return check_all_known(session_.connection());
  }

  Result<ExportPage> read(ExportTable table, std::string_view after, std::size_t limit,
                          Change& out) override {
    if (table != table_) page_rows_ = kFirstPageRows;
    table_ = table;
    switch (table) {
      case ExportTable::user_details:
        return members(kUserDetailsPage, after, limit,
                       [&out](TenantNo tenant, std::uint32_t member, std::string_view bytes) {
                         UserDetailsRow row{tenant, UserNo{member}, {}};
                         bool const whole = rows::unpack(bytes, row.details);
                         out.directory.user_details.push_back(std::move(row));
                         return whole;
                       });
      case ExportTable::department_details:
        return members(kDepartmentDetailsPage, after, limit,
                       [&out](TenantNo tenant, std::uint32_t member, std::string_view bytes) {
                         DepartmentDetailsRow row{tenant, DepartmentNo{member}, {}};
                         bool const whole = rows::unpack(bytes, row.details);
                         out.directory.department_details.push_back(std::move(row));
                         return whole;
                       });
      case ExportTable::batches:
        return batches(after, limit, out);
      case ExportTable::slices:
        return page<2>(kSlicesPage, after, limit, [&](Row const& row) -> Result<void> {
          TRY(auto slice, read_slice(row));
          bytes_ += row.bytes(5).size() + row.bytes(6).size();
          out.slices.push_back(std::move(slice));
          return {};
        });
      case ExportTable::receipts:
        return page<3>(kReceiptsPage, after, limit, [&](Row const& row) -> Result<void> {
          out.receipts.push_back({{tenant_in(row), BatchNo{number64(row, 1)}},
                                  UserNo{number32(row, 2)},
                                  from_ms(row.integer(3))});
          return {};
        });
      case ExportTable::quota:
        return page<3>(kQuotaPage, after, limit, [&](Row const& row) -> Result<void> {
          out.quota[{tenant_in(row), AppNo{number32(row, 1)}, static_cast<Day>(row.integer(2))}] = {
              .added = number64(row, 3)};
          return {};
        });
      case ExportTable::calls:
        return page<2>(kCallsPage, after, limit, [&](Row const& row) -> Result<void> {
          AnsweredCall call;
          call.body_hash = row.bytes(4);
          call.made = number64(row, 5);
          call.at = from_ms(row.integer(1));
          CallKey key{tenant_in(row), AppNo{number32(row, 2)}, std::string(row.bytes(3))};
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
        return page<2>(kTalliesPage, after, limit, [&](Row const& row) -> Result<void> {
          out.event_tallies[{tenant_in(row), AppNo{number32(row, 1)}}] = {
              number64(row, 2), number64(row, 3), number64(row, 4), number64(row, 5)};
          return {};
        });
      case ExportTable::push:
        return members(kPushPage, after, limit,
                       [&out](TenantNo tenant, std::uint32_t member, std::string_view bytes) {
                         return rows::unpack_push(bytes, out.push[{tenant, UserNo{member}}]);
                       });
      case ExportTable::spent_tokens:
        return spent_tokens(after, limit, out);
      case ExportTable::counters:
        break;
    }
    return page<1>(kCountersPage, after, limit, [&](Row const& row) -> Result<void> {
      out.counters[tenant_in(row)].to = {.next_batch = BatchNo{number64(row, 1)},
                                         .next_queue_no = number64(row, 2),
                                         .seq = Seq{number64(row, 3)},
                                         .next_media = MediaNo{number64(row, 4)},
                                         .next_event = EventNo{number64(row, 5)},
                                         .next_chat = ChatNo{number64(row, 6)}};
      return {};
    });
  }

 private:
  // take(row) for each row of a page whose key are its first columns.
  template <std::size_t kKeyColumns, class Take>
  Result<ExportPage> page(Sql const& sql, std::string_view after, std::size_t limit,
                          Take const& take) {
    auto const key = place_of<kKeyColumns>(after);
    auto const most = std::max<std::size_t>(1, std::min(limit, page_rows_));
    auto const ask = [&] {
      if constexpr (kKeyColumns == 1) return session_.ask(sql, key[0], most);
      if constexpr (kKeyColumns == 2) return session_.ask(sql, key[0], key[1], most);
      if constexpr (kKeyColumns == 3) return session_.ask(sql, key[0], key[1], key[2], most);
    };
    TRY(auto const found, ask());
    bytes_ = 0;
    for (std::size_t i = 0; i < found.size(); ++i) CHECK_OK(take(found[i]));
    ExportPage out;
    out.rows = found.size();
    if (out.rows == 0) return out;
    rows::Packer place;
    for (std::size_t column = 0; column < kKeyColumns; ++column) {
      place.signed_number(found[out.rows - 1].integer(static_cast<int>(column)));
    }
    out.last = place.take();
    page_rows_ = kPageBytesWanted / (bytes_ / out.rows + 1);
    return out;
  }

  template <class Put>
  Result<ExportPage> members(Sql const& sql, std::string_view after, std::size_t limit,
                             Put const& put) {
    return page<2>(sql, after, limit, [&](Row const& row) -> Result<void> {
      bytes_ += row.bytes(2).size();
      if (put(tenant_in(row), number32(row, 1), row.bytes(2))) return {};
      return damaged("details or subscriptions of user", number64(row, 1), tenant_in(row));
    });
  }

  Result<ExportPage> batches(std::string_view after, std::size_t limit, Change& out) {
    return page<2>(kBatchesPage, after, limit, [&](Row const& row) -> Result<void> {
      TRY(auto const record, read_batch(row));
      TRY(auto written, rows::read_content(row.bytes(kAfterBatch)));
      NewBatch batch{record, std::move(written.content), std::move(written.invalid), {}};
      batch.content.json = row.bytes(kAfterBatch + 1);
      TRY(batch.audience, rows::read_audience(row.bytes(kAfterBatch)));
      bytes_ += row.bytes(kAfterBatch).size() + batch.content.json.size();
      out.new_batches.emplace(record.key, std::move(batch));
      return {};
    });
  }

  Result<ExportPage> media(std::string_view after, std::size_t limit, Change& out) {
    return page<2>(kMediaPage, after, limit, [&](Row const& row) -> Result<void> {
      Media media;
      media.key = {tenant_in(row), MediaNo{number64(row, 1)}};
      media.app = AppNo{number32(row, 2)};
      if (!read_blob_id(row.bytes(3), media.blob.id) || !rows::unpack_media(row.bytes(4), media)) {
        return damaged("file", number64(row, 1), tenant_in(row));
      }
      out.media.emplace(media.key, std::move(media));
      return {};
    });
  }

  Result<ExportPage> app_chats(std::string_view after, std::size_t limit, Change& out) {
    return page<2>(kAppChatsPage, after, limit, [&](Row const& row) -> Result<void> {
      AppChat chat;
      chat.key = {tenant_in(row), ChatNo{number64(row, 1)}};
      chat.app = AppNo{number32(row, 2)};
      if (!rows::unpack_chat(row.bytes(3), chat)) {
        return damaged("chat", number64(row, 1), tenant_in(row));
      }
      out.chats.emplace(chat.key, std::move(chat));
      return {};
    });
  }

  Result<ExportPage> events(std::string_view after, std::size_t limit, Change& out) {
    return page<2>(kEventsPage, after, limit, [&](Row const& row) -> Result<void> {
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
    TRY(auto const found, session_.ask(kSpentPage, after, limit));
    ExportPage page;
    page.rows = found.size();
    for (std::size_t i = 0; i < found.size(); ++i) {
      auto const bytes = found[i].bytes(0);
      TokenId token{};
      std::copy_n(bytes.begin(), std::min(bytes.size(), token.size()), token.begin());
      out.spent_tokens[token] = from_ms(found[i].integer(1));
      page.last = bytes;
    }
    return page;
  }

  Session session_;
  ExportTable table_ = ExportTable::user_details;  // of the last page
  std::size_t page_rows_ = kFirstPageRows;         // for the next page of that table
  std::size_t bytes_ = 0;                          // of the page that is being read
};

}  // namespace

Result<std::unique_ptr<LedgerExport>> open_export(Connection::Options options) {
  auto out = std::make_unique<PostgresExport>(std::move(options));
  CHECK_OK(out->ready());
  return std::unique_ptr<LedgerExport>(std::move(out));
}

}  // namespace carillon::postgres

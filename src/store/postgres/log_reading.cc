#include "store/postgres/log_reading.h"

#include <utility>

#include "store/postgres/log_entry.h"
#include "store/postgres/session.h"

namespace carillon::postgres {
namespace {

constexpr Sql kNewestAndTime{
    "SELECT newest, (extract(epoch FROM clock_timestamp()) * 1000)::int8 FROM head WHERE id = 1"};
// By itself, so that it always goes by the key: in a join with the head it read all of the log.
constexpr Sql kEntries{
    "SELECT position, writer, entry FROM changes WHERE position > $1 ORDER BY position"};

constexpr Sql kCountCalls{
    "INSERT INTO call_rates AS r(tenant, app, api, second, in_second, in_minute)"
    " SELECT * FROM unnest($1,$2,$3,$4,$5,$6)"
    " ON CONFLICT (tenant, app, api) DO UPDATE SET"
    " second = greatest(r.second, excluded.second),"
    " in_second = CASE WHEN excluded.second < r.second THEN r.in_second"
    " WHEN excluded.second = r.second THEN r.in_second + excluded.in_second"
    " ELSE excluded.in_second END,"
    " in_minute = CASE WHEN excluded.second / 60 < r.second / 60 THEN r.in_minute"
    " WHEN excluded.second / 60 = r.second / 60 THEN r.in_minute + excluded.in_minute"
    " ELSE excluded.in_minute END"
    " RETURNING tenant, app, api, second, in_second, in_minute"};
// Waits for nobody who is counting, so that neither waits for the other.
constexpr Sql kForgetCalls{
    "DELETE FROM call_rates r USING (SELECT tenant, app, api FROM call_rates WHERE second < $1"
    " FOR UPDATE SKIP LOCKED) o WHERE r.tenant = o.tenant AND r.app = o.app AND r.api = o.api"};
constexpr std::int64_t kCallsKept = 120;  // seconds

void add_calls(Pipeline& pipeline, std::vector<CallTally> const& calls) {
  auto tenants = numbers();
  auto apps = numbers();
  auto apis = numbers();
  auto seconds = numbers();
  auto in_second = numbers();
  auto in_minute = numbers();
  for (auto const& tally : calls) {
    tenants.add(tally.tenant.value);
    apps.add(tally.app.value);
    apis.add(tally.api);
    seconds.add(tally.second);
    in_second.add(tally.in_second);
    in_minute.add(tally.in_minute);
  }
  pipeline.add(kCountCalls, tenants, apps, apis, seconds, in_second, in_minute);
}

std::vector<CallTally> read_calls(Rows const& rows) {
  std::vector<CallTally> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const row = rows[i];
    out.push_back({TenantNo{static_cast<std::uint32_t>(row.integer(0))},
                   AppNo{static_cast<std::uint32_t>(row.integer(1))},
                   static_cast<std::uint16_t>(row.integer(2)), row.integer(3),
                   static_cast<std::uint32_t>(row.integer(4)),
                   static_cast<std::uint32_t>(row.integer(5))});
  }
  return out;
}

class PostgresLogReader final : public LogReader {
 public:
  PostgresLogReader(Connection::Options options, std::string own_writer)
      : session_(std::move(options)), own_writer_(std::move(own_writer)) {}

  Result<LogNews> since(LogPosition after, std::vector<CallTally> const& calls) override {
    Pipeline pipeline;
    add_news(pipeline, after);
    if (!calls.empty()) {
      add_calls(pipeline, calls);
      auto const minute = calls.front().second / 60;
      if (std::exchange(minute_, minute) != minute) {
        pipeline.add(kForgetCalls, calls.front().second - kCallsKept);
      }
    }
    TRY(auto const answers, session_.ask(std::move(pipeline)));
    TRY(auto news, read_news(answers[0], answers[1], after, own_writer_));
    if (!calls.empty()) news.calls = read_calls(answers[2]);
    return news;
  }

 private:
  Session session_;
  std::string const own_writer_;
  std::int64_t minute_ = 0;  // in which old counts were deleted last
};

}  // namespace

void add_news(Pipeline& pipeline, LogPosition after) {
  pipeline.add(kNewestAndTime);
  pipeline.add(kEntries, after);
}

Result<LogNews> read_news(Rows const& head, Rows const& entries, LogPosition after,
                          std::string_view own_writer) {
  if (head.empty()) return fail(Errc::internal, "the store's table `head` is empty");
  LogNews news;
  news.now = from_ms(head[0].integer(1));
  news.newest = static_cast<LogPosition>(head[0].integer(0));
  // What was heard of is never taken back, unless the store was: by a backup, or by a replica that
  // took over without it.
  if (news.newest < after) {
    return fail(Errc::not_found, "the store no longer has changes that this server has heard of");
  }
  auto last = after;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto const row = entries[i];
    auto& entry = news.entries.emplace_back();
    entry.position = static_cast<LogPosition>(row.integer(0));
    if (entry.position != last + 1) {
      return fail(Errc::not_found,
                  "this server has not heard of the store's changes for so long that they are gone "
                  "from its log");
    }
    last = entry.position;
    entry.own = row.bytes(1) == own_writer;
    TRY(entry.change, read_log_entry(row.bytes(2)));
  }
  // Two statements, two instants: the entries may be newer than the head, but never older.
  if (last < news.newest) {
    return fail(Errc::not_found, "the store's log of changes has lost its newest entries");
  }
  news.newest = last;
  return news;
}

std::unique_ptr<LogReader> make_log_reader(Connection::Options options, std::string own_writer) {
  return std::make_unique<PostgresLogReader>(std::move(options), std::move(own_writer));
}

}  // namespace carillon::postgres

#include "store/postgres/log_reading.h"

#include <utility>

#include "store/postgres/log_entry.h"
#include "store/postgres/session.h"

namespace carillon::postgres {
namespace {

constexpr Sql kNewestAndTime{
    "SELECT newest, (extract(epoch FROM clock_timestamp()) * 1000)::int8 FROM head WHERE id = 1"};
constexpr Sql kEntries{
    "SELECT position, writer, entry FROM changes WHERE position > $1 ORDER BY position"};

class PostgresLogReader final : public LogReader {
 public:
  PostgresLogReader(Connection::Options options, std::string own_writer)
      : session_(std::move(options)), own_writer_(std::move(own_writer)) {}

  Result<LogNews> since(LogPosition after) override {
    Pipeline pipeline;
    add_news(pipeline, after);
    TRY(auto const answers, session_.ask(std::move(pipeline)));
    return read_news(answers[0], answers[1], after, own_writer_);
  }

 private:
  Session session_;
  std::string const own_writer_;
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

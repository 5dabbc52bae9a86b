// Reading the log of changes (ledger/change_log.h): by whoever follows it, and in a turn.
#pragma once

#include <memory>
#include <string_view>

#include "ledger/change_log.h"
#include "store/postgres/connection.h"

namespace carillon::postgres {

// Two statements: the newest entry and the time, and the entries behind `after`.
void add_news(Pipeline& pipeline, LogPosition after);
// What they gave. Errors  not_found: entries in between are gone; internal.
Result<LogNews> read_news(Rows const& head, Rows const& entries, LogPosition after,
                          std::string_view own_writer);

// With a connection of its own.
std::unique_ptr<LogReader> make_log_reader(Connection::Options options, std::string own_writer);

}  // namespace carillon::postgres

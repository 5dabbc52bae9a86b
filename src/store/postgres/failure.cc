#include "store/postgres/failure.h"

#include <array>
#include <utility>

namespace carillon::postgres {
namespace {

struct Known {
  std::string_view state;  // or its beginning
  Errc code;
  std::string_view advice;
};

// The first that fits.
constexpr std::array kKnown{
    Known{"53100", Errc::low_disk,
          "the database is full: give its disk more room; nothing that was acknowledged is lost"},
    Known{"53200", Errc::unavailable, "the database has too little memory"},
    Known{"53300", Errc::unavailable,
          "the database takes no more connections: raise its max_connections, or lower "
          "store.reader_threads"},
    Known{"25006", Errc::unavailable,
          "this is a read-only replica, or a primary that was set read-only: name the primary in "
          "--store, or all members with target_session_attrs=read-write"},
    Known{"57014", Errc::unavailable,
          "the database ended a statement that ran into its statement_timeout: raise the timeout "
          "for this user, or look for what makes the database slow; nothing was written"},
    Known{"55P03", Errc::unavailable,
          "another session holds a lock for too long: look for it in pg_stat_activity"},
    Known{"25P03", Errc::unavailable, "the session was idle in a transaction for too long"},
    Known{"57P03", Errc::unavailable, "the database is starting up or shutting down"},
    Known{"57P", Errc::unavailable, "the database is shutting down"},
    Known{"28", Errc::unavailable, "check user and password in --store, and pg_hba.conf"},
    Known{"42501", Errc::unavailable,
          "this user may not do that: let it own the database or the schema"},
    Known{"42P01", Errc::internal, "a table is missing: restore a backup"},
    Known{"40", Errc::unavailable, "other sessions are in the way again and again"},
    Known{"XX", Errc::internal, "the database is damaged: look at its log, restore a backup"},
    Known{"58", Errc::unavailable, "the database cannot read or write its files: look at its log"},
    Known{"08", Errc::unavailable, "the connection broke"},
};

std::string one_line(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '\n' && !out.empty() && out.back() != ' ') out += ' ';
    if (c != '\n' && c != '\t') out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool is_any(std::string_view state, std::initializer_list<std::string_view> list) {
  for (auto const each : list) {
    if (state.starts_with(each)) return true;
  }
  return false;
}

}  // namespace

Meaning meaning_of(Failure const& failure) {
  auto const& state = failure.state;
  // 22012 is how our own statements say that fewer rows than expected were found (change_sql.h).
  if (is_any(state, {"23505", "22012"})) return Meaning::conflict;
  if (is_any(state, {"40001", "40P01"})) return Meaning::again;
  // 26000: a pooler gave us another session; 0A000: a newer node has changed the tables. 25006: the
  // primary has become a replica, and the next attempt may find the new one.
  if (state.empty() || is_any(state, {"08", "57P", "26000", "0A000", "25006", "25P03"})) {
    return Meaning::unreachable;
  }
  return Meaning::refused;
}

Error error_of(Failure const& failure, std::string const& where) {
  auto const text = one_line(failure.text);
  if (failure.state.empty()) {
    return fail(Errc::unavailable, where + " is out of reach: " + text);
  }
  auto told = where + ": " + text + " (" + failure.state + ")";
  for (auto const& known : kKnown) {
    if (!failure.state.starts_with(known.state)) continue;
    told.append("; ").append(known.advice);
    return fail(known.code, std::move(told));
  }
  return fail(Errc::internal, std::move(told));
}

Error connect_error(std::string_view text, std::string const& where) {
  auto said = one_line(text);
  auto const has = [&](std::string_view word) { return said.find(word) != std::string::npos; };
  std::string advice = "check the address given with --store, and that the database runs";
  if (has("password") || has("authentication") || has("pg_hba.conf")) {
    advice = "check user and password in --store, and the server's pg_hba.conf";
  } else if (has("database \"") && has("does not exist")) {
    advice = "make it (createdb), or name another in --store";
  } else if (has("role \"") && has("does not exist")) {
    advice = "make it (createuser), or name another user in --store";
  } else if (has("read-only") || has("read-write") || has("hot standby")) {
    advice =
        "only read-only replicas answer: name the primary in --store, or all members with "
        "target_session_attrs=read-write";
  } else if (has("too many clients") || has("remaining connection slots")) {
    advice = "raise max_connections of the database, or lower store.reader_threads";
  } else if (has("invalid") && has("option")) {
    advice = "see \"Connection Strings\" in PostgreSQL's manual for how --store is written";
  }
  return fail(Errc::unavailable, where + " cannot be reached: " + said + "; " + advice);
}

}  // namespace carillon::postgres

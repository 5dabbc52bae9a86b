#include "store/postgres/migrations.h"

#include <iterator>
#include <string>

namespace carillon::postgres {
namespace {

// Of those who make the first table at once, all but one fail.
constexpr int kMigrationAttempts = 5;

// Every number is a bigint, every text bytes (values.h). Columns named `record`, `content` and
// `entries` are packed (store/rows). Tables whose first key is not the tenant are no tenant's:
// meta, writers, head, changes, developers, apps, operators, spent_tokens, audit.
//
// `works_with`: the oldest step whose programs may go on over the tables after this one. A change
// is made in two releases: first what is new is added (programs of before do not see it); then,
// when none of those runs any more, what is old is dropped, and `works_with` raised.
struct Migration {
  int works_with;
  char const* sql;
};
Migration const kMigrations[] = {
    // 1: the first release.
    {1, R"sql(
CREATE TABLE meta(name text PRIMARY KEY, value bytea NOT NULL);
-- How many commits each open store has made (writer.h).
CREATE TABLE writers(writer bytea PRIMARY KEY, no bigint NOT NULL, opened_at bigint NOT NULL);
-- One row: the newest change, and the lock of whose turn it is to write; and the last changes, for
-- the other servers (ledger/change_log.h).
CREATE TABLE head(
  id bigint PRIMARY KEY, newest bigint NOT NULL, events_claimed_at bigint NOT NULL);
INSERT INTO head(id, newest, events_claimed_at) VALUES(1, 0, 0);
CREATE TABLE changes(
  position bigint PRIMARY KEY, writer bytea NOT NULL, at bigint NOT NULL, entry bytea NOT NULL);

CREATE TABLE counters(
  tenant bigint PRIMARY KEY, next_batch bigint NOT NULL, next_queue_no bigint NOT NULL,
  seq bigint NOT NULL, next_media bigint NOT NULL, next_event bigint NOT NULL,
  next_chat bigint NOT NULL);
-- `record` is rewritten as a batch moves on; no index has it, so that it stays in its page.
CREATE TABLE batches(
  tenant bigint NOT NULL, batch bigint NOT NULL, app bigint NOT NULL, single bigint NOT NULL,
  revision bigint NOT NULL, record bytea NOT NULL, content bytea NOT NULL, json bytea NOT NULL,
  PRIMARY KEY(tenant, batch));
CREATE INDEX batches_by_app ON batches(tenant, single, app, batch);

-- `block` is -1 for a small audience, which has one slice. A block of a batch is delivered once.
CREATE TABLE slices(
  tenant bigint NOT NULL, seq bigint NOT NULL, batch bigint NOT NULL, block bigint NOT NULL,
  committed_at bigint NOT NULL, delivered bytea NOT NULL, failed bytea NOT NULL,
  PRIMARY KEY(tenant, seq));
CREATE UNIQUE INDEX slices_by_batch ON slices(tenant, batch, block);
CREATE INDEX slices_by_block ON slices(tenant, block, seq) WHERE block >= 0;
CREATE TABLE entry_runs(
  tenant bigint NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL,
  level bigint NOT NULL, PRIMARY KEY(tenant, first_seq));
CREATE TABLE entry_segments(
  tenant bigint NOT NULL, first_seq bigint NOT NULL, last_user bigint NOT NULL,
  entries bytea NOT NULL, PRIMARY KEY(tenant, first_seq, last_user));
CREATE TABLE receipts(
  tenant bigint NOT NULL, batch bigint NOT NULL, user_no bigint NOT NULL, read_at bigint NOT NULL,
  PRIMARY KEY(tenant, batch, user_no));

CREATE TABLE quota(
  tenant bigint NOT NULL, app bigint NOT NULL, day bigint NOT NULL, used bigint NOT NULL,
  PRIMARY KEY(tenant, app, day));
CREATE TABLE calls(
  tenant bigint NOT NULL, app bigint NOT NULL, key bytea NOT NULL, body_hash bytea NOT NULL,
  made bigint NOT NULL, at bigint NOT NULL, kept bigint NOT NULL, PRIMARY KEY(tenant, app, key));
CREATE INDEX calls_by_age ON calls(tenant, at);

CREATE TABLE media(
  tenant bigint NOT NULL, media bigint NOT NULL, app bigint NOT NULL, blob bytea NOT NULL,
  record bytea NOT NULL, PRIMARY KEY(tenant, media));
-- Chats that apps have made; those of imports are in `chats`.
CREATE TABLE app_chats(
  tenant bigint NOT NULL, chat bigint NOT NULL, app bigint NOT NULL, record bytea NOT NULL,
  PRIMARY KEY(tenant, chat));
-- What apps are still to be told (state 0), and what was given up (1).
CREATE TABLE events(
  tenant bigint NOT NULL, event bigint NOT NULL, state bigint NOT NULL, attempts bigint NOT NULL,
  due bigint NOT NULL, problem bytea NOT NULL, record bytea NOT NULL,
  PRIMARY KEY(tenant, event));
CREATE TABLE event_tallies(
  tenant bigint NOT NULL, app bigint NOT NULL, told bigint NOT NULL, refused bigint NOT NULL,
  dead bigint NOT NULL, dropped bigint NOT NULL, PRIMARY KEY(tenant, app));

CREATE TABLE tenants(tenant bigint PRIMARY KEY, record bytea NOT NULL);
CREATE TABLE departments(
  tenant bigint NOT NULL, department bigint NOT NULL, record bytea NOT NULL,
  PRIMARY KEY(tenant, department));
CREATE TABLE users(
  tenant bigint NOT NULL, user_no bigint NOT NULL, record bytea NOT NULL,
  PRIMARY KEY(tenant, user_no));
-- What of users and departments memory does not keep; most have no row.
CREATE TABLE user_details(
  tenant bigint NOT NULL, user_no bigint NOT NULL, record bytea NOT NULL,
  PRIMARY KEY(tenant, user_no));
CREATE TABLE department_details(
  tenant bigint NOT NULL, department bigint NOT NULL, record bytea NOT NULL,
  PRIMARY KEY(tenant, department));
CREATE TABLE chats(
  tenant bigint NOT NULL, chat_id bytea NOT NULL, name bytea NOT NULL,
  PRIMARY KEY(tenant, chat_id));
CREATE TABLE images(
  tenant bigint NOT NULL, image_key bytea NOT NULL, file bytea NOT NULL, blob bytea,
  bytes bigint NOT NULL, PRIMARY KEY(tenant, image_key));
CREATE TABLE developers(developer bigint PRIMARY KEY, name bytea NOT NULL);
CREATE TABLE apps(app bigint PRIMARY KEY, record bytea NOT NULL);
CREATE TABLE installations(
  tenant bigint NOT NULL, app bigint NOT NULL, installed bigint NOT NULL, agent_id bigint NOT NULL,
  PRIMARY KEY(tenant, app));

-- Who may come in, which tokens are no longer good, what operators did.
CREATE TABLE operators(operator bigint PRIMARY KEY, record bytea NOT NULL);
CREATE TABLE spent_tokens(token bytea PRIMARY KEY, expires bigint NOT NULL);
CREATE INDEX spent_tokens_by_end ON spent_tokens(expires);
CREATE TABLE audit(
  entry bigint PRIMARY KEY, at bigint NOT NULL, record bytea NOT NULL, target bytea NOT NULL,
  detail bytea NOT NULL, status bigint NOT NULL);
-- Who hears of new messages by Web Push; `active`: has a subscription and has it switched on.
CREATE TABLE push(
  tenant bigint NOT NULL, user_no bigint NOT NULL, active bigint NOT NULL, record bytea NOT NULL,
  PRIMARY KEY(tenant, user_no));
CREATE INDEX push_by_active ON push(tenant, user_no) WHERE active = 1;
)sql"},
    // 2: calls of an app, counted by all servers together: of the newest second in which there were
    // any, and of its minute (access/rate_limit.h).
    {1, R"sql(
CREATE TABLE call_rates(
  tenant bigint NOT NULL, app bigint NOT NULL, api bigint NOT NULL, second bigint NOT NULL,
  in_second bigint NOT NULL, in_minute bigint NOT NULL, PRIMARY KEY(tenant, app, api));
)sql"},
};

constexpr Sql kTables{
    "SELECT coalesce(current_schema(), ''), count(*),"
    " count(*) FILTER (WHERE table_name = 'carillon_schema')"
    " FROM information_schema.tables WHERE table_schema = current_schema()"};
constexpr Sql kVersion{"SELECT version, works_with FROM carillon_schema WHERE id = 1"};
// Whoever migrates holds this row; the others wait.
constexpr Sql kVersionToChange{
    "SELECT version, works_with FROM carillon_schema WHERE id = 1 FOR UPDATE"};
constexpr Sql kSetVersion{"UPDATE carillon_schema SET version = $1, works_with = $2 WHERE id = 1"};
constexpr char kVersionTable[] =
    "CREATE TABLE IF NOT EXISTS carillon_schema("
    "id bigint PRIMARY KEY, version bigint NOT NULL, works_with bigint NOT NULL);"
    "INSERT INTO carillon_schema(id, version, works_with) VALUES(1, 0, 0) ON CONFLICT DO NOTHING";

struct Version {
  std::int64_t number = 0;
  std::int64_t works_with = 0;
};

Result<Version> version_of(Connection& connection, Sql const& query) {
  Pipeline pipeline;
  pipeline.add(query);
  TRY(auto const rows, connection.ask(pipeline));
  if (rows.front().empty()) return fail(Errc::internal, "carillon_schema is empty");
  auto const row = rows.front()[0];
  return Version{row.integer(0), row.integer(1)};
}

Result<void> check_version(Connection const& connection, Version const& version) {
  if (version.works_with <= newest_schema()) return {};
  return fail(Errc::unavailable,
              connection.where() + " was written by a newer Carillon (schema " +
                  std::to_string(version.number) + ", which programs from schema " +
                  std::to_string(version.works_with) + " on work with; this one knows " +
                  std::to_string(newest_schema()) + "); install that version. Nothing was changed");
}

// Whether there are tables of ours; others are not touched.
Result<bool> find_tables(Connection& connection) {
  Pipeline pipeline;
  pipeline.add(kTables);
  TRY(auto const rows, connection.ask(pipeline));
  auto const row = rows.front()[0];
  if (row.bytes(0).empty()) {
    return fail(Errc::unavailable, connection.where() +
                                       " has no schema on this user's search_path; make it, or "
                                       "correct options=-csearch_path in --store");
  }
  bool const ours = row.integer(2) != 0;
  if (!ours && row.integer(1) != 0) {
    return fail(Errc::unavailable,
                connection.where() +
                    " holds tables of another program; choose an empty database or schema");
  }
  return ours;
}

Result<void> run(Connection& connection, char const* sql) {
  if (auto const failure = connection.run(sql)) return connection.error(*failure);
  return {};
}

Result<void> migrate_held(Connection& connection) {
  TRY(auto version, version_of(connection, kVersionToChange));
  CHECK_OK(check_version(connection, version));
  for (; version.number < newest_schema(); ++version.number) {
    auto const& next = kMigrations[version.number];
    CHECK_OK(run(connection, next.sql));
    version.works_with = next.works_with;
  }
  Pipeline pipeline;
  pipeline.add(kSetVersion, version.number, version.works_with);
  CHECK_OK(connection.ask(pipeline));
  return run(connection, "COMMIT");
}

}  // namespace

int newest_schema() { return static_cast<int>(std::size(kMigrations)); }

Result<void> migrate(Connection& connection) {
  for (int attempt = 1;; ++attempt) {
    TRY(bool const ours, find_tables(connection));
    if (ours) {
      TRY(auto const version, version_of(connection, kVersion));
      CHECK_OK(check_version(connection, version));
      if (version.number >= newest_schema()) return {};
    }
    CHECK_OK(run(connection, "BEGIN"));
    auto made = run(connection, kVersionTable);
    if (made) {
      if (auto migrated = migrate_held(connection))
        return {};
      else
        made = std::move(migrated);
    }
    if (auto const failure = connection.run("ROLLBACK")) return connection.error(*failure);
    if (attempt == kMigrationAttempts) return made;
  }
}

Result<void> check_all_known(Connection& connection) {
  TRY(auto const version, version_of(connection, kVersion));
  if (version.number <= newest_schema()) return {};
  return fail(Errc::unavailable, connection.where() + " has tables of a newer Carillon (schema " +
                                     std::to_string(version.number) + ", this one knows " +
                                     std::to_string(newest_schema()) +
                                     "), which would stay behind; use that version");
}

Result<void> check_schema(Connection& connection) {
  TRY(bool const ours, find_tables(connection));
  if (!ours) {
    return fail(Errc::unavailable, connection.where() + " holds no data of Carillon yet");
  }
  TRY(auto const version, version_of(connection, kVersion));
  CHECK_OK(check_version(connection, version));
  if (version.number >= newest_schema()) return {};
  return fail(Errc::unavailable, connection.where() + " has an older schema (" +
                                     std::to_string(version.number) +
                                     "); start the server once, which brings it up to date");
}

}  // namespace carillon::postgres

#include "store/sqlite/migrations.h"

#include <iterator>
#include <string>

namespace carillon::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x4361726c;  // "Carl", in the file's header

// Keys that begin with the tenant are packed into one integer, so that a table is a plain b-tree of
// 64-bit keys in the order in which it is read:
//   batch   = tenant << 40 | BatchNo         slice = tenant << 40 | Seq
//   block   = tenant << 16 | BlockNo         run   = tenant << 40 | its first Seq
//   event   = tenant << 40 | EventNo
//   member  = tenant << 32 | UserNo or DepartmentNo
//   media   = tenant << 40 | MediaNo         chat  = tenant << 40 | ChatNo
// Columns named `record`, `content`, `row`, `lists` and `entries` are packed (packing.h).
char const* const kMigrations[] = {
    // 1: the first release.
    R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE counters(
  tenant INTEGER PRIMARY KEY, next_batch INTEGER NOT NULL, next_queue_no INTEGER NOT NULL,
  seq INTEGER NOT NULL, next_media INTEGER NOT NULL, next_event INTEGER NOT NULL,
  next_chat INTEGER NOT NULL);

-- `record` is rewritten as a batch moves on, so `content`, which hardly ever changes, lies apart in
-- `contents`; only where it is small the row has room for it, which spares a commit a page.
CREATE TABLE batches(
  batch INTEGER PRIMARY KEY, app INTEGER NOT NULL, revision INTEGER NOT NULL,
  single INTEGER, small_slice INTEGER, record BLOB NOT NULL, content BLOB);
CREATE INDEX batches_by_app ON batches(app) WHERE single IS NULL;
CREATE INDEX singles_by_app ON batches(app) WHERE single IS NOT NULL;
CREATE TABLE contents(batch INTEGER PRIMARY KEY, content BLOB NOT NULL);

-- `block` is NULL for a small audience; its one slice is found by batches.small_slice.
CREATE TABLE slices(
  slice INTEGER PRIMARY KEY, batch INTEGER NOT NULL, block INTEGER,
  committed_at INTEGER NOT NULL, delivered BLOB, failed BLOB);
CREATE INDEX slices_by_block ON slices(block) WHERE block IS NOT NULL;
CREATE INDEX slices_by_batch ON slices(batch) WHERE block IS NOT NULL;
CREATE TABLE entry_runs(
  run INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, level INTEGER NOT NULL);
CREATE TABLE entry_segments(
  run INTEGER NOT NULL, last_user INTEGER NOT NULL, entries BLOB NOT NULL,
  PRIMARY KEY(run, last_user)) WITHOUT ROWID;
CREATE TABLE receipts(
  batch INTEGER NOT NULL, user INTEGER NOT NULL, read_at INTEGER NOT NULL,
  PRIMARY KEY(batch, user)) WITHOUT ROWID;

CREATE TABLE quota(
  tenant INTEGER NOT NULL, app INTEGER NOT NULL, day INTEGER NOT NULL, used INTEGER NOT NULL,
  PRIMARY KEY(tenant, app, day)) WITHOUT ROWID;
-- `call` = tenant << 40 | a number that rises: the order of trimming.
CREATE TABLE calls(
  call INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, app INTEGER NOT NULL, key TEXT NOT NULL,
  body_hash BLOB, made INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE UNIQUE INDEX calls_by_key ON calls(tenant, app, key);

CREATE TABLE media(
  media INTEGER PRIMARY KEY, app INTEGER NOT NULL, blob BLOB NOT NULL, record BLOB NOT NULL);

-- What apps are still to be told (state 0), and what was given up (1).
CREATE TABLE events(
  event INTEGER PRIMARY KEY, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
  due INTEGER NOT NULL, problem TEXT NOT NULL, record BLOB NOT NULL);
CREATE TABLE event_tallies(
  tenant INTEGER NOT NULL, app INTEGER NOT NULL, told INTEGER NOT NULL, refused INTEGER NOT NULL,
  dead INTEGER NOT NULL, dropped INTEGER NOT NULL, PRIMARY KEY(tenant, app)) WITHOUT ROWID;
-- Chats that apps have made; those of imports are in `chats`.
CREATE TABLE app_chats(chat INTEGER PRIMARY KEY, app INTEGER NOT NULL, record BLOB NOT NULL);

CREATE TABLE tenants(
  tenant INTEGER PRIMARY KEY, tenant_key TEXT NOT NULL, name TEXT NOT NULL,
  timezone TEXT NOT NULL, recall_hours INTEGER, retention_days INTEGER NOT NULL,
  mention_all INTEGER NOT NULL, corp_id TEXT NOT NULL);
CREATE TABLE departments(
  member INTEGER PRIMARY KEY, generation INTEGER NOT NULL, department_id TEXT NOT NULL,
  open_alias TEXT NOT NULL, dept_number INTEGER NOT NULL, parent INTEGER NOT NULL,
  name TEXT NOT NULL, position INTEGER NOT NULL, deleted INTEGER NOT NULL);
CREATE TABLE users(member INTEGER PRIMARY KEY, row BLOB NOT NULL);
-- What of users and departments memory does not keep; most have no row.
CREATE TABLE user_details(member INTEGER PRIMARY KEY, row BLOB NOT NULL);
CREATE TABLE department_details(member INTEGER PRIMARY KEY, row BLOB NOT NULL);
CREATE TABLE chats(
  tenant INTEGER NOT NULL, chat_id TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY(tenant, chat_id)) WITHOUT ROWID;
CREATE TABLE images(
  tenant INTEGER NOT NULL, image_key TEXT NOT NULL, file TEXT NOT NULL, blob BLOB,
  bytes INTEGER NOT NULL,
  PRIMARY KEY(tenant, image_key)) WITHOUT ROWID;
CREATE TABLE developers(developer INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE apps(
  app INTEGER PRIMARY KEY, kind INTEGER NOT NULL, app_id TEXT NOT NULL, name TEXT NOT NULL,
  tenant INTEGER NOT NULL, developer INTEGER NOT NULL, bot INTEGER NOT NULL,
  enabled INTEGER NOT NULL, deleted INTEGER NOT NULL, events_sealed BLOB,
  app_key TEXT NOT NULL, agent_id INTEGER NOT NULL, lists BLOB NOT NULL);
CREATE TABLE installations(
  tenant INTEGER NOT NULL, app INTEGER NOT NULL, installed INTEGER NOT NULL,
  agent_id INTEGER NOT NULL, PRIMARY KEY(tenant, app)) WITHOUT ROWID;
)sql",
    // Sign-in: who may come in, which tokens are no longer good, what operators did.
    R"sql(
CREATE TABLE operators(
  operator INTEGER PRIMARY KEY, name TEXT NOT NULL, role INTEGER NOT NULL,
  password_hash TEXT NOT NULL, revision INTEGER NOT NULL, created_at INTEGER NOT NULL,
  removed INTEGER NOT NULL);
CREATE TABLE spent_tokens(token BLOB PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX spent_tokens_by_end ON spent_tokens(expires);
CREATE TABLE audit(
  entry INTEGER PRIMARY KEY, at INTEGER NOT NULL, operator TEXT NOT NULL, role INTEGER NOT NULL,
  action TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL, remote TEXT NOT NULL,
  status INTEGER NOT NULL);
)sql",
    // Who hears of new messages by Web Push; `active`: has a subscription and has it switched on.
    R"sql(
CREATE TABLE push(member INTEGER PRIMARY KEY, active INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX push_by_active ON push(active) WHERE active = 1;
)sql",
};

struct Header {
  std::int64_t schema;
  std::int64_t application;
  std::int64_t tables;
};

Result<Header> read_header(Database& db) {
  Header header{};
  TRY(header.schema, db.number("PRAGMA user_version"));
  TRY(header.application, db.number("PRAGMA application_id"));
  TRY(header.tables, db.number("SELECT count(*) FROM sqlite_schema"));
  return header;
}

Result<void> check_origin(Database const& db, Header const& header) {
  if (header.application != kApplicationId && (header.tables > 0 || header.schema > 0)) {
    return fail(Errc::unavailable, db.file() +
                                       " is a database of another program; choose another "
                                       "data folder");
  }
  if (header.schema > newest_schema()) {
    return fail(Errc::unavailable, db.file() + " was written by a newer Carillon (schema " +
                                       std::to_string(header.schema) + ", this one knows " +
                                       std::to_string(newest_schema()) +
                                       "); install that version. Nothing was changed");
  }
  return {};
}

}  // namespace

int newest_schema() { return static_cast<int>(std::size(kMigrations)); }

Result<void> migrate(Database& db) {
  TRY(auto header, read_header(db));
  CHECK_OK(check_origin(db, header));
  while (header.schema < newest_schema()) {
    TRY(auto transaction, Transaction::begin_write(db));
    TRY(header, read_header(db));  // another process may have been quicker
    if (header.schema >= newest_schema()) break;
    CHECK_OK(db.run(kMigrations[header.schema]));
    auto const stamp = "PRAGMA user_version=" + std::to_string(++header.schema) +
                       "; PRAGMA application_id=" + std::to_string(kApplicationId);
    CHECK_OK(db.run(stamp.c_str()));
    CHECK_OK(transaction.commit());
  }
  return {};
}

Result<void> check_schema(Database& db) {
  TRY(auto const header, read_header(db));
  CHECK_OK(check_origin(db, header));
  if (header.schema < newest_schema()) {
    return fail(Errc::unavailable, db.file() + " has an older schema (" +
                                       std::to_string(header.schema) +
                                       "); start the server once, which brings it up to date");
  }
  return {};
}

}  // namespace carillon::sqlite

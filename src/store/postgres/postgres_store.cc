#include "store/postgres/postgres_store.h"

#include <algorithm>
#include <utility>

#include "store/postgres/change_sql.h"
#include "store/postgres/export.h"
#include "store/postgres/loading.h"
#include "store/postgres/log_entry.h"
#include "store/postgres/log_reading.h"
#include "store/postgres/migrations.h"
#include "store/postgres/purge.h"
#include "store/postgres/reader.h"
#include "store/postgres/session.h"
#include "store/postgres/upkeep.h"
#include "store/postgres/writer.h"
#include "store/rows/relocation_rows.h"

namespace carillon {
namespace {

using namespace postgres;

constexpr Sql kBlobsInUse{
    "SELECT blob FROM media UNION SELECT blob FROM images WHERE blob IS NOT NULL ORDER BY 1"};
// What a dump that was restored elsewhere does not share with where it was made, but a replica that
// has become the primary does.
constexpr Sql kDatabaseIdentity{
    "SELECT convert_to((SELECT system_identifier FROM pg_control_system()) || ':' ||"
    " (SELECT oid FROM pg_database WHERE datname = current_database()), 'UTF8')"};

constexpr std::chrono::milliseconds kNewsWithin{3000};

class PostgresLedger final : public Ledger, private ChangeLog {
 public:
  explicit PostgresLedger(Connection::Options options, UpkeepLimits limits)
      : options_(std::move(options)),
        limits_(limits),
        writer_(options_),
        session_(read_options()) {}

  Result<void> open() {
    if (options_.mode == Connection::Mode::look) {
      CHECK_OK(session_.ready());
      return check_schema(session_.connection());
    }
    CHECK_OK(writer_.connection().ready());
    CHECK_OK(migrate(writer_.connection()));
    CHECK_OK(writer_.ready());
    upkeep_ = std::make_unique<Upkeep>(options_, limits_);
    return {};
  }

  Result<CommitOutcome> commit(Change const& change) override {
    if (options_.mode == Connection::Mode::look) {
      return fail(Errc::unavailable, "this store was opened to look at only");
    }
    TRY(auto const outcome,
        writer_.commit([&](Pipeline& pipeline) { add_change(pipeline, change); },
                       pack_log_entry(change)));
    switch (outcome) {
      case Writer::Outcome::conflict:
        return CommitOutcome::conflict;
      case Writer::Outcome::unknown:
        return CommitOutcome::unknown;
      case Writer::Outcome::committed:
        break;
    }
    upkeep_->note(change);
    return CommitOutcome::committed;
  }

  Result<bool> settle() override { return writer_.settle(); }
  ChangeLog* change_log() override {
    return options_.mode == Connection::Mode::look ? nullptr : this;
  }

  Result<StoreIdentity> identity() override {
    StoreIdentity identity;
    TRY(identity.key_check, read_meta(session_, kKeyCheck));
    TRY(auto const generation, read_meta_number(session_, kGeneration));
    identity.generation = static_cast<std::uint8_t>(generation);
    TRY(auto const copy, read_meta_number(session_, kCopy));
    TRY(auto const known, read_meta(session_, kDatabase));
    auto const present = database_identity();
    identity.copy = copy != 0 || (!known.empty() && !present.empty() && known != present);
    return identity;
  }

  Result<void> set_identity(StoreIdentity const& identity) override {
    auto const database = database_identity();
    TRY(auto const outcome, writer_.commit([&](Pipeline& pipeline) {
      set_meta(pipeline, kKeyCheck, identity.key_check);
      set_meta(pipeline, kGeneration, std::to_string(identity.generation));
      set_meta(pipeline, kCopy, identity.copy ? "1" : "0");
      set_meta(pipeline, kDatabase, database);
    }));
    if (outcome == Writer::Outcome::committed) return {};
    return fail(Errc::unavailable, writer_.connection().where() + ": the connection broke");
  }

  Result<StoredState> load_state(Time now) override {
    session_.end_instant();
    session_.begin_instant();  // until the directory is read, too
    auto state = postgres::load_state(session_, now);
    if (!state) session_.end_instant();
    return state;
  }

  Result<void> load_directory(
      std::function<Result<void>(DirectoryRows&& some_rows)> const& take) override {
    auto loaded = postgres::load_directory(session_, take);
    session_.end_instant();
    return loaded;
  }

  Result<Purged> purge_some(TenantNo tenant, Time batches_before, Time others_before,
                            std::size_t rows) override {
    return purge_.step(tenant, batches_before, others_before, rows);
  }
  Result<bool> purge_log(Time tokens_before, Time audit_before, std::size_t rows) override {
    return purge_.step_log(tokens_before, audit_before, rows);
  }

  Result<std::vector<BlobId>> blobs_in_use() override {
    TRY(auto const rows, session_.ask(kBlobsInUse));
    std::vector<BlobId> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      BlobId id{};
      if (read_blob_id(rows[i].bytes(0), id)) out.push_back(id);
    }
    return out;
  }

  Result<std::unique_ptr<Reader>> open_reader() override {
    return postgres::open_reader(read_options());
  }

  Result<Relocation> relocation() override {
    session_.end_instant();  // what it says now
    TRY(auto const bytes, read_meta(session_, kRelocation));
    return rows::read_relocation(bytes);
  }

  Result<std::unique_ptr<LedgerExport>> open_export() override {
    return postgres::open_export(read_options());
  }

 private:
  void expect(LogPosition newest) override { writer_.expect(newest); }
  LogPosition expected() const override { return writer_.expected(); }
  Result<LogNews> take_turn() override { return writer_.take_turn(); }
  void end_turn() override { writer_.end_turn(); }
  Result<std::unique_ptr<LogReader>> open_log_reader() override {
    // Callers wait for it: what does not answer soon is as good as gone.
    auto options = options_;
    options.mode = Connection::Mode::follow;
    options.answer_within = std::min(options.answer_within, kNewsWithin);
    return make_log_reader(std::move(options), writer_.id());
  }

  Connection::Options read_options() const {
    auto options = options_;
    if (options.mode == Connection::Mode::write) options.mode = Connection::Mode::read;
    return options;
  }

  // Empty where it cannot be told: another engine, or a server that keeps it from its users.
  std::string database_identity() {
    auto const rows = session_.ask(kDatabaseIdentity);
    return rows && !rows->empty() ? std::string((*rows)[0].bytes(0)) : std::string();
  }

  Connection::Options options_;
  UpkeepLimits limits_;
  Writer writer_;
  Session session_;  // for what is read at start
  Purge purge_{writer_};
  std::unique_ptr<Upkeep> upkeep_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_postgres(PostgresOptions options) {
  CHECK_OK(check_address(options.address));
  Connection::Options connection;
  connection.address = std::move(options.address);
  connection.answer_within = options.answer_within;
  if (options.access == PostgresAccess::look) connection.mode = Connection::Mode::look;
  auto ledger = std::make_unique<PostgresLedger>(
      std::move(connection), UpkeepLimits{options.run_entries, options.runs_to_merge});
  CHECK_OK(ledger->open());
  return std::unique_ptr<Ledger>(std::move(ledger));
}

}  // namespace carillon

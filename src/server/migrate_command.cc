// carillon migrate: everything in a folder's own store to PostgreSQL, or back; and the way to take
// the old store back into use.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>
#include <utility>

#include "crypto/crypto.h"
#include "relocation/move.h"
#include "server/commands.h"
#include "server/installation.h"
#include "server/key_file.h"
#include "server/screen.h"
#include "server/store_address.h"
#include "store/files/file_blobs.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/data_folder.h"
#include "store/sqlite/sqlite_store.h"

namespace carillon::server {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTellEvery{5};
// A server on a shared store claims its events every two seconds, and its claim ends after seven.
constexpr std::chrono::seconds kClaimIsFresh{8};
constexpr std::chrono::seconds kClaimComesAgain{5};
constexpr std::size_t kLostNamesMax = 5;

struct MigrateFlags {
  std::string from;
  std::string to;
  std::string take_back;
  std::string data;
  std::string blobs;
  std::string key_file;
  std::size_t rows_a_step = kRowsAStep;
};

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool same_folder(std::string const& a, std::string const& b) {
  std::error_code code;
  return fs::weakly_canonical(a, code) == fs::weakly_canonical(b, code);
}

// A folder with a store in it, which is locked as long as this is open.
Result<std::unique_ptr<Ledger>> open_folder(std::string const& folder) {
  OpenOptions options;
  options.folder = folder;
  return open_sqlite(std::move(options));
}

Result<std::unique_ptr<Ledger>> open_database(std::string const& address, PostgresAccess access) {
  PostgresOptions options;
  options.address = address;
  options.access = access;
  return open_postgres(std::move(options));
}

// A store that must be there already; nothing is made where there is none.
Result<std::unique_ptr<Ledger>> open_existing(std::string const& address) {
  if (is_database(address)) {
    CHECK_OK(open_database(address, PostgresAccess::look));
    return open_database(address, PostgresAccess::write);
  }
  std::error_code code;
  if (!fs::exists(sqlite::data_file(without_slash(address)), code)) {
    return fail(Errc::unavailable, "there is no data in " + address + ": " +
                                       sqlite::data_file(without_slash(address)).string() +
                                       " does not exist; check the name");
  }
  return open_folder(without_slash(address));
}

class Migration {
 public:
  explicit Migration(MigrateFlags flags) : flags_(std::move(flags)) {}

  Result<void> run() {
    CHECK_OK(find_places());
    TRY(from_, open_existing(flags_.from));
    CHECK_OK(lock_data_folder());
    CHECK_OK(check_keys());
    CHECK_OK(wait_for_claims());
    if (to_database_) {
      TRY(to_, open_database(flags_.to, PostgresAccess::write));
    } else {
      TRY(to_, open_folder(folder_));
    }
    TRY(auto const start, begin_move(*from_, *to_, names_, SystemClock().now()));
    if (start == MoveStart::was_done) {
      screen_.line(names_.from + " was moved to " + names_.to + " already; nothing was changed.");
      return {};
    }
    screen_.line((start == MoveStart::goes_on ? "going on with moving " : "moving ") + names_.from +
                 " to " + names_.to);
    auto moved = move();
    if (moved) return moved;
    auto const& [code, detail] = moved.error();
    if (code != Errc::unavailable && code != Errc::low_disk) return moved;
    return fail(code, detail +
                          ". What has come stays: call the same command again, and it goes "
                          "on where it was");
  }

 private:
  Result<void> move() {
    CHECK_OK(copy());
    CHECK_OK(copy_secrets());
    CHECK_OK(copy_blobs());
    CHECK_OK(compare());
    CHECK_OK(end_move(*from_, *to_));
    tell_what_is_next();
    return {};
  }

  Result<void> find_places() {
    to_database_ = is_database(flags_.to);
    if (is_database(flags_.from) == to_database_) {
      return fail(Errc::invalid_field,
                  "one of --from and --to is a data folder, the other a database "
                  "(postgres://USER@HOST/DATABASE)");
    }
    folder_ = without_slash(to_database_ ? flags_.from : flags_.to);
    names_ = {name_of_store(flags_.from), name_of_store(flags_.to)};
    data_ = flags_.data.empty() ? folder_ : without_slash(flags_.data);
    blobs_ = flags_.blobs.empty() ? blobs_folder(data_) : without_slash(flags_.blobs);
    auto const key_folder = to_database_ ? folder_ : data_;
    key_file_ = flags_.key_file.empty() ? key_folder + "/installation.key" : flags_.key_file;
    return {};
  }

  // The folder of the server on the database, if it is another one, is nobody else's meanwhile.
  Result<void> lock_data_folder() {
    if (same_folder(data_, folder_)) return {};
    if (to_database_) CHECK_OK(sqlite::prepare_folder(data_));
    TRY(lock_, sqlite::FolderLock::take(data_));
    return {};
  }

  // Before anything is changed: all ids and tokens depend on the key.
  Result<void> check_keys() {
    TRY(auto const identity, from_->identity());
    if (identity.key_check.empty()) return {};  // nothing to move; begin_move says so
    TRY(auto const key, read_key_file(key_file_, false));
    if (key_check(key) != identity.key_check) {
      return fail(Errc::invalid_field,
                  "the key in " + key_file_ + " is not the one that " + names_.from +
                      " was made with; all ids and tokens depend on it. Name the right file by "
                      "--key-file");
    }
    auto const other = key_of_target();
    std::error_code code;
    if (!fs::exists(other, code)) return {};
    TRY(auto const there, read_key_file(other, false));
    if (there == key) return {};
    return fail(Errc::invalid_field, other +
                                         " is another installation's key: name an empty "
                                         "folder, nothing was changed");
  }

  std::string key_of_target() const {
    return (to_database_ ? data_ : folder_) + "/installation.key";
  }

  // A server that was killed has left a claim behind; one that runs claims again.
  Result<void> wait_for_claims() {
    if (from_->change_log() == nullptr) return {};
    TRY(auto const state, from_->load_state(SystemClock().now()));
    if (!state.events_claimed_ago || *state.events_claimed_ago > kClaimIsFresh) return {};
    screen_.line("a server has used " + names_.from +
                 " a moment ago: looking whether it still does");
    std::this_thread::sleep_for(kClaimComesAgain);
    TRY(auto const later, from_->load_state(SystemClock().now()));
    if (later.position == state.position) return {};
    return fail(Errc::unavailable, "a server is running on " + names_.from +
                                       ": stop all servers there first, nothing was changed");
  }

  Result<void> copy() {
    auto const begun = SteadyClock::now();
    auto told = begun;
    TRY(auto const rows,
        copy_rows(*from_, *to_, flags_.rows_a_step, [&](std::uint64_t copied) -> Result<void> {
          if (SteadyClock::now() - told < kTellEvery) return {};
          told = SteadyClock::now();
          screen_.line("copied " + with_commas(copied) + " rows so far");
          return {};
        }));
    screen_.line("copied " + with_commas(rows) + " rows" + in_time(rows, begun));
    return check_unwritten(*from_);
  }

  static std::string in_time(std::uint64_t rows, SteadyClock::time_point begun) {
    auto const ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun).count();
    auto const tenths = static_cast<std::uint64_t>(ms + 99) / 100;
    if (tenths == 0) return {};
    return " in " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s, " +
           with_commas(rows * 10 / tenths) + " a second";
  }

  Result<void> copy_secrets() {
    CHECK_OK(copy_secret(key_file_, key_of_target()));
    auto const token = "/admin.token";
    auto const target = (to_database_ ? data_ : folder_) + token;
    std::error_code code;
    if (fs::exists(target, code)) return {};
    return copy_secret((to_database_ ? folder_ : data_) + token, target);
  }

  Result<void> copy_blobs() {
    TRY(auto const used, from_->blobs_in_use());
    if (used.empty()) return {};
    auto const own = blobs_folder(folder_);
    auto const source = open_file_blobs(to_database_ ? own : blobs_);
    auto const target = open_file_blobs(to_database_ ? blobs_ : own);
    auto const there = to_database_ ? blobs_ : own;
    std::uint64_t copied = 0;
    std::vector<BlobId> lost;
    for (auto const& id : used) {
      TRY(bool const whole, target->is_whole(id));
      if (whole) continue;
      auto const bytes = source->get(id);
      if (!bytes) {
        if (bytes.error().code != Errc::not_found) return bytes.error();
        lost.push_back(id);
        continue;
      }
      // Named by what is in it: other bytes would have another name.
      TRY(auto const put, target->put(*bytes));
      if (put.id == id) {
        ++copied;
      } else {
        lost.push_back(id);
      }
    }
    screen_.line("uploaded files: " + with_commas(used.size() - lost.size()) + " are whole in " +
                 there + ", " + with_commas(copied) + " of them copied now");
    if (lost.empty()) return {};
    if (!flags_.blobs.empty() || lost.size() < used.size()) {
      tell_lost(lost);
      return {};
    }
    return fail(Errc::unavailable, "none of the " + with_commas(used.size()) +
                                       " uploaded files was found in " + blobs_ +
                                       ": name their folder by --data or --blobs, and call again");
  }

  void tell_lost(std::vector<BlobId> const& lost) {
    screen_.line(with_commas(lost.size()) + " were missing or damaged before, and still are:");
    for (std::size_t i = 0; i < std::min(lost.size(), kLostNamesMax); ++i) {
      screen_.line("  " + to_hex(lost[i].data(), lost[i].size()));
    }
    if (lost.size() > kLostNamesMax) screen_.line("  ...");
  }

  Result<void> compare() {
    auto const begun = SteadyClock::now();
    auto told = begun;
    TRY(auto const found, compare_stores(*from_, *to_, [&](std::uint64_t rows) -> Result<void> {
          if (SteadyClock::now() - told < kTellEvery) return {};
          told = SteadyClock::now();
          screen_.line("compared " + with_commas(rows) + " rows so far");
          return {};
        }));
    if (!found.unequal.empty()) {
      for (auto const& sentence : found.unequal) screen_.line("DIFFERENT  " + sentence);
      return fail(Errc::internal,
                  "the two stores are not the same, so the move does not end; " + names_.from +
                      " holds everything. Give the move up (carillon migrate --take-back " +
                      names_.from + "), empty " + names_.to + ", and begin again");
    }
    for (std::size_t i = 0; i < kRowKinds; ++i) {
      auto const kind = static_cast<RowKind>(i);
      auto const rows = found.rows.of(kind).rows;
      if (rows == 0) continue;
      screen_.line("same on both sides  " + right_aligned(with_commas(rows), 12) + " " +
                   std::string(name_of(kind)));
    }
    screen_.line("compared " + with_commas(found.rows.rows()) + " rows and the books of " +
                 with_commas(found.batches) + " batches" + in_time(found.rows.rows(), begun));
    if (!found.torn.empty()) {
      screen_.line("the books of " + with_commas(found.torn.size()) +
                   " batches do not balance, on either side alike: see carillon doctor");
    }
    return {};
  }

  void tell_what_is_next() {
    screen_.line();
    screen_.line("Done: " + names_.to + " holds everything. Start its server with");
    if (to_database_) {
      screen_.line("  carillon serve --data " + data_ + " --store \"" + names_.to + "\"" +
                   (flags_.blobs.empty() ? "" : " --blobs " + blobs_));
      screen_.line("Every server there needs the key in " + key_of_target() +
                   ", and finds the uploaded files in " + blobs_ + ".");
    } else {
      screen_.line("  carillon serve --data " + folder_);
    }
    screen_.line("No server starts on " + names_.from +
                 " any more. To go back to what it holds now:");
    screen_.line("  carillon migrate --take-back \"" + names_.from + "\"");
  }

  MigrateFlags flags_;
  Screen screen_;
  bool to_database_ = false;
  std::string folder_;    // of the two stores
  std::string data_;      // of the server on the database
  std::string blobs_;     // likewise
  std::string key_file_;  // of the source
  MoveNames names_;
  sqlite::FolderLock lock_;
  std::unique_ptr<Ledger> from_;
  std::unique_ptr<Ledger> to_;
};

Result<void> take_back_store(std::string const& address) {
  auto const name = name_of_store(address);
  TRY(auto const store, open_existing(address));
  TRY(auto const was, take_back(*store, name));
  Screen screen;
  if (was == RelocationState::leaving) {
    screen.line("The move is given up: " + name +
                " is as before. What was copied so far is of no use; empty the target.");
    return {};
  }
  screen.line(name + " may be used again. It holds what it held when it was moved.");
  screen.line(
      "Since the other store may have gone on, it counts as a copy of it: from its next start on "
      "it makes ids of its own, and unfinished batches wait until they are resumed. Stop the "
      "servers on the other store first.");
  return {};
}

}  // namespace

void add_migrate(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("migrate", "Move an installation to PostgreSQL, or back");
  auto flags = std::make_shared<MigrateFlags>();
  auto* from =
      command->add_option("--from", flags->from, "DIR or postgres://...: where everything is now");
  auto* to = command->add_option("--to", flags->to, "postgres://... or DIR: where it goes, empty");
  from->needs(to);
  to->needs(from);
  command
      ->add_option("--take-back", flags->take_back,
                   "STORE that was moved away, to be used again as it was then")
      ->excludes(from);
  command->add_option("--data", flags->data,
                      "Folder of the server on PostgreSQL (default: DIR itself)");
  command->add_option("--blobs", flags->blobs,
                      "Folder of that server's uploaded files (default: blobs in --data)");
  command->add_option("--key-file", flags->key_file,
                      "Installation key (default: installation.key where everything is now)");
  command->add_option("--rows", flags->rows_a_step, "Rows written at once; fewer take less memory")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->footer(
      "Stop all servers on the old store first. It is a move: ids and tokens stay good, and no\n"
      "server starts on the old store afterwards. Everything is compared on both sides before it\n"
      "says done. When it was interrupted, by whatever, call it again: it goes on where it was.\n"
      "docs/operating/postgres.md, \"Moving house\", says more.");
  command->callback([flags, &run] {
    if (flags->from.empty() && flags->take_back.empty()) {
      throw CLI::ValidationError("migrate", "give --from and --to, or --take-back");
    }
    run = [flags] {
      auto const done =
          flags->from.empty() ? take_back_store(flags->take_back) : Migration(*flags).run();
      if (done) return 0;
      report(done.error());
      return 1;
    };
  });
}

}  // namespace carillon::server

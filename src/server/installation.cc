#include "server/installation.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <utility>

#include "core/start_copy.h"
#include "http/spool_file.h"
#include "import/importer.h"
#include "relocation/move.h"
#include "server/key_file.h"
#include "server/log.h"
#include "server/organisation_loader.h"
#include "server/store_address.h"
#include "store/files/file_blobs.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/data_folder.h"
#include "store/sqlite/sqlite_store.h"

namespace carillon::server {
namespace {

Result<void> make_folder(std::string const& path) {
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return fail(Errc::unavailable,
              "the data folder " + path + " cannot be made: " + std::strerror(errno));
}

// Whether the folder's own store was moved away, or there is none, so that it may be left aside.
Result<bool> store_has_left(std::string const& data_folder) {
  std::error_code code;
  if (!std::filesystem::exists(sqlite::data_file(data_folder), code)) return true;
  OpenOptions options;
  options.folder = data_folder;
  options.access = StoreAccess::read;
  TRY(auto const ledger, open_sqlite(std::move(options)));
  TRY(auto const relocation, ledger->relocation());
  return relocation.state == RelocationState::left;
}

// The folder's own store, or the shared one; the folder is one server's in either case.
Result<void> open_store(Installation& out, Config const& config, bool writing) {
  if (config.store_url.empty()) {
    OpenOptions options;
    options.folder = config.data_folder;
    options.access = writing ? StoreAccess::own : StoreAccess::read;
    TRY(out.ledger, open_sqlite(std::move(options)));
    return {};
  }
  if (writing) {
    TRY(bool const left, store_has_left(config.data_folder));
    if (!left) {
      return fail(Errc::invalid_field,
                  config.data_folder +
                      " holds a store of its own, which --store would leave aside; name another "
                      "folder with --data, leave --store out, or move it there with carillon "
                      "migrate");
    }
    TRY(auto lock, sqlite::FolderLock::take(config.data_folder));
    out.folder_lock = std::make_shared<sqlite::FolderLock>(std::move(lock));
  }
  PostgresOptions options;
  options.address = config.store_url;
  options.access = writing ? PostgresAccess::write : PostgresAccess::look;
  TRY(out.ledger, open_postgres(std::move(options)));
  return {};
}

// A store that knows its key never gets a new one: that would void every id and token.
Result<void> check_identity(Installation& at, std::string const& key_file, OpenFor purpose) {
  TRY(at.identity, at.ledger->identity());
  bool const is_new = at.identity.key_check.empty();
  TRY(at.key, read_key_file(key_file, is_new && purpose == OpenFor::writing));
  auto const check = key_check(at.key);
  if (!is_new && at.identity.key_check != check) {
    return fail(Errc::invalid_field,
                "the key in " + key_file +
                    " is not the one this store was made with; all ids and "
                    "tokens depend on it. Put the right file there, or name it by --key-file");
  }
  if (purpose == OpenFor::looking) return {};
  at.was_copy = at.identity.copy && !is_new;
  if (at.was_copy) ++at.identity.generation;
  if (!is_new && !at.was_copy) return {};
  at.identity.key_check = check;
  at.identity.copy = false;
  return at.ledger->set_identity(at.identity);
}

// What a copy or an interrupted import needs before anybody may see it. True if it wrote something.
Result<bool> finish_what_was_left(Installation& at, Config const& config) {
  auto const& import = at.state.import;
  bool const left = !import.staged_file.empty();
  if (left && at.ledger->change_log() != nullptr &&
      !std::filesystem::exists(config.data_folder + "/" + import.staged_file)) {
    return fail(
        Errc::unavailable,
        "an import is being applied by another server; start again when it is done. If that "
        "server is gone, start one with its data folder, which has the rest of the import");
  }
  bool wrote = false;
  if (at.was_copy) {
    auto const change = pause_unfinished(at.state);
    wrote = !change.empty();
    if (wrote) CHECK_OK(commit_alone(*at.ledger, change));
  }
  if (!left) return wrote;
  CHECK_OK(finish_interrupted_import(*at.ledger, import, config.data_folder));
  return true;
}

// Uploads that were under way, and blobs whose rows were not written any more.
Result<void> sweep_leftovers(Installation& at, Config const& config) {
  std::error_code code;
  for (auto const& entry : std::filesystem::directory_iterator(config.data_folder + "/tmp", code)) {
    if (entry.path().filename().string().starts_with(http::kSpoolFilePrefix)) {
      std::filesystem::remove_all(entry.path(), code);
    }
  }
  // In a folder that others see a blob may be of an upload that another server is about to answer.
  if (!config.blobs_shared.empty()) return {};
  TRY(auto const used, at.ledger->blobs_in_use());
  TRY(auto const swept, at.blobs->sweep(used));
  if (swept.blobs != 0) {
    log(Level::info, "removed files of uploads that were never answered",
        {{"files", std::to_string(swept.blobs)}, {"bytes", std::to_string(swept.bytes)}});
  }
  return {};
}

}  // namespace

std::string blobs_folder(std::string const& data_folder) { return data_folder + "/blobs"; }

std::string blobs_folder(Config const& config) {
  return config.blobs_shared.empty() ? blobs_folder(config.data_folder) : config.blobs_shared;
}

Result<Installation> open_installation(Config const& config, OpenFor purpose, Time now) {
  bool const writing = purpose == OpenFor::writing;
  if (writing) {
    CHECK_OK(make_folder(config.data_folder));
    CHECK_OK(make_folder(config.data_folder + "/tmp"));
  }
  auto const key_file =
      config.key_file.empty() ? config.data_folder + "/installation.key" : config.key_file;
  Installation out;
  CHECK_OK(open_store(out, config, writing));
  auto const name = name_of_store(config.store_url.empty() ? config.data_folder : config.store_url);
  CHECK_OK(check_at_home(*out.ledger, name));
  TRY(out.identity, out.ledger->identity());
  // A store that was made with a key must not get another one when the file is lost.
  TRY(out.key, read_key_file(key_file, writing && out.identity.key_check.empty()));
  CHECK_OK(check_identity(out, key_file, purpose));
  TRY(out.state, out.ledger->load_state(now));
  if (writing) {
    TRY(bool const wrote, finish_what_was_left(out, config));
    if (wrote) {
      TRY(out.state, out.ledger->load_state(now));
    }
  }
  TRY(out.organisation, load_organisation(*out.ledger));
  CHECK_OK(check_at_home(*out.ledger, name));  // what comes later the log of changes tells
  out.blobs = open_file_blobs(blobs_folder(config));
  if (writing) CHECK_OK(sweep_leftovers(out, config));
  return out;
}

}  // namespace carillon::server

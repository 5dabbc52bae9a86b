// carillon doctor: looks at an installation's folder, beside a running server or without one, and
// says a line for each thing it looked at, and what to do where something is wrong.

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "batch/books.h"
#include "core/find_batch.h"
#include "crypto/crypto.h"
#include "server/commands.h"
#include "server/installation.h"
#include "server/screen.h"
#include "store/sqlite/data_folder.h"
#include "store/sqlite/sqlite_store.h"

namespace carillon::server {
namespace {

constexpr rlim_t kOpenFilesWanted = 4096;  // fewer leave little room for people online

enum class ServerState : std::uint8_t { stopped, running, unknown };

class Doctor {
 public:
  explicit Doctor(Config config) : config_(std::move(config)) {}

  int examine() {
    if (!folder_exists()) return 1;
    look_for_server();
    check_store();
    check_secrets();
    check_disk();
    check_open_files();
    open_and_check();
    screen_.line();
    if (wrong_ == 0) {
      screen_.line(screen_.green("Nothing is wrong."));
    } else {
      screen_.line(screen_.red(std::to_string(wrong_) +
                               (wrong_ == 1 ? " thing is" : " things are") + " wrong."));
    }
    return wrong_ == 0 ? 0 : 1;
  }

 private:
  void good(std::string const& text) { screen_.line(screen_.green("ok") + "     " + text); }
  void note(std::string const& text) { screen_.line("note   " + text); }
  void wrong(std::string const& text) {
    ++wrong_;
    screen_.line(screen_.red("WRONG") + "  " + text);
  }

  bool folder_exists() {
    std::error_code code;
    if (std::filesystem::is_directory(config_.data_folder, code)) return true;
    wrong("there is no folder " + config_.data_folder + ": check the name given with --data");
    return false;
  }

  // Shares the lock for a moment instead of taking it, so as not to write into the folder.
  void look_for_server() {
    auto const path = config_.data_folder + "/carillon.lock";
    int const file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
      note("no server has been started on this folder yet");
      return;
    }
    if (flock(file, LOCK_SH | LOCK_NB) == 0) {
      server_ = ServerState::stopped;
      note("no server is running on this folder");
    } else if (errno == EWOULDBLOCK) {
      server_ = ServerState::running;
      char owner[32] = {};
      auto const size = pread(file, owner, sizeof(owner) - 1, 0);
      std::string text(owner, size > 0 ? static_cast<std::size_t>(size) : 0);
      while (!text.empty() && text.back() == '\n') text.pop_back();
      note("a server is running on this folder, process " + text);
    }
    close(file);
  }

  bool is_shared() const { return !config_.store_url.empty(); }

  void check_store() {
    if (is_shared()) return;  // a database looks after its pages itself
    auto const whole = integrity_check(config_.data_folder);
    auto const file = sqlite::data_file(config_.data_folder).string();
    if (whole) {
      good(file + ": all pages and indexes are whole");
    } else {
      wrong(whole.error().detail);
    }
  }

  void check_private(std::string const& path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0 || (facts.st_mode & 077) == 0) return;
    wrong(path + " can be read or written by other users of this machine: chmod 600 it");
  }

  void check_secrets() {
    check_private(key_file());
    check_private(config_.data_folder + "/admin.token");
    if (!is_shared()) check_private(sqlite::data_file(config_.data_folder).string());
  }

  void check_disk() {
    struct statvfs disk {};
    if (statvfs(config_.data_folder.c_str(), &disk) != 0) {
      wrong("the free space of " + config_.data_folder +
            " cannot be told: " + std::strerror(errno));
      return;
    }
    auto const free_mb = disk.f_bavail * disk.f_frsize >> 20;
    auto const text = with_commas(free_mb) + " MiB are free for " + config_.data_folder;
    if (config_.low_disk_mb != 0 && free_mb < config_.low_disk_mb) {
      wrong(text + ", less than disk.low_mb = " + std::to_string(config_.low_disk_mb) +
            ": new batches are refused until there is room");
    } else {
      good(text);
    }
  }

  void check_open_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    auto const text = "up to " + with_commas(limit.rlim_max) + " open files are allowed here";
    if (limit.rlim_max < kOpenFilesWanted) {
      wrong(text +
            ", too few for many connections: raise it with LimitNOFILE= in the service "
            "unit, or ulimit -n");
    } else {
      good(text);
    }
  }

  void open_and_check() {
    auto opened = open_installation(config_, OpenFor::looking, now_);
    if (!opened) {
      wrong(opened.error().detail);
      return;
    }
    if (is_shared()) good("the shared store answers, and its tables are those of this version");
    good(key_file() + " is the key that this store was made with");
    if (opened->identity.copy) {
      note(
          "this is a copy that was not started yet: at its first start it makes ids of its own, "
          "and unfinished batches wait for POST /api/v1/batches/{id}/resume");
    }
    check_import(opened->state.import);
    check_blobs(*opened);
    check_books(*opened);
  }

  void check_import(ImportProgress const& import) {
    if (import.staged_file.empty()) return;
    if (server_ == ServerState::running) {
      note("an import is being applied, " + with_commas(import.rows_done) + " rows so far");
      return;
    }
    auto const path = config_.data_folder + "/" + import.staged_file;
    std::error_code code;
    if (std::filesystem::exists(path, code)) {
      wrong("an import was interrupted after " + with_commas(import.rows_done) +
            " rows: start the server, or import again; either finishes it first");
    } else {
      wrong("an import was interrupted and its file " + path +
            " is gone: put it back, or restore a backup");
    }
  }

  // Reads every uploaded file, and whether it is what its name says.
  void check_blobs(Installation const& at) {
    auto const used = at.ledger->blobs_in_use();
    if (!used) {
      wrong(used.error().detail);
      return;
    }
    if (used->empty()) return;
    std::uint64_t lost = 0;
    for (auto const& id : *used) {
      auto const whole = at.blobs->is_whole(id);
      if (whole && *whole) continue;
      ++lost;
      note("the file " + to_hex(id.data(), id.size()) +
           (whole ? " is missing or damaged" : " cannot be read: " + whole.error().detail));
    }
    auto const text = with_commas(used->size()) + " uploaded files in " + blobs_folder(config_);
    if (lost == 0) {
      good(text + " are whole");
    } else {
      wrong("of " + text + " " + with_commas(lost) +
            " are missing or damaged: put them back from a backup");
    }
  }

  void check_books(Installation const& at) {
    auto reader = at.ledger->open_reader();
    if (!reader) {
      wrong(reader.error().detail);
      return;
    }
    IdSealer const ids(at.key);
    std::uint64_t counted = 0;
    std::uint64_t torn = 0;
    for (auto const& record : at.state.batches) {
      if (being_purged(at, record)) continue;
      auto const found = recount(**reader, record.key);
      if (!found && found.error().code == Errc::batch_unknown) continue;  // purged meanwhile
      ++counted;
      if (found && found->empty()) continue;
      ++torn;
      std::string text;
      if (found) {
        for (auto const& sentence : *found) text += (text.empty() ? "" : "; ") + sentence;
      } else {
        text = found.error().detail;
      }
      wrong("books of bm-" + batch_id_hex(ids, record) + ": " + text);
    }
    auto const text = with_commas(counted) + (counted == 1 ? " batch" : " batches") +
                      " recounted from slices and receipts";
    if (torn == 0) {
      good(text);
      return;
    }
    note(text + "; in " + with_commas(torn) +
         " the stored counts differ. Who got and who read a "
         "message is told by the sets and is not affected; keep a copy of the folder for a report, "
         "and restore a backup if the counts matter");
  }

  // A large batch past its retention goes in several steps, between which its books are torn.
  bool being_purged(Installation const& at, BatchRecord const& record) const {
    auto const* directory = at.organisation->find(record.key.tenant);
    if (directory == nullptr) return false;
    auto const days = directory->tenant().retention_days;
    return days != 0 && now_ - record.began_at() > std::chrono::hours(24) * days;
  }

  std::string key_file() const {
    return config_.key_file.empty() ? config_.data_folder + "/installation.key" : config_.key_file;
  }

  Config config_;
  Screen screen_;
  Time now_ = SystemClock().now();
  ServerState server_ = ServerState::unknown;
  int wrong_ = 0;
};

}  // namespace

void add_doctor(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("doctor", "Look for what is wrong with an installation");
  auto flags = std::make_shared<InstallationFlags>();
  flags->add_to(*command);
  command->footer(
      "Changes nothing, and works beside a running server. Checks the store's pages, the key, the\n"
      "books of every batch (recounted from who got and who read it), free disk, the open-file\n"
      "limit, and whether an import was interrupted. Ends with 1 if anything is wrong.");
  command->callback([flags, &run] {
    run = [flags] {
      auto config = flags->config();
      if (!config) return report(config.error());
      return Doctor(*std::move(config)).examine();
    };
  });
}

}  // namespace carillon::server

#include <filesystem>
#include <memory>
#include <sys/stat.h>

#include "server/commands.h"
#include "server/installation.h"
#include "server/screen.h"
#include "store/files/file_blobs.h"
#include "store/sqlite/backup.h"

namespace carillon::server {
namespace {

namespace fs = std::filesystem;

struct BackupFlags {
  InstallationFlags installation;
  std::string destination;
};

// A name a shell takes as one word.
std::string shell_word(std::string const& text) {
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "/._-+:@%") == std::string::npos) {
    return text;
  }
  std::string out = "'";
  for (char const c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

Result<void> backup(BackupFlags const& flags) {
  TRY(auto const config, flags.installation.config());
  if (!config.store_url.empty()) {
    return fail(
        Errc::invalid_field,
        "a shared store is copied with its own tools (pg_dump, pg_basebackup), the uploaded "
        "files and the key by copying their files; see docs/operating/postgres.md");
  }
  fs::path const source(config.data_folder);
  fs::path const destination(flags.destination);
  std::string const key_name =
      config.key_file.empty() ? "installation.key" : fs::path(config.key_file).filename().string();
  CHECK_OK(backup_sqlite(source, destination, key_name));
  // After the rows, so that every blob that they refer to is there.
  CHECK_OK(backup_file_blobs(blobs_folder(source), blobs_folder(destination)));

  Screen screen;
  std::error_code code;
  for (auto const& entry : fs::directory_iterator(destination, code)) {
    if (!entry.is_regular_file(code)) continue;
    screen.line("copied " + entry.path().string() + "  " +
                with_commas(fs::file_size(entry.path(), code)) + " bytes");
  }
  std::uint64_t blobs = 0;
  for (auto const& entry : fs::recursive_directory_iterator(blobs_folder(destination), code)) {
    if (entry.is_regular_file(code)) ++blobs;
  }
  if (blobs != 0) {
    screen.line("copied " + blobs_folder(destination) + "  " + with_commas(blobs) +
                (blobs == 1 ? " file" : " files"));
  }
  bool const has_key = fs::exists(destination / key_name, code);
  screen.line();
  if (has_key) {
    screen.line("It holds the installation's key: keep it as safe as the original.");
  } else {
    screen.line("The installation's key is not in it, since it is not in " + source.string() +
                ": keep a copy of that file elsewhere.");
  }
  std::string start = "carillon serve --data " + shell_word(flags.destination);
  if (!has_key) {
    start += " --key-file " + shell_word(config.key_file.empty() ? "FILE" : config.key_file);
  }
  screen.line("To start the copy:  " + start);
  screen.line(
      "It makes ids of its own from then on, and its unfinished batches wait until "
      "POST /api/v1/batches/{id}/resume.");
  return {};
}

}  // namespace

void add_backup(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("backup", "Copy an installation, also while it runs");
  auto flags = std::make_shared<BackupFlags>();
  flags->installation.add_to(*command);
  command->add_option("DEST", flags->destination, "Folder for the copy; made if missing")
      ->required();
  command->footer(
      "The copy holds one instant: everything that was acknowledged before the call. The server\n"
      "goes on meanwhile.");
  command->callback([flags, &run] {
    run = [flags] {
      auto const done = backup(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace carillon::server

#include "server/key_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace carillon::server {
namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.pop_back();
  }
  return text;
}

Result<std::optional<std::string>> read_text(std::string const& path) {
  if (access(path.c_str(), F_OK) != 0) return std::optional<std::string>{};
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return fail(Errc::unavailable, path + " cannot be read: " + std::strerror(errno));
  return std::optional<std::string>(trimmed(text.str()));
}

// On disk for good before it is used, and never readable by others.
Result<void> write_secret(std::string const& path, std::string const& text) {
  int const file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(Errc::unavailable, path + " cannot be made: " + std::strerror(errno) +
                                       "; check the folder and its owner");
  }
  std::string const line = text + "\n";
  bool const ok = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                  fsync(file) == 0;
  close(file);
  auto const slash = path.rfind('/');
  auto const folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
  int const folder_handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_handle >= 0) {
    fsync(folder_handle);
    close(folder_handle);
  }
  if (!ok) return fail(Errc::unavailable, path + " cannot be written: " + std::strerror(errno));
  return {};
}

}  // namespace

Result<Key> read_key_file(std::string const& path, bool may_create) {
  TRY(auto text, read_text(path));
  if (!text) {
    if (!may_create) {
      return fail(Errc::not_found, "the installation key " + path +
                                       " is missing; put it back, or name it by --key-file");
    }
    auto const key = random_key();
    CHECK_OK(write_secret(path, to_hex(key.data(), key.size())));
    return key;
  }
  Key key;
  if (!from_hex(*text, key.data(), key.size())) {
    return fail(Errc::invalid_field, path + " is not an installation key (64 hex digits)");
  }
  return key;
}

Result<void> copy_secret(std::string const& from, std::string const& to) {
  TRY(auto const secret, read_text(from));
  if (!secret) return {};
  TRY(auto const there, read_text(to));
  if (there) {
    if (*there == *secret) return {};
    return fail(Errc::invalid_field, to + " is there already and holds something else than " +
                                         from + ": move it out of the way");
  }
  auto const part = to + ".part";  // of a copy that was cut short
  unlink(part.c_str());
  CHECK_OK(write_secret(part, *secret));
  if (std::rename(part.c_str(), to.c_str()) == 0) return {};
  return fail(Errc::unavailable, to + " cannot be made: " + std::strerror(errno));
}

std::string key_check(Key const& key) {
  auto const check = derive_key(key, "check");
  return to_hex(check.data(), 16);
}

Result<AdminToken> read_admin_token(std::string const& data_folder) {
  AdminToken out;
  if (char const* given = std::getenv("CARILLON_ADMIN_TOKEN"); given != nullptr && *given != 0) {
    out.token = given;
    return out;
  }
  out.file = data_folder + "/admin.token";
  TRY(auto text, read_text(out.file));
  if (text && !text->empty()) {
    out.token = *text;
    return out;
  }
  auto const random = random_key();
  out.token = to_hex(random.data(), random.size());
  out.made = true;
  CHECK_OK(write_secret(out.file, out.token));
  return out;
}

}  // namespace carillon::server

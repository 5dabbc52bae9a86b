#include "store/files/file_blobs.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/disk.h"
#include "crypto/crypto.h"

namespace carillon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFolderDigits = 2;
constexpr std::size_t kPieceBytes = 256 * 1024;

fs::path file_of(fs::path const& folder, BlobId const& id) {
  auto const digits = to_hex(id.data(), id.size());
  return folder / digits.substr(0, kFolderDigits) / digits.substr(kFolderDigits);
}

std::optional<BlobId> id_of(fs::path const& file) {
  BlobId id{};
  auto const digits = file.parent_path().filename().string() + file.filename().string();
  if (!from_hex(digits, id.data(), id.size())) return std::nullopt;
  return id;
}

struct OpenFile {
  explicit OpenFile(fs::path const& path) : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd >= 0) close(fd);
  }
  OpenFile(OpenFile const&) = delete;
  int fd;
};

// Calls take(piece) for the bytes of the file, in order.
template <class Take>
Result<void> read_pieces(fs::path const& path, Take const& take) {
  OpenFile const file(path);
  if (file.fd < 0) {
    if (errno == ENOENT) return fail(Errc::not_found, path.string() + " is missing");
    return disk_failure(path.string() + " cannot be opened");
  }
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    auto const n = read(file.fd, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_failure(path.string() + " cannot be read");
    if (n == 0) return {};
    take(std::string_view(piece).substr(0, static_cast<std::size_t>(n)));
  }
}

Result<BlobRef> measure(fs::path const& path) {
  BlobRef out;
  Sha256 hash;
  CHECK_OK(read_pieces(path, [&](std::string_view piece) {
    hash.add(piece);
    out.bytes += piece.size();
  }));
  out.id = hash.finish();
  return out;
}

// Makes the folder if need be; its name is on disk when this returns. (It may be there already,
// made by a process that was killed before it had synced it.)
Result<void> prepare(fs::path const& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return disk_failure(folder.string() + " cannot be made");
  }
  return sync_folder(folder.has_parent_path() ? folder.parent_path() : fs::path("."));
}

class FileBlobs final : public BlobStore {
 public:
  explicit FileBlobs(fs::path folder) : folder_(std::move(folder)) {}

  Result<BlobRef> put_file(std::string const& path) override {
    auto kept = keep(path);
    if (!kept) unlink(path.c_str());
    return kept;
  }

  Result<BlobRef> put(std::string_view bytes) override {
    CHECK_OK(prepare_once(folder_));
    auto name = (folder_ / "new-XXXXXX").string();
    int const file = mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) return disk_failure("a file in " + folder_.string() + " cannot be made");
    bool good = true;
    while (good && !bytes.empty()) {
      auto const n = write(file, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      good = n >= 0;
      if (good) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    auto const failure = disk_failure(name + " cannot be written");
    close(file);
    if (good) return put_file(name);
    unlink(name.c_str());
    return failure;
  }

  Result<std::string> get(BlobId const& id) override {
    std::string out;
    CHECK_OK(read_pieces(file_of(folder_, id), [&](std::string_view piece) { out += piece; }));
    return out;
  }

  Result<Swept> sweep(std::vector<BlobId> const& keep) override {
    Swept out;
    std::error_code code;
    for (auto const& folder : fs::directory_iterator(folder_, code)) {
      if (!folder.is_directory(code)) {
        fs::remove(folder.path(), code);  // half written when its process was killed
        continue;
      }
      for (auto const& file : fs::directory_iterator(folder, code)) {
        auto const id = id_of(file.path());
        if (!id || std::binary_search(keep.begin(), keep.end(), *id)) continue;
        auto const bytes = file.file_size(code);
        if (!fs::remove(file.path(), code)) continue;
        ++out.blobs;
        out.bytes += bytes;
      }
    }
    return out;
  }

  Result<bool> is_whole(BlobId const& id) override {
    auto const blob = measure(file_of(folder_, id));
    if (blob) return blob->id == id;
    if (blob.error().code == Errc::not_found) return false;
    return blob.error();
  }

 private:
  Result<BlobRef> keep(std::string const& path) {
    TRY(auto const blob, measure(path));
    CHECK_OK(sync_file(path));
    auto const file = file_of(folder_, blob.id);
    CHECK_OK(prepare_once(file.parent_path()));
    // Over the same bytes, if they are there already: whoever put them may still be syncing.
    if (std::rename(path.c_str(), file.c_str()) != 0) {
      return disk_failure(path + " cannot be moved to " + file.string());
    }
    CHECK_OK(sync_folder(file.parent_path()));
    return blob;
  }

  Result<void> prepare_once(fs::path const& folder) {
    std::lock_guard const lock(mutex_);
    if (prepared_.contains(folder)) return {};
    CHECK_OK(prepare(folder_));
    if (folder != folder_) CHECK_OK(prepare(folder));
    prepared_.insert(folder);
    return {};
  }

  fs::path folder_;
  std::mutex mutex_;
  std::set<fs::path> prepared_;  // guarded by mutex_
};

Result<void> copy_blob(fs::path const& from, fs::path const& to) {
  std::error_code code;
  if (fs::exists(to, code)) return {};
  auto part = to;
  part += ".part";
  fs::copy_file(from, part, fs::copy_options::overwrite_existing, code);
  if (code == std::errc::no_such_file_or_directory) return {};  // swept meanwhile: nobody's
  if (code) {
    return fail(code == std::errc::no_space_on_device ? Errc::low_disk : Errc::unavailable,
                from.string() + " cannot be copied: " + code.message());
  }
  CHECK_OK(sync_file(part));
  fs::rename(part, to, code);
  if (code) return fail(Errc::unavailable, part.string() + " cannot be renamed");
  return {};
}

}  // namespace

std::unique_ptr<BlobStore> open_file_blobs(fs::path folder) {
  return std::make_unique<FileBlobs>(std::move(folder));
}

Result<void> backup_file_blobs(fs::path const& folder, fs::path const& destination) {
  std::error_code code;
  if (!fs::is_directory(folder, code)) return {};
  CHECK_OK(prepare(destination));
  for (auto const& part : fs::directory_iterator(folder, code)) {
    if (!part.is_directory(code)) continue;
    auto const to = destination / part.path().filename();
    CHECK_OK(prepare(to));
    for (auto const& file : fs::directory_iterator(part, code)) {
      if (id_of(file.path())) CHECK_OK(copy_blob(file.path(), to / file.path().filename()));
    }
    CHECK_OK(sync_folder(to));
  }
  return {};
}

}  // namespace carillon

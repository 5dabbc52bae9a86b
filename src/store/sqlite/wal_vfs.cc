#include "store/sqlite/wal_vfs.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <string_view>
#include <utility>

#include <sqlite3.h>

namespace carillon::sqlite {
namespace {

constexpr int kFrameHeadBytes = 24;
constexpr std::size_t kGatheredBytesMax = 64 * 1024;  // the system's VFS takes less than 128

// Whether the transaction ends with the page behind this head: the second field is then the size of
// the database.
bool ends_commit(std::string_view written) {
  if (written.size() != kFrameHeadBytes) return false;
  auto const size = written.substr(4, 4);
  return std::any_of(size.begin(), size.end(), [](char c) { return c != 0; });
}

struct WalFile {
  sqlite3_file head;  // what SQLite sees; the underlying file lies behind this object
  std::string gathered;
  sqlite3_int64 begin = 0;
  bool last_page = false;  // the next write completes a commit

  sqlite3_file* base() { return reinterpret_cast<sqlite3_file*>(this + 1); }

  int flush() {
    if (gathered.empty()) return SQLITE_OK;
    int const code =
        base()->pMethods->xWrite(base(), gathered.data(), static_cast<int>(gathered.size()), begin);
    gathered.clear();
    return code;
  }

  int write(std::string_view bytes, sqlite3_int64 offset) {
    bool const follows = offset == begin + static_cast<sqlite3_int64>(gathered.size());
    if (!follows || gathered.size() + bytes.size() > kGatheredBytesMax) {
      if (int const code = flush(); code != SQLITE_OK) return code;
    }
    if (gathered.empty()) begin = offset;
    gathered.append(bytes);
    bool const complete = std::exchange(last_page, ends_commit(bytes));
    return complete ? flush() : SQLITE_OK;
  }
};

WalFile& wal(sqlite3_file* file) { return *reinterpret_cast<WalFile*>(file); }

// A call of the underlying file, once it has all that was written.
template <auto Call, class... Arguments>
int after_flush(sqlite3_file* file, Arguments... arguments) {
  if (int const code = wal(file).flush(); code != SQLITE_OK) return code;
  auto* const base = wal(file).base();
  return (base->pMethods->*Call)(base, arguments...);
}

int x_close(sqlite3_file* file) {
  int const written = wal(file).flush();
  int const closed = wal(file).base()->pMethods->xClose(wal(file).base());
  wal(file).~WalFile();
  return written != SQLITE_OK ? written : closed;
}
int x_write(sqlite3_file* file, void const* from, int size, sqlite3_int64 offset) {
  return wal(file).write({static_cast<char const*>(from), static_cast<std::size_t>(size)}, offset);
}
int x_sector_size(sqlite3_file* file) {
  return wal(file).base()->pMethods->xSectorSize(wal(file).base());
}
int x_device_characteristics(sqlite3_file* file) {
  return wal(file).base()->pMethods->xDeviceCharacteristics(wal(file).base());
}

// Version 1: shared memory and mapped pages are matters of the data file.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 1,
    .xClose = x_close,
    .xRead = after_flush<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = x_write,
    .xTruncate = after_flush<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = after_flush<&sqlite3_io_methods::xSync, int>,
    .xFileSize = after_flush<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = after_flush<&sqlite3_io_methods::xLock, int>,
    .xUnlock = after_flush<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = after_flush<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = after_flush<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_device_characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr};

int x_open(sqlite3_vfs* vfs, char const* path, sqlite3_file* file, int flags, int* out_flags) {
  auto* const base = static_cast<sqlite3_vfs*>(vfs->pAppData);
  if ((flags & SQLITE_OPEN_WAL) == 0) return base->xOpen(base, path, file, flags, out_flags);
  auto* const opened = new (file) WalFile{};
  int const code = base->xOpen(base, path, opened->base(), flags, out_flags);
  if (code != SQLITE_OK) {
    if (auto* const methods = opened->base()->pMethods) methods->xClose(opened->base());
    opened->~WalFile();
    file->pMethods = nullptr;  // there is nothing to close
    return code;
  }
  opened->head.pMethods = &kMethods;
  return SQLITE_OK;
}

// What SQLite calls with the VFS that it was given is meant for the underlying one.
template <auto Call, class... Arguments>
auto pass_on(sqlite3_vfs* vfs, Arguments... arguments) {
  auto* const base = static_cast<sqlite3_vfs*>(vfs->pAppData);
  return (base->*Call)(base, arguments...);
}

}  // namespace

struct WalVfs::Impl {
  std::string name;
  sqlite3_vfs vfs{};
};

WalVfs::WalVfs(std::string const& base) : impl_(std::make_unique<Impl>()) {
  static std::atomic<std::uint64_t> made{0};
  impl_->name = "carillon-" + std::to_string(++made);
  auto* const under = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  auto& vfs = impl_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(WalFile)) + under->szOsFile;
  vfs.mxPathname = under->mxPathname;
  vfs.zName = impl_->name.c_str();
  vfs.pAppData = under;
  vfs.xOpen = x_open;
  vfs.xDelete = pass_on<&sqlite3_vfs::xDelete, char const*, int>;
  vfs.xAccess = pass_on<&sqlite3_vfs::xAccess, char const*, int, int*>;
  vfs.xFullPathname = pass_on<&sqlite3_vfs::xFullPathname, char const*, int, char*>;
  vfs.xRandomness = pass_on<&sqlite3_vfs::xRandomness, int, char*>;
  vfs.xSleep = pass_on<&sqlite3_vfs::xSleep, int>;
  vfs.xCurrentTime = pass_on<&sqlite3_vfs::xCurrentTime, double*>;
  vfs.xGetLastError = pass_on<&sqlite3_vfs::xGetLastError, int, char*>;
  vfs.xCurrentTimeInt64 = pass_on<&sqlite3_vfs::xCurrentTimeInt64, sqlite3_int64*>;
  sqlite3_vfs_register(&vfs, 0);
}

WalVfs::~WalVfs() { sqlite3_vfs_unregister(&impl_->vfs); }

std::string const& WalVfs::name() const { return impl_->name; }

}  // namespace carillon::sqlite

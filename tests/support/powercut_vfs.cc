#include "tests/support/powercut_vfs.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <utility>
#include <vector>

#include <sqlite3.h>

namespace carillon::testing {
namespace {

constexpr std::uint64_t kSectorBytes = 512;
using Moment = PowerCutVfs::Moment;

struct Image {
  bool exists = false;
  std::string bytes;

  void write(std::uint64_t offset, std::string_view data) {
    exists = true;
    if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size());
    std::copy(data.begin(), data.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  }
};

struct Operation {
  enum class Kind : std::uint8_t { create, write, truncate, remove } kind;
  std::uint64_t offset = 0;  // of a write; the size of a truncation
  std::string bytes;
};

void apply(Image& image, Operation const& operation) {
  switch (operation.kind) {
    case Operation::Kind::create:
      image.exists = true;
      break;
    case Operation::Kind::write:
      image.write(operation.offset, operation.bytes);
      break;
    case Operation::Kind::truncate:
      image.bytes.resize(operation.offset);
      break;
    case Operation::Kind::remove:
      image = {};
      break;
  }
}

struct DiskFile {
  Image durable;
  std::vector<Operation> pending;
};

enum class Role : std::uint8_t { data, log, other };

Image read_file(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  return {true, {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}};
}

}  // namespace

struct PowerCutVfs::State {
  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* system = nullptr;

  std::mutex mutex;  // guards what follows
  std::mt19937_64 random;
  std::map<std::string, DiskFile> files;
  std::uint64_t operations_left = 0;  // 0: no cut is planned
  bool cut = false;
  Moment moment = Moment::none;
  bool syncs_ignored = false;
  bool syncs_fail = false;

  // Whether this very operation is where the power goes; notes it.
  bool cut_now(Moment at) {
    if (operations_left == 0 || --operations_left > 0) return false;
    cut = true;
    moment = at;
    return true;
  }

  void sync(DiskFile& file) {
    for (auto const& operation : file.pending) apply(file.durable, operation);
    file.pending.clear();
  }

  // The folder: names that were made or removed before are durable now.
  void sync_names() {
    for (auto& [path, file] : files) {
      auto const is_name = [](Operation const& operation) {
        return operation.kind == Operation::Kind::create ||
               operation.kind == Operation::Kind::remove;
      };
      for (auto const& operation : file.pending) {
        if (is_name(operation)) apply(file.durable, operation);
      }
      std::erase_if(file.pending, is_name);
    }
  }

  void tear(Image& image, Operation const& operation, std::uint64_t kept_of_8) {
    if (operation.kind != Operation::Kind::write) {
      if (random() % 2 == 0) apply(image, operation);
      return;
    }
    std::string_view const bytes = operation.bytes;
    for (std::uint64_t at = 0; at < bytes.size();) {
      auto const end = std::min<std::uint64_t>(
          bytes.size(), at + kSectorBytes - (operation.offset + at) % kSectorBytes);
      auto size = end - at;
      auto const fate = random() % 8;
      if (fate == kept_of_8) size = random() % (size + 1);  // half written
      if (fate <= kept_of_8) image.write(operation.offset + at, bytes.substr(at, size));
      at = end;
    }
  }
};

namespace {

using State = PowerCutVfs::State;

struct ShimFile {
  sqlite3_file base;
  State* state;
  DiskFile* disk;  // null: a file of its own that goes when it is closed
  Role role;
  // The system's file lies behind this one.
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

ShimFile& shim(sqlite3_file* file) { return *reinterpret_cast<ShimFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return shim(file).real(); }
State& state_of(sqlite3_vfs* vfs) { return *static_cast<State*>(vfs->pAppData); }

Moment write_moment(Role role) {
  if (role == Role::log) return Moment::log_write;
  return role == Role::data ? Moment::data_write : Moment::other;
}
Moment sync_moment(Role role) {
  if (role == Role::log) return Moment::log_sync;
  return role == Role::data ? Moment::data_sync : Moment::other;
}

int x_close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }

int x_read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  {
    std::lock_guard const lock(shim(file).state->mutex);
    if (shim(file).state->cut) return SQLITE_IOERR_READ;
  }
  return real(file)->pMethods->xRead(real(file), into, size, offset);
}

int x_write(sqlite3_file* file, void const* from, int size, sqlite3_int64 offset) {
  auto& f = shim(file);
  if (f.disk != nullptr) {
    std::lock_guard const lock(f.state->mutex);
    if (f.state->cut) return SQLITE_IOERR_WRITE;
    f.disk->pending.push_back({Operation::Kind::write,
                               static_cast<std::uint64_t>(offset),
                               {static_cast<char const*>(from), static_cast<std::size_t>(size)}});
    if (f.state->cut_now(write_moment(f.role))) return SQLITE_IOERR_WRITE;
  }
  return f.real()->pMethods->xWrite(f.real(), from, size, offset);
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  auto& f = shim(file);
  if (f.disk != nullptr) {
    std::lock_guard const lock(f.state->mutex);
    if (f.state->cut) return SQLITE_IOERR_TRUNCATE;
    f.disk->pending.push_back({Operation::Kind::truncate, static_cast<std::uint64_t>(size), {}});
    if (f.state->cut_now(write_moment(f.role))) return SQLITE_IOERR_TRUNCATE;
  }
  return f.real()->pMethods->xTruncate(f.real(), size);
}

int x_sync(sqlite3_file* file, int) {
  auto& f = shim(file);
  if (f.disk == nullptr) return SQLITE_OK;
  std::lock_guard const lock(f.state->mutex);
  // Not SQLITE_IOERR_FSYNC: without power there is no process that could end itself.
  if (f.state->cut || f.state->cut_now(sync_moment(f.role))) return SQLITE_IOERR;
  if (f.state->syncs_fail) return SQLITE_IOERR_FSYNC;
  if (f.state->syncs_ignored) return SQLITE_OK;
  f.state->sync(*f.disk);
  if (f.role != Role::data) f.state->sync_names();
  return SQLITE_OK;
}

int x_file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int x_lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int x_unlock(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}
int x_check_reserved_lock(sqlite3_file* file, int* held) {
  return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int x_file_control(sqlite3_file* file, int operation, void* argument) {
  if (operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;  // it would write past the shim
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int x_sector_size(sqlite3_file*) { return static_cast<int>(kSectorBytes); }
int x_device_characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int x_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, memory);
}
int x_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void x_shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int x_shm_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: without memory mapped files, whose writes no shim would see.
constexpr sqlite3_io_methods kMethods = {.iVersion = 2,
                                         .xClose = x_close,
                                         .xRead = x_read,
                                         .xWrite = x_write,
                                         .xTruncate = x_truncate,
                                         .xSync = x_sync,
                                         .xFileSize = x_file_size,
                                         .xLock = x_lock,
                                         .xUnlock = x_unlock,
                                         .xCheckReservedLock = x_check_reserved_lock,
                                         .xFileControl = x_file_control,
                                         .xSectorSize = x_sector_size,
                                         .xDeviceCharacteristics = x_device_characteristics,
                                         .xShmMap = x_shm_map,
                                         .xShmLock = x_shm_lock,
                                         .xShmBarrier = x_shm_barrier,
                                         .xShmUnmap = x_shm_unmap,
                                         .xFetch = nullptr,
                                         .xUnfetch = nullptr};

DiskFile& disk_file(State& state, std::string const& path) {
  auto const [at, is_new] = state.files.try_emplace(path);
  if (is_new) at->second.durable = read_file(path);
  return at->second;
}

int x_open(sqlite3_vfs* vfs, char const* path, sqlite3_file* file, int flags, int* out_flags) {
  auto& state = state_of(vfs);
  auto& f = *new (file) ShimFile{};
  f.state = &state;
  f.role = (flags & SQLITE_OPEN_WAL) != 0       ? Role::log
           : (flags & SQLITE_OPEN_MAIN_DB) != 0 ? Role::data
                                                : Role::other;
  if (path != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) == 0) {
    std::lock_guard const lock(state.mutex);
    if (state.cut) return SQLITE_IOERR;
    bool const is_new = !std::filesystem::exists(path);
    f.disk = &disk_file(state, path);
    if (is_new && (flags & SQLITE_OPEN_CREATE) != 0) {
      f.disk->pending.push_back({Operation::Kind::create, 0, {}});
    }
  }
  int const code = state.system->xOpen(state.system, path, f.real(), flags, out_flags);
  if (f.real()->pMethods != nullptr) f.base.pMethods = &kMethods;
  return code;
}

int x_delete(sqlite3_vfs* vfs, char const* path, int sync_folder) {
  auto& state = state_of(vfs);
  {
    std::lock_guard const lock(state.mutex);
    if (state.cut || state.cut_now(Moment::other)) return SQLITE_IOERR_DELETE;
    disk_file(state, path).pending.push_back({Operation::Kind::remove, 0, {}});
    if (sync_folder != 0 && !state.syncs_ignored) state.sync_names();
  }
  return state.system->xDelete(state.system, path, 0);
}

}  // namespace

PowerCutVfs::PowerCutVfs(std::uint64_t seed) : state_(std::make_unique<State>()) {
  static std::atomic<int> made{0};
  state_->name = "power-cut-" + std::to_string(++made);
  state_->random.seed(seed);
  state_->system = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->system;  // what is not about files stays the system's
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.pAppData = state_.get();
  state_->vfs.szOsFile = static_cast<int>(sizeof(ShimFile)) + state_->system->szOsFile;
  state_->vfs.pNext = nullptr;
  state_->vfs.xOpen = x_open;
  state_->vfs.xDelete = x_delete;
  sqlite3_vfs_register(&state_->vfs, 0);
}

PowerCutVfs::~PowerCutVfs() { sqlite3_vfs_unregister(&state_->vfs); }

std::string const& PowerCutVfs::name() const { return state_->name; }

void PowerCutVfs::cut_after(std::uint64_t operations) {
  std::lock_guard const lock(state_->mutex);
  state_->operations_left = operations;
  state_->moment = Moment::none;
}

void PowerCutVfs::never_cut() { cut_after(0); }

bool PowerCutVfs::is_cut() const {
  std::lock_guard const lock(state_->mutex);
  return state_->cut;
}

PowerCutVfs::Moment PowerCutVfs::moment() const {
  std::lock_guard const lock(state_->mutex);
  return state_->moment;
}

void PowerCutVfs::restore(Loss loss) {
  std::lock_guard const lock(state_->mutex);
  auto const kept_of_8 = state_->random() % 8;
  for (auto& [path, file] : state_->files) {
    if (loss == Loss::torn) {
      for (auto const& operation : file.pending) {
        state_->tear(file.durable, operation, kept_of_8);
      }
    }
    file.pending.clear();
    std::error_code ignored;
    if (file.durable.exists) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << file.durable.bytes;
    } else {
      std::filesystem::remove(path, ignored);
    }
    std::filesystem::remove(path + "-shm", ignored);
  }
  state_->files.clear();  // read again from the disk when they are opened
  state_->operations_left = 0;
  state_->cut = false;
}

void PowerCutVfs::ignore_syncs() {
  std::lock_guard const lock(state_->mutex);
  state_->syncs_ignored = true;
}

void PowerCutVfs::fail_syncs() {
  std::lock_guard const lock(state_->mutex);
  state_->syncs_fail = true;
}

}  // namespace carillon::testing

// The staged file: a line that says what it is, blocks {bytes, rows, check, rows...}, and an end
// {0, 0, rows of all}. Only a file with its end is whole.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <unistd.h>

#include "base/disk.h"
#include "import/import.h"
#include "import/row_format.h"

namespace carillon {
namespace {

constexpr std::string_view kMagic = "carillon staged import 1\n";
constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr std::size_t kBlockBytesMax = 64 << 20;  // a row may be large
constexpr std::size_t kHeadBytes = 16;

struct BlockHead {
  std::uint32_t bytes;
  std::uint32_t rows;
  std::uint64_t check;  // of the bytes; at the end the number of all rows
};
static_assert(sizeof(BlockHead) == kHeadBytes);

std::uint64_t check_of(std::string_view bytes) {
  std::uint64_t out = 0;
  auto const hash = sha256(bytes);
  std::memcpy(&out, hash.data(), sizeof(out));
  return out;
}

Error cannot(std::string const& what, std::string const& path) {
  return fail(Errc::unavailable, "cannot " + what + " " + path + ": " + std::strerror(errno));
}

Error damaged() { return fail(Errc::internal, "the staged import is damaged"); }

class StagedWriter {
 public:
  explicit StagedWriter(std::FILE* file) : file_(file) { write(kMagic); }

  template <class... Row>
  void add(Row const&... row) {
    append_row(block_, row...);
    ++block_rows_;
    if (block_.size() >= kBlockBytes) flush();
  }

  bool finish() {
    flush();
    BlockHead const end{0, 0, rows_};
    write({reinterpret_cast<char const*>(&end), sizeof(end)});
    return good_ && std::fflush(file_) == 0 && fsync(fileno(file_)) == 0;
  }
  std::uint64_t rows() const { return rows_; }

 private:
  void flush() {
    if (block_rows_ == 0) return;
    BlockHead const head{static_cast<std::uint32_t>(block_.size()), block_rows_, check_of(block_)};
    write({reinterpret_cast<char const*>(&head), sizeof(head)});
    write(block_);
    rows_ += block_rows_;
    block_.clear();
    block_rows_ = 0;
  }
  void write(std::string_view bytes) {
    good_ = good_ && std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size();
  }

  std::FILE* file_;
  std::string block_;
  std::uint32_t block_rows_ = 0;
  std::uint64_t rows_ = 0;
  bool good_ = true;
};

}  // namespace

Result<std::uint64_t> stage_import(PlannedImport const& plan, std::string const& staged_path) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> const file(std::fopen(staged_path.c_str(), "wbe"));
  if (!file) return cannot("write", staged_path);
  StagedWriter out(file.get());
  auto const& changed = plan.changed;
  auto const& apps = *plan.after->apps;
  for (auto const no : changed.tenants) out.add(plan.after->find(no)->tenant());
  for (auto const no : changed.developers) out.add(apps.developers()[no.value - 1]);
  for (auto const no : changed.apps) out.add(*apps.find(no));
  for (auto const& installation : changed.installations) out.add(installation);
  for (auto const& [tenant, no] : changed.departments) {
    out.add(tenant, plan.after->find(tenant)->department(no));
  }
  for (auto const& [tenant, users] : changed.users) {
    auto const* const directory = plan.after->find(tenant);
    constexpr std::size_t kAtOnce = 65536;
    for (std::uint64_t from = 0;;) {
      auto const some = users.list(from, kAtOnce);
      for (auto const user : some) out.add(tenant, directory->user(user));
      if (some.size() < kAtOnce) break;
      from = std::uint64_t{some.back().value} + 1;
    }
  }
  for (auto const& [tenant, chat] : changed.chats) out.add(tenant, chat);
  for (auto const& [tenant, image] : changed.images) out.add(tenant, image);
  if (!out.finish()) return cannot("write", staged_path);
  // A new file is only there after a crash if its folder was synced.
  auto const folder = std::filesystem::path(staged_path).parent_path();
  CHECK_OK(sync_folder(folder.empty() ? "." : folder));
  return out.rows();
}

Result<StagedImport> StagedImport::open(std::string const& path, std::uint64_t rows_to_skip) {
  StagedImport out;
  out.file_.reset(std::fopen(path.c_str(), "rbe"));
  auto* const file = out.file_.get();
  if (file == nullptr) return cannot("read", path);
  std::array<char, kMagic.size()> magic{};
  BlockHead end{};
  if (std::fseek(file, -static_cast<long>(sizeof(end)), SEEK_END) != 0 ||
      std::fread(&end, 1, sizeof(end), file) != sizeof(end) || end.bytes != 0 || end.rows != 0 ||
      std::fseek(file, 0, SEEK_SET) != 0 ||
      std::fread(magic.data(), 1, magic.size(), file) != magic.size() ||
      std::string_view(magic.data(), magic.size()) != kMagic || rows_to_skip > end.check) {
    return damaged();
  }
  out.rows_total_ = end.check;
  while (rows_to_skip > 0) {
    // A whole block at a time: its head says how many rows it has.
    CHECK_OK(out.read_block());
    if (out.block_rows_ <= rows_to_skip) {
      rows_to_skip -= out.block_rows_;
      out.block_rows_ = 0;
      continue;
    }
    std::string_view left(out.block_);
    for (; rows_to_skip > 0; --rows_to_skip, --out.block_rows_) {
      DirectoryRows skipped;
      CHECK_OK(read_row(left, skipped));
    }
    out.at_ = out.block_.size() - left.size();
  }
  return out;
}

Result<void> StagedImport::read_block() {
  BlockHead head{};
  auto* const file = file_.get();
  if (std::fread(&head, 1, sizeof(head), file) != sizeof(head) || head.bytes > kBlockBytesMax ||
      head.rows == 0 || head.rows > rows_total_ - rows_read_) {
    return damaged();
  }
  block_.resize(head.bytes);
  if (std::fread(block_.data(), 1, block_.size(), file) != block_.size() ||
      check_of(block_) != head.check) {
    return damaged();
  }
  at_ = 0;
  block_rows_ = head.rows;
  rows_read_ += head.rows;
  return {};
}

Result<DirectoryRows> StagedImport::next(std::size_t rows_max) {
  DirectoryRows out;
  while (rows_max > 0) {
    if (block_rows_ == 0) {
      if (rows_read_ == rows_total_) break;
      CHECK_OK(read_block());
    }
    std::string_view left = std::string_view(block_).substr(at_);
    for (; rows_max > 0 && block_rows_ > 0; --rows_max, --block_rows_) {
      CHECK_OK(read_row(left, out));
    }
    at_ = block_.size() - left.size();
  }
  return out;
}

}  // namespace carillon

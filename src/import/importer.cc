#include "import/importer.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <future>
#include <iterator>
#include <unistd.h>
#include <utility>

#include "core/apply_import.h"

namespace carillon {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr std::size_t kOfflineRows = 20'000;
constexpr std::size_t kFirstRows = 200;
constexpr std::size_t kRowsMax = 4'000;
constexpr int kPlansMax = 5;
constexpr microseconds kStepAim{2500};  // half of what a send may wait behind a step

std::string staged_path(std::string const& folder, std::string const& name) {
  return folder + "/" + name;
}

// One name is enough: imports exclude each other, and a finished one leaves nothing behind.
char const kStagedName[] = "import.staged";

// Hands a decision to the engine and waits for its commit; never on an io thread.
Result<void> write_and_wait(Engine& engine, std::function<Result<Decided<Nothing>>(View&)> decide) {
  std::promise<Result<void>> done;
  auto waiting = done.get_future();
  engine.write<Nothing>(std::move(decide), [&done](Result<Nothing> result) {
    if (result) {
      done.set_value({});
    } else {
      done.set_value(std::move(result).error());
    }
  });
  return waiting.get();
}

// More rows while a step stays below its aim, fewer when it does not.
std::size_t next_rows(std::size_t rows, microseconds took) {
  if (took > kStepAim) return std::max<std::size_t>(50, rows / 2);
  if (took < kStepAim / 2) return std::min(kRowsMax, rows + rows / 4);
  return rows;
}

void remove_files(Importer::Upload const& upload) {
  unlink(upload.path.c_str());
  for (auto const& [name, path] : upload.files) unlink(path.c_str());
}

// Before any row refers to them.
Result<void> put_files(PlannedImport const& plan, BlobStore& blobs) {
  for (auto const& [path, planned] : plan.files) {
    std::ifstream file(path, std::ios::binary);
    std::string const bytes((std::istreambuf_iterator<char>(file)), {});
    TRY(auto const blob, blobs.put(bytes));
    if (blob != planned) return fail(Errc::import_invalid, path + " changed while it was read");
  }
  return {};
}

}  // namespace

Importer::Importer(Engine& engine, Key const& installation_key, std::uint8_t generation,
                   BlobStore& blobs, std::string data_folder)
    : engine_(engine),
      key_(installation_key),
      generation_(generation),
      blobs_(blobs),
      data_folder_(std::move(data_folder)) {}

Importer::~Importer() {
  if (thread_.joinable()) thread_.join();
}

void Importer::run(Upload upload, std::function<void(Result<ImportCounts>)> answer) {
  start<ImportCounts>(
      std::move(upload), [this](Upload const& given) { return apply(given); }, std::move(answer));
}

void Importer::preview(Upload upload, std::size_t changes_max,
                       std::function<void(Result<ImportPreview>)> answer) {
  start<ImportPreview>(
      std::move(upload),
      [this, changes_max](Upload const& given) -> Result<ImportPreview> {
        auto const now = engine_.organisation();
        TRY(auto const planned, plan(given, *now));
        return ImportPreview{planned.counts, list_changes(*now, planned, changes_max)};
      },
      std::move(answer));
}

template <class T>
void Importer::start(Upload upload, std::function<Result<T>(Upload const&)> work,
                     std::function<void(Result<T>)> answer) {
  if (running_.exchange(true)) {
    remove_files(upload);
    answer(fail(Errc::import_running, "another import is under way; try again when it is done"));
    return;
  }
  // The one before may have ended while the call that started it is still in here.
  std::lock_guard const lock(mutex_);
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread(
      [this, upload = std::move(upload), work = std::move(work), answer = std::move(answer)] {
        auto result = work(upload);
        remove_files(upload);
        running_ = false;
        answer(std::move(result));
      });
}

// A plan is made against what was in force when it began; whatever changed meanwhile asks for
// another one.
Result<ImportCounts> Importer::apply(Upload const& upload) {
  for (int plans = 1;; ++plans) {
    auto result = apply_once(upload);
    if (result || result.error().code != Errc::already_exists || plans == kPlansMax) return result;
  }
}

Result<PlannedImport> Importer::plan(Upload const& upload, Organisation const& now) const {
  ImportContext const context{now, key_, generation_, engine_.now(),
                              [&upload](std::string const& name) {
                                auto const at = upload.files.find(name);
                                return at == upload.files.end() ? std::string() : at->second;
                              }};
  return plan_import(upload.path, context);
}

Result<ImportCounts> Importer::apply_once(Upload const& upload) {
  auto const now = engine_.organisation();
  TRY(auto const plan, this->plan(upload, *now));
  CHECK_OK(put_files(plan, blobs_));
  auto const file = staged_path(data_folder_, kStagedName);
  TRY(auto const total, stage_import(plan, file));
  if (total == 0) {
    unlink(file.c_str());
    return plan.counts;
  }
  auto const version = now->version;
  if (auto begun = write_and_wait(
          engine_, [&](View& view) { return begin_import(view, version, kStagedName); });
      !begun) {
    unlink(file.c_str());
    return std::move(begun).error();
  }
  // From here on the import will be in force, whatever happens to this process.
  TRY(auto staged, StagedImport::open(file, 0));
  std::uint64_t done = 0;
  for (auto rows_max = kFirstRows; done < total;) {
    TRY(auto rows, staged.next(rows_max));
    done += rows.size();
    auto const started = steady_clock::now();
    CHECK_OK(write_and_wait(engine_, [&](View&) -> Result<Decided<Nothing>> {
      return apply_import_rows(kStagedName, done, rows);
    }));
    rows_max = next_rows(rows_max,
                         std::chrono::duration_cast<microseconds>(steady_clock::now() - started));
  }
  CHECK_OK(write_and_wait(
      engine_, [&](View&) -> Result<Decided<Nothing>> { return finish_import(plan.after); }));
  unlink(file.c_str());
  return plan.counts;
}

Result<ImportCounts> import_offline(Ledger& ledger, BlobStore& blobs, std::string const& path,
                                    ImportContext const& context, std::string const& data_folder) {
  TRY(auto const plan, plan_import(path, context));
  CHECK_OK(put_files(plan, blobs));
  auto const file = staged_path(data_folder, kStagedName);
  TRY(auto const total, stage_import(plan, file));
  if (total != 0) {
    Change begin;
    begin.import = ImportProgress{kStagedName, 0};
    CHECK_OK(commit_alone(ledger, begin));
    CHECK_OK(finish_interrupted_import(ledger, *begin.import, data_folder));
  }
  unlink(file.c_str());
  return plan.counts;
}

Result<void> finish_interrupted_import(Ledger& ledger, ImportProgress const& progress,
                                       std::string const& data_folder) {
  auto const file = staged_path(data_folder, progress.staged_file);
  TRY(auto staged, StagedImport::open(file, progress.rows_done));
  auto done = progress.rows_done;
  for (;;) {
    TRY(auto rows, staged.next(kOfflineRows));
    if (rows.empty()) break;
    done += rows.size();
    auto step = apply_import_rows(progress.staged_file, done, std::move(rows));
    CHECK_OK(commit_alone(ledger, step.change));
  }
  auto end = finish_import(nullptr);
  CHECK_OK(commit_alone(ledger, end.change));
  unlink(file.c_str());
  return {};
}

}  // namespace carillon

// Applying an import: read and checked whole, staged on disk, then written in short steps.
//
// Shape   plan (no effect) -> staged file -> begin -> steps of some rows -> finish: in force. A
//         crash after the staging is carried on with at the next start; before it, nothing
//         happened.
// Source  design.md section 5. Steps are sized so that no send waits over 5 ms behind one.
// Errors  import_invalid with line and field; import_running.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "engine/engine.h"
#include "import/changes.h"
#include "import/import.h"
#include "ledger/ledger.h"

namespace carillon {

// On a running server; one at a time.
class Importer {
 public:
  Importer(Engine& engine, Key const& installation_key, std::uint8_t generation, BlobStore& blobs,
           std::string data_folder);
  ~Importer();  // waits for the one under way

  // What came with a call: the organisation file, and files that its images name.
  struct Upload {
    std::string path;
    std::map<std::string, std::string> files;  // name -> path
  };
  // Reads the files on a thread of its own and removes them afterwards. `answer` is called on that
  // thread, or at once with import_running.
  void run(Upload upload, std::function<void(Result<ImportCounts>)> answer);
  // The same as far as it has no effect: what would be changed, the first `changes_max` by name.
  void preview(Upload upload, std::size_t changes_max,
               std::function<void(Result<ImportPreview>)> answer);

 private:
  template <class T>
  void start(Upload upload, std::function<Result<T>(Upload const&)> work,
             std::function<void(Result<T>)> answer);
  Result<PlannedImport> plan(Upload const& upload, Organisation const& now) const;
  Result<ImportCounts> apply(Upload const& upload);
  Result<ImportCounts> apply_once(Upload const& upload);

  Engine& engine_;
  Key const& key_;
  std::uint8_t generation_;
  BlobStore& blobs_;
  std::string data_folder_;
  std::atomic<bool> running_{false};
  std::mutex mutex_;
  std::thread thread_;  // guarded by mutex_: two calls may want to start the next one
};

// Without a server: the whole import in large steps.
Result<ImportCounts> import_offline(Ledger& ledger, BlobStore& blobs, std::string const& path,
                                    ImportContext const& context, std::string const& data_folder);

// Finishes an import that a crash interrupted; before the organisation is loaded.
Result<void> finish_interrupted_import(Ledger& ledger, ImportProgress const& progress,
                                       std::string const& data_folder);

}  // namespace carillon

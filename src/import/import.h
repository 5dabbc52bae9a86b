// Reading an organisation file into rows that are ready to be written: plan, stage, carry on.
//
// Shape   plan_import() reads the file as often as it needs, checks all of it and computes the
//         organisation as it will be; it has no effect. stage_import() writes the rows that differ
//         to a file of our own, durably; StagedImport reads them back in pieces, also from the
//         middle after a crash. importer.h ties the three together.
//         Upserts by id, never deletes; an absent field keeps what is stored, null or an empty
//         value clears it where that makes sense. New users are numbered along the department
//         tree, in file order within a department, so that departments are ranges of UserNos;
//         users that exist keep their numbers.
//         A union_id given as plain text is for the one developer of the tenant's own apps, or for
//         the developer named like the tenant_key if those have none or several.
//         An app_secret that is none of the app's good ones gets a new version and withdraws the
//         others: a file states what shall be; a rotation with overlap is the app command's job.
// Source  design.md section 5 (JSON, JSONL); CSV with a header line for users, RFC 4180.
// Errors  import_invalid: up to 20 problems, a line each, with line and field; nothing is changed.
//         unavailable: the file cannot be read or written. internal: the staged file is damaged.
// Cost    The file is streamed, never whole in memory; an entity is at most 16 MB. For a million
//         new users about the size of their directory, and a few seconds.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "access/organisation.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/crypto.h"
#include "ledger/change.h"

namespace carillon {

struct ImportCount {
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;

  friend bool operator==(ImportCount const&, ImportCount const&) = default;
};

struct ImportCounts {
  ImportCount tenants;
  ImportCount departments;
  ImportCount users;
  ImportCount apps;
  ImportCount chats;
  ImportCount images;

  friend bool operator==(ImportCounts const&, ImportCounts const&) = default;
};

// What an import is planned against.
struct ImportContext {
  Organisation const& now;
  Key const& installation_key;
  std::uint8_t generation;  // of the ids that are made from now on
  Time at;
  // Where the file lies that an image names; empty: not here. Unset: no files can be brought in.
  std::function<std::string(std::string const& name)> find_file = {};
};

// Everything that is created or differs; the values themselves are in `after`.
struct ChangedRows {
  std::vector<TenantNo> tenants;
  std::vector<DeveloperNo> developers;
  std::vector<AppNo> apps;
  std::vector<Installation> installations;
  std::vector<std::pair<TenantNo, DepartmentNo>> departments;
  std::vector<std::pair<TenantNo, UserSet>> users;
  std::vector<std::pair<TenantNo, Chat>> chats;
  std::vector<std::pair<TenantNo, Image>> images;
};

struct PlannedImport {
  ImportCounts counts;
  std::shared_ptr<Organisation const> after;
  ChangedRows changed;
  // What images show: paths of files that are to be put as blobs, and as which.
  std::vector<std::pair<std::string, BlobRef>> files;
};

// The format follows from the name's ending (.json, .jsonl, .ndjson, .csv), else from the first
// bytes. Blocking; seconds for large files. Any thread.
Result<PlannedImport> plan_import(std::string const& path, ImportContext const& context);

// Writes the changed rows and syncs file and folder; gives the number of rows.
Result<std::uint64_t> stage_import(PlannedImport const& plan, std::string const& staged_path);

class StagedImport {
 public:
  // Checks that the file is complete and moves past the rows that are done already.
  static Result<StagedImport> open(std::string const& path, std::uint64_t rows_to_skip);

  std::uint64_t rows_total() const { return rows_total_; }
  // At most so many rows; none at the end.
  Result<DirectoryRows> next(std::size_t rows_max);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  StagedImport() = default;
  Result<void> read_block();

  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t rows_total_ = 0;
  std::uint64_t rows_read_ = 0;   // of blocks taken from the file
  std::string block_;             // the current one
  std::size_t at_ = 0;            // in it
  std::uint64_t block_rows_ = 0;  // still to come from it
};

}  // namespace carillon

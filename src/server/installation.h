// An installation's folder opened: key, store and identity checked, and the organisation read.
// What serve, import and doctor have in common.
#pragma once

#include <memory>
#include <string>

#include "access/organisation.h"
#include "ledger/ledger.h"
#include "media/blob_store.h"
#include "server/config.h"

namespace carillon::server {

enum class OpenFor : std::uint8_t { writing, looking };

struct Installation {
  Key key{};
  std::shared_ptr<void> folder_lock;  // held where the ledger does not hold it itself
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<BlobStore> blobs;
  StoreIdentity identity;
  StoredState state;
  std::shared_ptr<Organisation const> organisation;
  bool was_copy = false;  // a copy at its first start: its unfinished batches were paused
};

// With `writing`: makes what a new folder lacks, finishes an interrupted import, starts a copy,
// and removes files that a process which was killed has left behind.
// Errors  unavailable, not_found, invalid_field: each says what is wrong, where, and what to do.
Result<Installation> open_installation(Config const& config, OpenFor purpose, Time now);

// Where the files of an installation lie.
std::string blobs_folder(std::string const& data_folder);
std::string blobs_folder(Config const& config);

}  // namespace carillon::server

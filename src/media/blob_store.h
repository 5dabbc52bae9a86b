// Where the bytes of files lie: images and other media that messages show.
//
// Shape   A blob is named by what is in it (SHA-256), so the same file is kept once and a name
//         never means other bytes. Rows of the store refer to blobs; a blob is put before its row
//         is committed, so that a crash in between leaves a blob nobody refers to, never a row
//         without its blob. sweep() removes such blobs before the server starts to serve.
// Source  docs/decisions/0007-blobs-are-files-named-by-content.md
// Errors  low_disk, unavailable: with a sentence for the operator. not_found from get().
// Cost    Blocking: put_file() waits for the disk to sync. Any thread, but sweep().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/blob_ref.h"
#include "base/result.h"

namespace carillon {

class BlobStore {
 public:
  virtual ~BlobStore() = default;

  // Durable when it returns. The file at `path`, on the same disk, is gone then, also if it failed.
  virtual Result<BlobRef> put_file(std::string const& path) = 0;
  virtual Result<BlobRef> put(std::string_view bytes) = 0;  // likewise
  virtual Result<std::string> get(BlobId const& id) = 0;

  struct Swept {
    std::uint64_t blobs = 0;
    std::uint64_t bytes = 0;
  };
  // Removes what `keep` (ascending) does not name; while nobody else uses the store.
  virtual Result<Swept> sweep(std::vector<BlobId> const& keep) = 0;
  // Whether the blob is there and its bytes are what its name says.
  virtual Result<bool> is_whole(BlobId const& id) = 0;
};

}  // namespace carillon

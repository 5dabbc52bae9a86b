// The blob store of a single machine: files beside the data file.
//
// Shape   FOLDER/ab/cdef...: the digits of the blob's id, the first two as a folder of their own.
//         A file gets its name only once its bytes are on disk, so whatever has a name is whole.
// Cost    put_file() reads the file once, for its name, and waits for three syncs.
#pragma once

#include <filesystem>
#include <memory>

#include "media/blob_store.h"

namespace carillon {

// `folder` is made with the first blob.
std::unique_ptr<BlobStore> open_file_blobs(std::filesystem::path folder);

// Copies what the copy has not yet, and syncs it. Blobs never change, so a copy made after a copy
// of the data file holds every blob that the rows there refer to.
Result<void> backup_file_blobs(std::filesystem::path const& folder,
                               std::filesystem::path const& destination);

}  // namespace carillon

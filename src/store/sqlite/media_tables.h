// SQL and rows of uploaded files.
#pragma once

#include <optional>
#include <vector>

#include "media/media.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct MediaTables {
  explicit MediaTables(Database& db);

  Statement insert_media;  // media, app, blob, record
  Statement find_media;    // media -> app, blob, record
  Statement all_blobs;     // -> blob, ascending, each once; of media and imported images
};

// Errors  already_exists if the key is taken.
Result<void> insert(MediaTables& tables, Media const& media);
Result<std::optional<Media>> find_media(MediaTables& tables, MediaKey const& key);
Result<std::vector<BlobId>> blobs_in_use(MediaTables& tables);

}  // namespace carillon::sqlite

// SQL and rows of what apps bring along for their messages: uploaded files and chats.
#pragma once

#include <optional>
#include <vector>

#include "access/app_chat.h"
#include "media/media.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct MediaTables {
  explicit MediaTables(Database& db);

  Statement insert_media;  // media, app, blob, record
  Statement find_media;    // media -> app, blob, record
  Statement all_blobs;     // -> blob, ascending, each once; of media and imported images
  Statement insert_chat;   // chat, app, record
  Statement find_chat;     // chat -> app, record
};

// Errors  already_exists if the key is taken.
Result<void> insert(MediaTables& tables, Media const& media);
Result<std::optional<Media>> find_media(MediaTables& tables, MediaKey const& key);
Result<void> insert(MediaTables& tables, AppChat const& chat);
Result<std::optional<AppChat>> find_app_chat(MediaTables& tables, ChatKey const& key);
Result<std::vector<BlobId>> blobs_in_use(MediaTables& tables);

}  // namespace carillon::sqlite

#include "store/sqlite/media_tables.h"

#include "store/rows/media_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

#define MEDIA_COLUMNS "app, blob, record"

std::int64_t media_key(MediaKey const& key) { return pack_key(key.tenant, key.media.value); }

}  // namespace

MediaTables::MediaTables(Database& db)
    : insert_media(db, "INSERT INTO media(media, " MEDIA_COLUMNS ") VALUES(?,?,?,?)"),
      find_media(db, "SELECT " MEDIA_COLUMNS " FROM media WHERE media = ?"),
      all_blobs(db,
                "SELECT blob FROM media UNION SELECT blob FROM images WHERE blob IS NOT NULL"
                " ORDER BY blob"),
      insert_chat(db, "INSERT INTO app_chats(chat, app, record) VALUES(?,?,?)"),
      find_chat(db, "SELECT app, record FROM app_chats WHERE chat = ?") {}

Result<void> insert(MediaTables& tables, Media const& media) {
  return tables.insert_media.run(media_key(media.key), media.app.value,
                                 Blob{bytes_of(media.blob.id)}, Blob{pack_media(media)});
}

Result<std::optional<Media>> find_media(MediaTables& tables, MediaKey const& key) {
  auto row = tables.find_media.query(media_key(key));
  if (!row.next()) {
    CHECK_OK(row.end());
    return std::optional<Media>();
  }
  Media media;
  media.key = key;
  media.app = AppNo{static_cast<std::uint32_t>(row.integer(0))};
  if (!read_blob_id(row.bytes(1), media.blob.id) || !unpack_media(row.bytes(2), media)) {
    return fail(Errc::internal, "the stored file " + std::to_string(key.media.value) +
                                    " of tenant " + std::to_string(key.tenant.value) +
                                    " is damaged");
  }
  return std::optional<Media>(std::move(media));
}

Result<void> insert(MediaTables& tables, AppChat const& chat) {
  return tables.insert_chat.run(pack_key(chat.key.tenant, chat.key.chat.value), chat.app.value,
                                Blob{pack_chat(chat)});
}

Result<std::optional<AppChat>> find_app_chat(MediaTables& tables, ChatKey const& key) {
  auto row = tables.find_chat.query(pack_key(key.tenant, key.chat.value));
  if (!row.next()) {
    CHECK_OK(row.end());
    return std::optional<AppChat>();
  }
  AppChat chat;
  chat.key = key;
  chat.app = AppNo{static_cast<std::uint32_t>(row.integer(0))};
  if (!unpack_chat(row.bytes(1), chat)) {
    return fail(Errc::internal, "the stored chat " + std::to_string(key.chat.value) +
                                    " of tenant " + std::to_string(key.tenant.value) +
                                    " is damaged");
  }
  return std::optional<AppChat>(std::move(chat));
}

Result<std::vector<BlobId>> blobs_in_use(MediaTables& tables) {
  std::vector<BlobId> out;
  auto row = tables.all_blobs.query();
  while (row.next()) {
    BlobId id{};
    if (read_blob_id(row.bytes(0), id)) out.push_back(id);
  }
  CHECK_OK(row.end());
  return out;
}

}  // namespace carillon::sqlite

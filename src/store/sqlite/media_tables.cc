#include "store/sqlite/media_tables.h"

#include "store/sqlite/keys.h"
#include "store/sqlite/packing.h"

namespace carillon::sqlite {
namespace {

#define MEDIA_COLUMNS "app, blob, record"

std::int64_t media_key(MediaKey const& key) { return pack_key(key.tenant, key.media.value); }

std::string pack_record(Media const& media) {
  Packer out;
  out.number(static_cast<std::uint8_t>(media.use));
  out.number(static_cast<std::uint8_t>(media.type));
  out.number(media.generation);
  out.number(media.blob.bytes);
  out.signed_number(to_ms(media.created_at));
  out.text(media.name);
  return std::string(out.bytes());
}

bool unpack_record(std::string_view bytes, Media& media) {
  Unpacker in(bytes);
  media.use = static_cast<MediaUse>(in.number());
  media.type = static_cast<FileType>(in.number());
  media.generation = static_cast<std::uint8_t>(in.number());
  media.blob.bytes = in.number();
  media.created_at = from_ms(in.signed_number());
  media.name = in.text();
  return in.ok() && in.at_end() && media.type <= kLastFileType;
}

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
                                 Blob{bytes_of(media.blob.id)}, Blob{pack_record(media)});
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
  if (!read_blob_id(row.bytes(1), media.blob.id) || !unpack_record(row.bytes(2), media)) {
    return fail(Errc::internal, "the stored file " + std::to_string(key.media.value) +
                                    " of tenant " + std::to_string(key.tenant.value) +
                                    " is damaged");
  }
  return std::optional<Media>(std::move(media));
}

Result<void> insert(MediaTables& tables, AppChat const& chat) {
  Packer out;
  out.number(chat.generation);
  out.number(chat.is_public ? 1 : 0);
  out.number(chat.owner.value);
  out.number(chat.users);
  out.number(chat.apps);
  out.signed_number(to_ms(chat.created_at));
  out.text(chat.name);
  out.text(chat.description);
  return tables.insert_chat.run(pack_key(chat.key.tenant, chat.key.chat.value), chat.app.value,
                                Blob{out.bytes()});
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
  Unpacker in(row.bytes(1));
  chat.generation = static_cast<std::uint8_t>(in.number());
  chat.is_public = in.number() != 0;
  chat.owner = UserNo{static_cast<std::uint32_t>(in.number())};
  chat.users = static_cast<std::uint32_t>(in.number());
  chat.apps = static_cast<std::uint32_t>(in.number());
  chat.created_at = from_ms(in.signed_number());
  chat.name = in.text();
  chat.description = in.text();
  if (!in.ok() || !in.at_end()) {
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

#include "store/sqlite/media_tables.h"

#include <algorithm>

#include "store/sqlite/keys.h"
#include "store/sqlite/packing.h"

namespace carillon::sqlite {
namespace {

#define MEDIA_COLUMNS "app, blob, record"

std::int64_t media_key(MediaKey const& key) { return pack_key(key.tenant, key.media.value); }

std::string_view bytes_of(BlobId const& id) {
  return {reinterpret_cast<char const*>(id.data()), id.size()};
}

bool read_blob_id(std::string_view bytes, BlobId& out) {
  if (bytes.size() != out.size()) return false;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return true;
}

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
      all_blobs(db, "SELECT DISTINCT blob FROM media ORDER BY blob") {}

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

#include "store/rows/media_rows.h"

#include "store/rows/packing.h"

namespace carillon::rows {

std::string pack_media(Media const& media) {
  Packer out;
  out.number(static_cast<std::uint8_t>(media.use));
  out.number(static_cast<std::uint8_t>(media.type));
  out.number(media.generation);
  out.number(media.blob.bytes);
  out.signed_number(to_ms(media.created_at));
  out.text(media.name);
  return std::string(out.bytes());
}

bool unpack_media(std::string_view bytes, Media& media) {
  Unpacker in(bytes);
  media.use = static_cast<MediaUse>(in.number());
  media.type = static_cast<FileType>(in.number());
  media.generation = static_cast<std::uint8_t>(in.number());
  media.blob.bytes = in.number();
  media.created_at = from_ms(in.signed_number());
  media.name = in.text();
  return in.ok() && in.at_end() && media.type <= kLastFileType;
}

std::string pack_chat(AppChat const& chat) {
  Packer out;
  out.number(chat.generation);
  out.number(chat.is_public ? 1 : 0);
  out.number(chat.owner.value);
  out.number(chat.users);
  out.number(chat.apps);
  out.signed_number(to_ms(chat.created_at));
  out.text(chat.name);
  out.text(chat.description);
  return out.take();
}

bool unpack_chat(std::string_view bytes, AppChat& chat) {
  Unpacker in(bytes);
  chat.generation = static_cast<std::uint8_t>(in.number());
  chat.is_public = in.number() != 0;
  chat.owner = UserNo{static_cast<std::uint32_t>(in.number())};
  chat.users = static_cast<std::uint32_t>(in.number());
  chat.apps = static_cast<std::uint32_t>(in.number());
  chat.created_at = from_ms(in.signed_number());
  chat.name = in.text();
  chat.description = in.text();
  return in.ok() && in.at_end();
}

}  // namespace carillon::rows

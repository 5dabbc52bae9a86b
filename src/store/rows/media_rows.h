// What apps bring along for their messages, uploaded files and chats, as it lies packed in a row.
#pragma once

#include <string>
#include <string_view>

#include "access/app_chat.h"
#include "media/media.h"

namespace carillon::rows {

// All but the key, the app and the blob's name, which have columns of their own.
std::string pack_media(Media const& media);
bool unpack_media(std::string_view bytes, Media& media);

// All but the key and the app.
std::string pack_chat(AppChat const& chat);
bool unpack_chat(std::string_view bytes, AppChat& chat);

}  // namespace carillon::rows

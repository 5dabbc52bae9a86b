// POST /media/upload and GET /media/downloadFile: files that messages show or carry.
//
// Source  docs/wire/dingtalk/media.md. The form is taken as the vendor's Java SDK writes it, and as
//         everybody else does; what a file is, is told by its bytes.
// In      type: image, voice, video or file, in the query or in the form; media: the file.
// Out     {"type","media_id","created_at"}, the last one a number of milliseconds; the bytes.
// Errors  Never wrapped in code 88. 40035 no form, no file; 40004 a type that is none, bytes of
//         another one; 40006 too large; 40007 an id of no file of this app; -1.
// Cost    The body goes to disk as it arrives; a reader thread syncs it and reads it back.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dialect/dingtalk/gateway.h"
#include "http/router.h"
#include "media/media.h"

namespace carillon::dingtalk {

inline constexpr Api kUploadMedia{0x208, Family::media};
inline constexpr Api kDownloadMedia{0x209, Family::media};
inline constexpr std::string_view kMediaIdPrefix = "@lAD";

void add_media_routes(http::Router& router, Context& context);

std::optional<MediaUse> find_media_use(std::string_view type);
std::uint64_t bytes_max_of(MediaUse use);
// May a file of that type be one of that use?
bool fits(MediaUse use, FileType type);

}  // namespace carillon::dingtalk

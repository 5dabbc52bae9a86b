// POST /open-apis/im/v1/images, GET /open-apis/im/v1/images/:image_key, and the older
// POST /open-apis/image/v4/put.
//
// Source  docs/wire/feishu/images.md. The form's parts come in any order and under any file name;
//         what the image is, is told by its bytes.
// In      image_type: message or avatar; image: the file, up to Settings::image_bytes_max.
// Out     data.image_key; the bytes with their type. Only the app that uploaded an image may
//         download it, and only an image for messages.
// Errors  HTTP 400: 234001 form, fields, unknown key; 234005 bytes not here; 234006 size; 234007
//         bot off; 234008 another app's; 234010 empty; 234011 no image. HTTP 401: 234002 withdrawn
//         meanwhile.
// Cost    The body goes to disk as it arrives; a reader thread syncs it and reads it back.
#pragma once

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"
#include "http/router.h"

namespace carillon::feishu {

inline constexpr Api kUploadImage{0x141, Family::image, kUploadScopes};
inline constexpr Api kPutImage{0x142, Family::image, kUploadScopes};
inline constexpr Api kGetImage{0x143, Family::image, kDownloadScopes};
inline constexpr std::string_view kImageKeyPrefix = "img_v2_";

// The whole routes, since they take their bodies as no other does.
http::Route upload_image_route(Context& context);
http::Route put_image_route(Context& context);
void get_image(Context& context, http::Request const& request, http::Reply reply);

}  // namespace carillon::feishu

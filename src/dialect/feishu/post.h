// Rich text: content.post, a map of locales, each a title and paragraphs of tagged elements.
//
// Source  docs/wire/feishu/batch_send.md, "post". Tags: text, a, at, img, media, emotion; `md` and
//         other tags of the single-send API are refused, as are unknown locales.
// Errors  bad_content, naming the place.
#pragma once

#include "base/result.h"
#include "dialect/feishu/content.h"
#include "json/reader.h"

namespace carillon::feishu {

Result<Message> read_post(json::Value content);

}  // namespace carillon::feishu

// Which files a message's content refers to: whoever has the message may fetch those, no others.
//
// Shape   A key counts as a whole: a string of its own, or where a picture leads to inside one, as
//         Markdown has it: ![words](key), ![words]( <key> "title"). Content that is no JSON refers
//         to nothing.
//         A file is what the whole message is about: its media_id.
// Source  web/src/content/inline.ts: what is drawn as a picture there is found here.
// Cost    Pure; linear in the content.
#pragma once

#include <string_view>

#include "batch/content.h"

namespace carillon::console {

bool shows_image(Content const& content, std::string_view image_key);
bool carries_file(Content const& content, std::string_view media_id);

}  // namespace carillon::console

// The answers with the bytes that a message shows or carries, for callers who may see the message.
//
// Shape   An image comes under the type that its bytes have. A file is for keeping: it comes as an
//         attachment under the name that is known, and under a type of its own only if it is sound.
//         Browsers keep neither: whether the message is still there is asked each time.
// Errors  not_found: recalled, also while the bytes were read (I6); not in the content; no file of
//         the app that sent the message (I7). file_gone.
// Cost    Asks the store and reads the file: a reader thread.
#pragma once

#include <string>
#include <string_view>

#include "access/organisation.h"
#include "base/result.h"
#include "dialect/console/dialect.h"
#include "http/message.h"

namespace carillon::console {

Result<http::Response> read_shown_image(Context const& context, Organisation const& organisation,
                                        Reader& reader, BatchRecord const& record,
                                        std::string_view image_key);
Result<http::Response> read_carried_file(Context const& context, Organisation const& organisation,
                                         Reader& reader, BatchRecord const& record,
                                         std::string_view media_id);

// Leaves only the bytes that a Range header asks for, with 206: some players of sound insist on it.
// More than one range, or none that is there, is passed over (RFC 9110, section 14.2).
void cut_to_range(http::Response& response, std::string_view range);

// Whatever the reason, where a message or an image or file of it is asked for in vain.
Error no_such_file();

// "attachment; filename*=UTF-8''..." (RFC 6266, RFC 8187), without what would lead elsewhere on the
// disk of whoever keeps the file. A name that is not usable is "file" with the ending.
std::string attachment_header(std::string_view name, std::string_view ending);

}  // namespace carillon::console

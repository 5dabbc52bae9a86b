// A file that a message shows, for somebody who has got that message.
//
// Source  design.md section 4, I6 and I7: own messages only, none that was recalled, and only files
//         that the sending app may show.
// Errors  not_found, whatever the reason; file_gone: it may be shown, but its bytes are not here.
// Cost    Asks the store: a reader thread.
#pragma once

#include <string>
#include <string_view>

#include "core/find_batch.h"
#include "directory/directory.h"
#include "ledger/ledger.h"
#include "media/media.h"

namespace carillon {

// Whether the batch is in that person's inbox now.
Result<bool> has_message(BatchStore& store, BatchRecord const& record, UserNo user);

struct ShownFile {
  BlobRef blob;
  MediaUse use = MediaUse::image;
  std::string name;  // as its uploader called it; may be empty, and is to be trusted in nothing
};

// The file that messages of this app call by that name.
Result<ShownFile> find_shown_file(MediaStore& store, IdSealer const& ids,
                                  Directory const& directory, AppNo app, std::string_view name);

}  // namespace carillon

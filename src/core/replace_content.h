// Another content for a batch that was accepted: whoever looks sees the new one.
//
// Source  What a message shows of its state may change after it was sent; who gets it, and whether
//         it is the same content for the rules of flow control, stays as it was at acceptance.
// Errors  batch_unknown; batch_state once it is recalled.
#pragma once

#include <string>

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

struct ReplaceContent {
  BatchKey key;
  std::string json;
};

Result<Decided<Nothing>> replace_content(View& view, ReplaceContent const& command);

}  // namespace carillon

#include "core/replace_content.h"

namespace carillon {

Result<Decided<Nothing>> replace_content(View& view, ReplaceContent const& command) {
  auto const record = view.find_batch(command.key);
  if (!record) return fail(Errc::batch_unknown);
  if (record->recall_requested()) return fail(Errc::batch_state, "the batch was recalled");
  Decided<Nothing> out;
  out.change.contents[command.key] = command.json;
  return out;
}

}  // namespace carillon

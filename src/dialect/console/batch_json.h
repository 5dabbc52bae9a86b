// A batch as our API shows it.
//
// Shape   Every count of one answer is of one copy of the batch's record, so that the books
//         balance in it: valid = pending + delivered + failed + excluded (I4).
//         progress: {batch_id, tenant_key, app_id, state, the counts, reasons, times};
//         batch: that and {msg_type, invalid}, which the store keeps; of one batch the content,
//         too. An app's receipt policy may hide how many read: then `read` and `unread` are null.
// Cost    Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/organisation.h"
#include "batch/batch.h"
#include "batch/content.h"
#include "crypto/sealed_id.h"
#include "json/writer.h"

namespace carillon::console {

std::string_view name_of(BatchState state);
std::optional<BatchState> find_batch_state(std::string_view name);

std::string render_progress(IdSealer const& ids, Organisation const& organisation,
                            BatchRecord const& record);
void append_batch(json::Writer& json, IdSealer const& ids, Organisation const& organisation,
                  BatchRecord const& record, std::string_view msg_type, InvalidIds const& invalid,
                  std::string_view content = {});

// `read` and `unread`, as far as the app's receipt policy tells them.
void append_reads(json::Writer& json, App const* app, std::uint64_t delivered, std::uint64_t read);

}  // namespace carillon::console

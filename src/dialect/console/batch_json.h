// A batch as our API shows it.
//
// Shape   Every count of one answer is of one copy of the batch's record, so that the books
//         balance in it: valid = pending + delivered + failed + excluded (I4).
//         progress: {batch_id, tenant_key, app_id, state, the counts, reasons, times};
//         batch: that and {msg_type, invalid}, which the store keeps.
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
                  BatchRecord const& record, std::string_view msg_type, InvalidIds const& invalid);

}  // namespace carillon::console

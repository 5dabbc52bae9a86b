// What a message is to whoever reads it: the same members on a page and in a live event.
#pragma once

#include "access/organisation.h"
#include "base/clock.h"
#include "batch/batch.h"
#include "batch/content.h"
#include "crypto/sealed_id.h"
#include "json/writer.h"

namespace carillon::console {

// batch_id, app, msg_type, content and sent_at, as members of the open object.
void append_message(json::Writer& json, IdSealer const& ids, Organisation const& organisation,
                    BatchRecord const& record, Content const& content, Time sent_at);

}  // namespace carillon::console

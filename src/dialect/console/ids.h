// How our API writes the ids of batches and of one person's messages.
//
// Source  design.md section 5. "bm-" and "om_" are what we print; "bm_" is read as well.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/find_batch.h"
#include "dialect/console/callers.h"

namespace carillon::console {

std::string batch_id(IdSealer const& ids, BatchRecord const& record);
std::string message_id(IdSealer const& ids, BatchRecord const& record, UserNo user);

// The batch of a message that was addressed to this person, by the message's id.
std::optional<BatchRecord> own_batch(Engine const& engine, Caller const& caller,
                                     std::string_view message_id);

// The batch of that id if it is one of the caller's tenant. Whether the caller has got it is for
// others to say (has_message, mark_read).
std::optional<BatchRecord> tenant_batch(Engine const& engine, Caller const& caller,
                                        std::string_view batch_id);

// The digits after the prefix.
// Errors  bad_batch_id.
Result<std::string_view> parse_batch_id(std::string_view text);

// The batch of that id if the caller may see it: any for the operator, an app's own in its tenant.
// Errors  batch_unknown or bad_batch_id; another app's batch is no different (I7).
Result<BatchRecord> find_visible_batch(Engine const& engine, Caller const& caller,
                                       std::string_view id);

}  // namespace carillon::console

// Finding a batch on behalf of a caller: what exists for whom (I7).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "access/app.h"
#include "base/result.h"
#include "batch/batch_store.h"
#include "crypto/sealed_id.h"

namespace carillon {

// The app's batch under that key.
// Errors  batch_unknown: none, of another generation, or accepted more than `window` ago (0: no
//         window); batch_foreign: another app's.
Result<BatchRecord> find_app_batch(BatchKey const& key, std::uint8_t generation, AppNo app,
                                   std::chrono::hours window, Time now, FindBatch const& find);

// The batch that the 32 hex digits of an id stand for, if the tenant has it.
// Errors  batch_unknown: not ours, another tenant's, or of another generation.
Result<BatchRecord> find_tenant_batch(IdSealer const& ids, std::string_view hex, TenantNo tenant,
                                      FindBatch const& find);
// The same for an app, with the errors of both above.
Result<BatchRecord> find_app_batch(IdSealer const& ids, std::string_view hex, TenantNo tenant,
                                   AppNo app, std::chrono::hours window, Time now,
                                   FindBatch const& find);

// The hex digits of a batch's id, and of one recipient's message.
std::string batch_id_hex(IdSealer const& ids, BatchRecord const& record);
std::string batch_id_hex(IdSealer const& ids, BatchKey const& key, std::uint8_t generation);
std::string message_id_hex(IdSealer const& ids, BatchRecord const& record, UserNo user);

}  // namespace carillon

// What of a batch lies packed in a row: the record that moves with it, and what does not.
//
// Shape   The record is rewritten as the batch goes on. The content is one column of texts and
//         blobs one after another (packing.h): message, ids that named nobody, sets; a small batch
//         is one row so. The JSON of the message may lie apart.
// Errors  internal for damaged bytes; any bytes may be given.
#pragma once

#include <string>
#include <string_view>

#include "batch/batch_store.h"
#include "ledger/change.h"

namespace carillon::rows {

// Bytes as stored; an empty set takes none.
std::string set_bytes(UserSet const& set);
Result<UserSet> read_set(std::string_view bytes);

std::string pack_record(BatchRecord const& record);
// All but the key, the app and the revision, which have columns of their own.
bool unpack_record(std::string_view bytes, BatchRecord& record);

std::string pack_content(NewBatch const& batch, std::string_view json);
// The same bytes with another message.
Result<std::string> with_json(std::string_view bytes, std::string_view json);

struct WrittenContent {
  Content content;
  InvalidIds invalid;
};
Result<WrittenContent> read_content(std::string_view bytes);
Result<AudienceSets> read_audience(std::string_view bytes);

}  // namespace carillon::rows

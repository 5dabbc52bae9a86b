// What of a batch does not move with it, in one column: message, ids that named nobody, sets.
//
// Shape   Texts and blobs one after another (packing.h), so that a small batch is one row and a
//         commit fills one page less.
// Errors  internal for damaged bytes; any bytes may be given.
#pragma once

#include <string>
#include <string_view>

#include "ledger/change.h"

namespace carillon::sqlite {

std::string pack_content(NewBatch const& batch);
// The same bytes with another message.
Result<std::string> with_json(std::string_view bytes, std::string_view json);

struct WrittenContent {
  Content content;
  InvalidIds invalid;
};
Result<WrittenContent> read_content(std::string_view bytes);
Result<AudienceSets> read_audience(std::string_view bytes);

}  // namespace carillon::sqlite

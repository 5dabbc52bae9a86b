// The three formats of organisation files, each one reader; see source.h.
#pragma once

#include "import/byte_reader.h"
#include "import/source.h"

namespace carillon {

inline constexpr std::size_t kEntityBytesMax = 16 << 20;

void read_json_document(ByteReader& in, Wanted wanted, Problems& problems,
                        Source::Take const& take);
void read_json_lines(ByteReader& in, Wanted wanted, Problems& problems, Source::Take const& take);
void read_csv(ByteReader& in, Wanted wanted, Problems& problems, Source::Take const& take);

}  // namespace carillon

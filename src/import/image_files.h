// The files that images of an organisation file name.
#pragma once

#include <string>
#include <vector>

#include "base/blob_ref.h"
#include "base/result.h"

namespace carillon {

inline constexpr std::uint64_t kImageBytesMax = 20 << 20;

// The blob that the file would be; of 0 bytes if there is no such file.
// Errors  import_invalid, saying what is wrong with it.
Result<BlobRef> measure_image(std::string const& path);

// The names that images in an organisation file have as theirs; of an invalid file none.
std::vector<std::string> list_image_files(std::string const& path);

// The name of a file, without any path.
bool is_file_name(std::string_view name);

}  // namespace carillon

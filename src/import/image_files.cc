#include "import/image_files.h"

#include <filesystem>
#include <fstream>

#include "crypto/crypto.h"
#include "import/source.h"
#include "media/file_type.h"

namespace carillon {

Result<BlobRef> measure_image(std::string const& path) {
  std::error_code code;
  if (path.empty() || !std::filesystem::is_regular_file(path, code)) return BlobRef{};
  auto const bytes = std::filesystem::file_size(path, code);
  if (code || bytes == 0 || bytes > kImageBytesMax) {
    return fail(Errc::import_invalid,
                "is empty, or larger than " + std::to_string(kImageBytesMax) + " bytes");
  }
  std::string content(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(content.data(), static_cast<std::streamsize>(bytes))) {
    return fail(Errc::import_invalid, "cannot be read");
  }
  if (!is_image(find_file_type(content))) {
    return fail(Errc::import_invalid, "is no image of a kind that is known");
  }
  return BlobRef{sha256(content), bytes};
}

std::vector<std::string> list_image_files(std::string const& path) {
  std::vector<std::string> out;
  Problems problems;
  auto const source = Source::open(path);
  if (!source) return out;
  auto const read = source->read(Wanted::all_but_users, problems, [&](Entity const& entity) {
    if (entity.place.kind != EntityKind::image || !entity.fields.is_object()) return;
    auto const file = entity.fields.find_present("file");
    if (file && !file->string().empty() && is_file_name(file->string())) {
      out.emplace_back(file->string());
    }
  });
  if (!read) out.clear();
  return out;
}

bool is_file_name(std::string_view name) {
  return name.find('/') == std::string_view::npos && name.find('\\') == std::string_view::npos &&
         name != "." && name != "..";
}

}  // namespace carillon

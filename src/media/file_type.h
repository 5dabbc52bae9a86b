// What a file is, told by its first bytes: names and Content-Types of clients are not believed.
//
// Source  The published signatures of each format.
// Cost    Pure; looks at kSignatureBytes at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace carillon {

enum class FileType : std::uint8_t {
  unknown = 0,
  jpeg = 1,
  png = 2,
  webp = 3,
  gif = 4,
  tiff = 5,
  bmp = 6,
  ico = 7,
  amr = 8,
  mp3 = 9,
  wav = 10,
  mp4 = 11,
  pdf = 12,
  zip = 13,       // also docx, xlsx, pptx
  compound = 14,  // doc, xls, ppt
  rar = 15,
};

inline constexpr FileType kLastFileType = FileType::rar;
inline constexpr std::size_t kSignatureBytes = 32;

FileType find_file_type(std::string_view first_bytes);

std::string_view content_type_of(FileType type);  // "image/png"; "application/octet-stream"
std::string_view file_ending_of(FileType type);   // ".png"; empty if unknown

constexpr bool is_image(FileType type) { return type >= FileType::jpeg && type <= FileType::ico; }

}  // namespace carillon

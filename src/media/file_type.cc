#include "media/file_type.h"

#include <array>

namespace carillon {
namespace {

using namespace std::string_view_literals;

struct Format {
  std::string_view content_type;
  std::string_view ending;
};

// By FileType.
constexpr std::array<Format, 16> kFormats{{
    {"application/octet-stream", ""},
    {"image/jpeg", ".jpg"},
    {"image/png", ".png"},
    {"image/webp", ".webp"},
    {"image/gif", ".gif"},
    {"image/tiff", ".tiff"},
    {"image/bmp", ".bmp"},
    {"image/x-icon", ".ico"},
    {"audio/amr", ".amr"},
    {"audio/mpeg", ".mp3"},
    {"audio/wav", ".wav"},
    {"video/mp4", ".mp4"},
    {"application/pdf", ".pdf"},
    {"application/zip", ".zip"},
    {"application/x-ole-storage", ".doc"},
    {"application/vnd.rar", ".rar"},
}};

// Longest and surest first.
constexpr std::array<std::pair<std::string_view, FileType>, 17> kSignatures{{
    {"\x89PNG\r\n\x1a\n"sv, FileType::png},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, FileType::compound},
    {"GIF87a"sv, FileType::gif},
    {"GIF89a"sv, FileType::gif},
    {"Rar!\x1a\x07"sv, FileType::rar},
    {"#!AMR"sv, FileType::amr},
    {"%PDF-"sv, FileType::pdf},
    {"II*\0"sv, FileType::tiff},
    {"MM\0*"sv, FileType::tiff},
    {"PK\x03\x04"sv, FileType::zip},
    {"PK\x05\x06"sv, FileType::zip},
    {"\0\0\x01\0"sv, FileType::ico},
    {"\xff\xd8\xff"sv, FileType::jpeg},
    {"ID3"sv, FileType::mp3},
    {"\xff\xfb"sv, FileType::mp3},
    {"\xff\xf3"sv, FileType::mp3},
    {"\xff\xf2"sv, FileType::mp3},
}};

// "BM" alone is any text that begins so: a bitmap's header has its own size and zeros, too.
bool is_bitmap(std::string_view bytes) {
  return bytes.starts_with("BM") && bytes.size() >= 18 && bytes.substr(6, 4) == "\0\0\0\0"sv &&
         bytes.substr(15, 3) == "\0\0\0"sv;
}

}  // namespace

FileType find_file_type(std::string_view bytes) {
  for (auto const& [signature, type] : kSignatures) {
    if (bytes.starts_with(signature)) return type;
  }
  if (bytes.starts_with("RIFF") && bytes.size() >= 12) {
    if (bytes.substr(8, 4) == "WEBP") return FileType::webp;
    if (bytes.substr(8, 4) == "WAVE") return FileType::wav;
  }
  if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp") return FileType::mp4;
  return is_bitmap(bytes) ? FileType::bmp : FileType::unknown;
}

std::string_view content_type_of(FileType type) {
  return kFormats[static_cast<std::size_t>(type)].content_type;
}

std::string_view file_ending_of(FileType type) {
  return kFormats[static_cast<std::size_t>(type)].ending;
}

}  // namespace carillon

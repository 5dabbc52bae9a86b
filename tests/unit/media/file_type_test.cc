#include "media/file_type.h"

#include <string>

#include <gtest/gtest.h>

namespace carillon {
namespace {

using namespace std::string_view_literals;

TEST(FileType, IsToldByTheFirstBytes) {
  EXPECT_EQ(find_file_type("\xff\xd8\xff\xe0\0\x10JFIF"sv), FileType::jpeg);
  EXPECT_EQ(find_file_type("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"sv), FileType::png);
  EXPECT_EQ(find_file_type("RIFF\x24\0\0\0WEBPVP8 "sv), FileType::webp);
  EXPECT_EQ(find_file_type("GIF89a\x01\0"sv), FileType::gif);
  EXPECT_EQ(find_file_type("GIF87a\x01\0"sv), FileType::gif);
  EXPECT_EQ(find_file_type("II*\0\x08\0\0\0"sv), FileType::tiff);
  EXPECT_EQ(find_file_type("MM\0*\0\0\0\x08"sv), FileType::tiff);
  EXPECT_EQ(find_file_type("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"sv), FileType::bmp);
  EXPECT_EQ(find_file_type("\0\0\x01\0\x01\0"sv), FileType::ico);
  EXPECT_EQ(find_file_type("#!AMR\n\x3c"sv), FileType::amr);
  EXPECT_EQ(find_file_type("ID3\x03\0"sv), FileType::mp3);
  EXPECT_EQ(find_file_type("\xff\xfb\x90"sv), FileType::mp3);
  EXPECT_EQ(find_file_type("RIFF\x24\0\0\0WAVEfmt "sv), FileType::wav);
  EXPECT_EQ(find_file_type("\0\0\0\x18"
                           "ftypmp42"sv),
            FileType::mp4);
  EXPECT_EQ(find_file_type("%PDF-1.7"sv), FileType::pdf);
  EXPECT_EQ(find_file_type("PK\x03\x04"sv), FileType::zip);
  EXPECT_EQ(find_file_type("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv), FileType::compound);
  EXPECT_EQ(find_file_type("Rar!\x1a\x07\0"sv), FileType::rar);
}

TEST(FileType, OtherBytesAreUnknown) {
  for (auto const bytes : {""sv, "B"sv, "BM is how this text begins"sv, "<svg xmlns="sv,
                           "RIFF\x24\0\0\0AVI "sv, "RIFF"sv, "GIF88a"sv, "\x89PN"sv, "hello"sv}) {
    EXPECT_EQ(find_file_type(bytes), FileType::unknown) << bytes;
  }
}

TEST(FileType, OnlyPicturesAreImages) {
  for (int n = 0; n <= static_cast<int>(kLastFileType); ++n) {
    auto const type = static_cast<FileType>(n);
    EXPECT_EQ(is_image(type), content_type_of(type).starts_with("image/"));
    EXPECT_EQ(file_ending_of(type).empty(), type == FileType::unknown);
  }
}

}  // namespace
}  // namespace carillon

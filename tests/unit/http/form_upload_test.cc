#include "http/form_upload.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace carillon::http {
namespace {

namespace fs = std::filesystem;

std::string part(std::string const& disposition, std::string const& bytes) {
  return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + bytes + "\r\n";
}

std::string content(std::string const& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

std::size_t files_in(fs::path const& folder) {
  if (!fs::exists(folder)) return 0;
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

struct FormUploadTest : testing::Test {
  TemporaryFolder folder;
  FormUpload::Options options{folder.path().string(), {"image"}, 1000, 2};
};

TEST_F(FormUploadTest, FieldsInMemoryAndFilesOnDisk) {
  FormUpload form("B", options);
  ASSERT_TRUE(form.append(part("name=image; filename=x.png", "pixels")));
  ASSERT_TRUE(form.append(part("name=\"image_type\"", "message") + "--B--\r\n"));
  ASSERT_TRUE(form.check());
  EXPECT_EQ(form.field("image_type"), "message");
  EXPECT_FALSE(form.field("other"));
  auto const* file = form.file("image");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->bytes, 6u);
  EXPECT_EQ(content(file->path), "pixels");
}

TEST_F(FormUploadTest, TheFirstBytesOfAFileAreKeptHoweverItArrives) {
  std::string const bytes = std::string(60, 'a') + std::string(60, 'b');
  FormUpload form("B", options);
  for (char const c : part("name=image", bytes) + "--B--") ASSERT_TRUE(form.append({&c, 1}));
  ASSERT_TRUE(form.check());
  EXPECT_EQ(form.file("image")->first_bytes, bytes.substr(0, FormUpload::kFirstBytes));
}

TEST_F(FormUploadTest, ANamedFileNeedsNoFilename) {
  FormUpload form("B", options);
  ASSERT_TRUE(form.append(part("name=image", "pixels") + "--B--"));
  ASSERT_NE(form.file("image"), nullptr);
  EXPECT_EQ(content(form.file("image")->path), "pixels");
}

TEST_F(FormUploadTest, FilesAreRemovedUnlessTaken) {
  std::string taken;
  {
    FormUpload form("B", options);
    ASSERT_TRUE(form.append(part("name=image", "one") + part("name=other; filename=b", "two")));
    ASSERT_TRUE(form.append("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf"));
    EXPECT_FALSE(form.check());
    EXPECT_EQ(files_in(folder.path()), 2u);
    taken = form.take(*form.file("image"));
  }
  EXPECT_EQ(files_in(folder.path()), 1u);
  EXPECT_EQ(content(taken), "one");
}

TEST_F(FormUploadTest, AFileOverItsLimitEndsTheRequest) {
  {
    FormUpload form("B", options);
    auto const all = form.append(part("name=image", std::string(1001, 'x')) + "--B--");
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, Errc::too_large);
  }
  EXPECT_EQ(files_in(folder.path()), 0u);
  FormUpload form("B", options);
  EXPECT_TRUE(form.append(part("name=image", std::string(1000, 'x')) + "--B--"));
}

TEST_F(FormUploadTest, FieldsAndFilesAreBounded) {
  FormUpload fields("B", options);
  auto const big =
      fields.append(part("name=a", std::string(FormUpload::kFieldBytesMax, 'x')) + "--B--");
  ASSERT_FALSE(big);
  EXPECT_EQ(big.error().code, Errc::too_large);
  FormUpload files("B", options);
  auto const many =
      files.append(part("name=image", "1") + part("name=image", "2") + part("name=image", "3"));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, Errc::invalid_field);
}

TEST_F(FormUploadTest, AnEmptyFileIsAFileWithoutBytes) {
  FormUpload form("B", options);
  ASSERT_TRUE(form.append(part("name=image; filename=\"\"", "") + "--B--"));
  ASSERT_NE(form.file("image"), nullptr);
  EXPECT_EQ(form.file("image")->bytes, 0u);
  EXPECT_EQ(form.file("image")->path, "");
}

}  // namespace
}  // namespace carillon::http

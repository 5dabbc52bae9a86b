#include "http/spool_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace carillon::http {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::path(testing::TempDir()) / "carillon_spool_file_test";
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  std::string uploads() const { return path / "tmp"; }
  std::size_t files() const {
    if (!fs::exists(uploads())) return 0;
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(uploads()), fs::directory_iterator()));
  }
};

TEST(SpooledBody, HoldsAllPieces) {
  Folder folder;
  std::string path;
  {
    SpooledBody upload(folder.uploads(), ".jsonl");
    ASSERT_TRUE(upload.append("one "));
    ASSERT_TRUE(upload.append(""));
    ASSERT_TRUE(upload.append("two"));
    path = upload.take();
  }
  EXPECT_TRUE(path.ends_with(".jsonl"));
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), "one two");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(SpooledBody, LeavesNothingUnlessTaken) {
  Folder folder;
  {
    SpooledBody upload(folder.uploads(), "");
    ASSERT_TRUE(upload.append("half"));
    EXPECT_EQ(folder.files(), 1u);
  }
  EXPECT_EQ(folder.files(), 0u);
}

TEST(SpooledBody, NothingSentIsNoFile) {
  Folder folder;
  SpooledBody upload(folder.uploads(), "");
  EXPECT_EQ(upload.take(), "");
  EXPECT_EQ(folder.files(), 0u);
}

TEST(SpooledBody, FailureOfTheDiskIsAnError) {
  SpooledBody upload("/proc/no-such-place", "");
  EXPECT_FALSE(upload.append("x"));
}

}  // namespace
}  // namespace carillon::http

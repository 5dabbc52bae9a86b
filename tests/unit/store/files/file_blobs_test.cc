#include "store/files/file_blobs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "crypto/crypto.h"
#include "tests/support/temporary_folder.h"

namespace carillon {
namespace {

namespace fs = std::filesystem;

struct FileBlobsTest : testing::Test {
  TemporaryFolder folder;
  fs::path blobs_folder = folder.path() / "blobs";
  std::unique_ptr<BlobStore> blobs = open_file_blobs(blobs_folder);
  int made = 0;

  std::string file(std::string const& bytes) {
    auto const path = folder.path() / ("upload-" + std::to_string(++made));
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }
  BlobRef put(std::string const& bytes) {
    auto const path = file(bytes);
    auto blob = blobs->put_file(path);
    EXPECT_TRUE(blob) << (blob ? "" : blob.error().detail);
    EXPECT_FALSE(fs::exists(path));
    return *blob;
  }
  std::size_t count() const {
    std::size_t n = 0;
    for (auto const& entry : fs::recursive_directory_iterator(blobs_folder)) {
      if (entry.is_regular_file()) ++n;
    }
    return n;
  }
};

TEST_F(FileBlobsTest, AreNamedByTheirBytes) {
  auto const blob = put("pixels");
  EXPECT_EQ(blob.bytes, 6u);
  EXPECT_EQ(blob.id, sha256("pixels"));
  EXPECT_EQ(*blobs->get(blob.id), "pixels");
  EXPECT_EQ(put("pixels"), blob);
  EXPECT_EQ(count(), 1u);
  EXPECT_EQ(*blobs->get(blob.id), "pixels");
}

TEST_F(FileBlobsTest, LargerThanAPieceComeBackWhole) {
  std::string bytes(700'000, 'x');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 >> 3);
  auto const blob = put(bytes);
  EXPECT_EQ(*blobs->get(blob.id), bytes);
  EXPECT_EQ(blob.id, sha256(bytes));
}

TEST_F(FileBlobsTest, WhatIsNotThereIsNotFound) {
  auto const none = blobs->get(sha256("never put"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
  auto const missing = blobs->put_file((folder.path() / "no-such-file").string());
  EXPECT_FALSE(missing);
}

TEST_F(FileBlobsTest, SweepingRemovesWhatNobodyNames) {
  auto const kept = put("kept");
  auto const orphan = put("orphan");
  auto const swept = blobs->sweep({kept.id});
  ASSERT_TRUE(swept);
  EXPECT_EQ(swept->blobs, 1u);
  EXPECT_EQ(swept->bytes, 6u);
  EXPECT_EQ(*blobs->get(kept.id), "kept");
  EXPECT_FALSE(blobs->get(orphan.id));
  EXPECT_EQ(blobs->sweep({kept.id})->blobs, 0u);
}

TEST_F(FileBlobsTest, SweepingAnEmptyStoreIsNoFailure) { EXPECT_TRUE(blobs->sweep({})); }

TEST_F(FileBlobsTest, ADamagedBlobIsKnown) {
  auto const blob = put("pixels");
  EXPECT_TRUE(*blobs->is_whole(blob.id));
  auto const digits = to_hex(blob.id.data(), blob.id.size());
  std::ofstream(blobs_folder / digits.substr(0, 2) / digits.substr(2)) << "other";
  EXPECT_FALSE(*blobs->is_whole(blob.id));
  EXPECT_FALSE(*blobs->is_whole(sha256("never put")));
}

TEST_F(FileBlobsTest, ManyThreadsPutTheSameAndOthers) {
  std::vector<std::vector<std::string>> paths(4);
  for (auto& list : paths) {
    for (int i = 0; i < 20; ++i) list.push_back(file("bytes " + std::to_string(i % 5)));
  }
  std::vector<std::thread> threads;
  for (auto const& list : paths) {
    threads.emplace_back([&] {
      for (auto const& path : list) EXPECT_TRUE(blobs->put_file(path));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count(), 5u);
}

TEST_F(FileBlobsTest, ABackupHoldsEveryBlobAndGoesOnWhereItEnded) {
  auto const one = put("one");
  auto const copy = folder.path() / "copy";
  ASSERT_TRUE(backup_file_blobs(blobs_folder, copy));
  auto const two = put("two");
  ASSERT_TRUE(backup_file_blobs(blobs_folder, copy));
  auto const copied = open_file_blobs(copy);
  EXPECT_EQ(*copied->get(one.id), "one");
  EXPECT_EQ(*copied->get(two.id), "two");
  EXPECT_TRUE(backup_file_blobs(folder.path() / "nothing", folder.path() / "copy2"));
}

}  // namespace
}  // namespace carillon

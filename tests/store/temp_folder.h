// A folder of its own for a test, gone with this object.
#pragma once

#include <filesystem>
#include <stdlib.h>
#include <string>

namespace carillon::testing {

class TempFolder {
 public:
  TempFolder() {
    auto name = (std::filesystem::temp_directory_path() / "carillon-store-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  TempFolder(TempFolder const&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path const& path() const { return path_; }
  operator std::filesystem::path const&() const { return path_; }  // NOLINT: stands for it

 private:
  std::filesystem::path path_;
};

}  // namespace carillon::testing

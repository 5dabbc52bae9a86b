// A multipart form that is read as it arrives: short fields in memory, files on disk.
//
// Shape   The sink of a route with BodyMode::spool. A part is a file if it has a filename or its
//         name is one of Options::files; the order of parts does not matter. Files lie in
//         `folder` until the form is gone or one is taken over; check() says whether all came.
// Errors  invalid_field: no multipart, or a broken one; too_large: a file over file_bytes_max, or
//         fields over kFieldBytesMax together; those of SpoolFile. Each ends the request.
// Cost    A piece of the body and the fields in memory, however large the files are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/multipart.h"
#include "http/spool_file.h"

namespace carillon::http {

class FormUpload : public BodySink, private PartReceiver {
 public:
  struct Options {
    std::string folder;
    std::vector<std::string> files;  // names of fields that are files with or without a filename
    std::uint64_t file_bytes_max = 0;
    std::size_t files_max = 1;
  };
  struct Field {
    std::string name;
    std::string value;
  };
  struct File {
    std::string name;
    std::string file_name;     // as the client calls it; not to be trusted
    std::string content_type;  // likewise
    std::string path;          // empty: there were no bytes
    std::uint64_t bytes = 0;
    std::string first_bytes;  // kFirstBytes at most: they tell what kind of file it is
  };
  static constexpr std::size_t kFieldBytesMax = 64 * 1024;
  static constexpr std::uint64_t kFormBytes = 128 * 1024;  // what a body may hold besides its files
  static constexpr std::size_t kFirstBytes = 64;

  FormUpload(std::string_view boundary, Options options);
  ~FormUpload() override;
  FormUpload(FormUpload const&) = delete;

  Result<void> append(std::string_view bytes) override;

  // Once all was appended. Errors  invalid_field: the closing boundary is missing.
  Result<void> check() const;
  std::optional<std::string_view> field(std::string_view name) const;  // the first of that name
  File const* file(std::string_view name) const;                       // likewise
  std::vector<File> const& files() const { return files_; }
  // The file is the caller's from now on.
  std::string take(File const& file);

 private:
  Result<void> part(PartHead&& head) override;
  Result<void> data(std::string_view bytes) override;
  Result<void> part_end() override;

  Options options_;
  MultipartParser parser_;
  std::vector<Field> fields_;
  std::vector<File> files_;
  std::optional<SpoolFile> open_;  // of the last file, while it is read
  Result<void> count_field(std::size_t bytes);

  std::size_t field_bytes_ = 0;
};

}  // namespace carillon::http

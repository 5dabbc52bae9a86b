#include "http/form_upload.h"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace carillon::http {

FormUpload::FormUpload(std::string_view boundary, Options options)
    : options_(std::move(options)), parser_(boundary, *this) {}

FormUpload::~FormUpload() {
  for (auto const& file : files_) {
    if (!file.path.empty()) unlink(file.path.c_str());
  }
}

Result<void> FormUpload::append(std::string_view bytes) { return parser_.append(bytes); }

Result<void> FormUpload::check() const {
  if (parser_.finished()) return {};
  return fail(Errc::invalid_field, "multipart: the body ends before its last boundary");
}

std::optional<std::string_view> FormUpload::field(std::string_view name) const {
  for (auto const& field : fields_) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

FormUpload::File const* FormUpload::file(std::string_view name) const {
  for (auto const& file : files_) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

std::string FormUpload::take(File const& file) {
  return std::exchange(files_[static_cast<std::size_t>(&file - files_.data())].path, {});
}

Result<void> FormUpload::part(PartHead&& head) {
  bool const named_so =
      std::find(options_.files.begin(), options_.files.end(), head.name) != options_.files.end();
  if (!head.is_file && !named_so) {
    fields_.push_back({std::move(head.name), {}});
    return count_field(fields_.back().name.size());
  }
  if (files_.size() >= options_.files_max) {
    return fail(Errc::invalid_field,
                "multipart: more than " + std::to_string(options_.files_max) + " files");
  }
  files_.push_back(
      {std::move(head.name), std::move(head.file_name), std::move(head.content_type), {}, 0, {}});
  open_.emplace(options_.folder);
  return {};
}

Result<void> FormUpload::data(std::string_view bytes) {
  if (open_) {
    if (bytes.size() > options_.file_bytes_max - open_->bytes()) {
      return fail(Errc::too_large,
                  "a file is over " + std::to_string(options_.file_bytes_max) + " bytes");
    }
    auto& first = files_.back().first_bytes;
    if (first.size() < kFirstBytes) first += bytes.substr(0, kFirstBytes - first.size());
    return open_->append(bytes);
  }
  CHECK_OK(count_field(bytes.size()));
  fields_.back().value += bytes;
  return {};
}

Result<void> FormUpload::count_field(std::size_t bytes) {
  field_bytes_ += bytes;
  if (field_bytes_ <= kFieldBytesMax) return {};
  return fail(Errc::too_large,
              "the form's fields are over " + std::to_string(kFieldBytesMax) + " bytes");
}

Result<void> FormUpload::part_end() {
  if (!open_) return {};
  files_.back().bytes = open_->bytes();
  files_.back().path = open_->take();
  open_.reset();
  return {};
}

}  // namespace carillon::http

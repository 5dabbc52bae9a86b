#include "import/source.h"

#include <utility>

#include "import/formats.h"

namespace carillon {
namespace {

bool starts_json_line(std::string_view key) {
  return key == "tenant" || key == "department" || key == "user" || key == "app" || key == "chat" ||
         key == "image";
}

}  // namespace

Result<Source> Source::open(std::string const& path) {
  Source out;
  out.path_ = path;
  TRY(auto in, ByteReader::open(path));
  if (path.ends_with(".json")) return out;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) {
    out.format_ = Format::json_lines;
    return out;
  }
  if (path.ends_with(".csv")) {
    out.format_ = Format::csv;
    return out;
  }
  // The first key of an object tells a document from lines; without a brace it is CSV.
  auto const skip_space = [&in] {
    while (in.peek() == ' ' || in.peek() == '\t' || in.peek() == '\r' || in.peek() == '\n') {
      in.get();
    }
  };
  skip_space();
  if (in.peek() != '{') {
    if (in.peek() != ByteReader::kEnd) out.format_ = Format::csv;
    return out;
  }
  in.get();
  skip_space();
  std::string key;
  if (in.get() == '"') {
    while (key.size() < 16 && in.peek() != '"' && in.peek() != ByteReader::kEnd) {
      key += static_cast<char>(in.get());
    }
  }
  if (starts_json_line(key)) out.format_ = Format::json_lines;
  return out;
}

Result<void> Source::read(Wanted wanted, Problems& problems, Take const& take) const {
  TRY(auto in, ByteReader::open(path_));
  switch (format_) {
    case Format::json:
      read_json_document(in, wanted, problems, take);
      break;
    case Format::json_lines:
      read_json_lines(in, wanted, problems, take);
      break;
    case Format::csv:
      read_csv(in, wanted, problems, take);
      break;
  }
  if (in.failed()) return fail(Errc::unavailable, "cannot read " + path_ + " to its end");
  return {};
}

}  // namespace carillon

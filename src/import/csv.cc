// CSV of users: a header line names the columns, each row becomes the JSON of one user.
#include <algorithm>
#include <optional>
#include <vector>

#include "import/formats.h"

namespace carillon {
namespace {

// One record of RFC 4180; line ends of both kinds. A field may hold line feeds inside quotes.
struct Record {
  std::uint64_t line = 0;
  std::vector<std::string> fields;
  std::string problem;
};

// False at the end of the file.
bool read_record(ByteReader& in, Record& out) {
  out.line = in.line();
  out.fields.assign(1, "");
  out.problem.clear();
  if (in.peek() == ByteReader::kEnd) return false;
  std::size_t bytes = 0;
  bool quoted_field = false;  // the field began with a quote, which is closed again
  for (;;) {
    auto const c = in.get();
    auto& field = out.fields.back();
    if (c == ByteReader::kEnd || c == '\n') return true;
    if (c == '\r' && (in.peek() == '\n' || in.peek() == ByteReader::kEnd)) continue;
    if (++bytes > kEntityBytesMax) {
      out.problem = "the row is longer than 16 MB";
      return true;
    }
    if (c == ',') {
      out.fields.emplace_back();
      quoted_field = false;
    } else if (c == '"' && field.empty() && !quoted_field) {
      quoted_field = true;
      for (;;) {
        auto const inside = in.get();
        if (inside == ByteReader::kEnd || ++bytes > kEntityBytesMax) {
          out.problem = "a quoted field does not end";
          return true;
        }
        if (inside == '"' && in.peek() != '"') break;
        if (inside == '"') in.get();
        field += static_cast<char>(inside);
      }
    } else if (c == '"' || quoted_field) {
      out.problem = "quotes must enclose a whole field";
    } else {
      field += static_cast<char>(c);
    }
  }
}

// Unlike the JSON writer this keeps bytes that are no UTF-8, so that the parser refuses them.
void append_text(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out.append("\\u00").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

void append_list(std::string& out, std::string_view text) {
  out += '[';
  while (!trimmed(text).empty()) {
    auto const end = std::min(text.find(';'), text.size());
    if (auto const item = trimmed(text.substr(0, end)); !item.empty()) {
      if (out.back() != '[') out += ',';
      append_text(out, item);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out += ']';
}

// true, false, or as it is, for the check of the field to refuse; nothing if the cell is empty.
std::string_view bool_word(std::string_view text) {
  for (std::string_view const yes : {"true", "TRUE", "True", "1", "yes"}) {
    if (text == yes) return "true";
  }
  for (std::string_view const no : {"false", "FALSE", "False", "0", "no"}) {
    if (text == no) return "false";
  }
  return {};
}

class UserTable {
 public:
  explicit UserTable(Record const& header) : columns_(header.fields) {
    for (auto& column : columns_) column = trimmed(column);
  }

  std::optional<std::string> problem() const {
    for (std::string_view const needed : {"tenant_key", "user_id"}) {
      if (std::count(columns_.begin(), columns_.end(), needed) == 0) {
        return "the header line has no column " + std::string(needed);
      }
    }
    for (auto at = columns_.begin(); at != columns_.end(); ++at) {
      if (!at->empty() && std::count(at, columns_.end(), *at) > 1) {
        return "the column " + in_quotes(*at) + " stands twice in the header line";
      }
    }
    return std::nullopt;
  }

  std::size_t size() const { return columns_.size(); }

  std::string json_of(Record const& row) const {
    std::string out = "{";
    auto const key = [&out](std::string_view name) {
      if (out.back() != '{') out += ',';
      append_text(out, name);
      out += ':';
    };
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      std::string_view const column = columns_[i];
      std::string_view const cell = row.fields[i];
      if (column == "departments") {
        key(column);
        append_list(out, cell);
      } else if (column == "active") {
        if (cell.empty()) continue;
        key(column);
        if (auto const word = bool_word(cell); !word.empty()) {
          out += word;
        } else {
          append_text(out, cell);
        }
      } else if (column == "union_id" && cell.empty()) {
        key(column);
        out += "null";
      } else if (!column.starts_with("open_id:") && !column.starts_with("union_id:")) {
        key(column);
        append_text(out, cell);
      }
    }
    append_group(out, row, "open_id:", "open_ids");
    append_group(out, row, "union_id:", "union_id");
    return out + "}";
  }

 private:
  // Columns `open_id:APP` together are the object open_ids.
  void append_group(std::string& out, Record const& row, std::string_view prefix,
                    std::string_view name) const {
    std::string object;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].starts_with(prefix)) continue;
      object += object.empty() ? '{' : ',';
      append_text(object, std::string_view(columns_[i]).substr(prefix.size()));
      object += ':';
      if (row.fields[i].empty()) {
        object += "null";
      } else {
        append_text(object, row.fields[i]);
      }
    }
    if (object.empty()) return;
    if (out.back() != '{') out += ',';
    append_text(out, name);
    out.append(":").append(object).append("}");
  }

  std::vector<std::string> columns_;
};

}  // namespace

void read_csv(ByteReader& in, Wanted wanted, Problems& problems, Source::Take const& take) {
  Record record;
  if (!read_record(in, record)) {
    if (wanted == Wanted::users) problems.add(1, "the file is empty");
    return;
  }
  UserTable const table(record);
  // All of it is judged in the reading for users.
  if (wanted != Wanted::users) return;
  if (auto const problem = table.problem()) {
    problems.add(record.line, *problem);
    return;
  }
  json::Document document;
  while (!problems.many() && read_record(in, record)) {
    if (record.fields.size() == 1 && record.fields.front().empty()) continue;
    if (record.problem.empty() && record.fields.size() != table.size()) {
      record.problem = "the row has " + std::to_string(record.fields.size()) +
                       " fields, the header line " + std::to_string(table.size());
    }
    if (!record.problem.empty()) {
      problems.add(record.line, record.problem);
      continue;
    }
    if (auto const read = document.parse(table.json_of(record)); !read) {
      problems.add(record.line, read.error().detail);
      continue;
    }
    Place place;
    place.line = record.line;
    place.kind = EntityKind::user;
    place.in_csv = true;
    take({place, document.root(), Place::kNone});
  }
}

}  // namespace carillon

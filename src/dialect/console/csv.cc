#include "dialect/console/csv.h"

namespace carillon::console {
namespace {

bool looks_like_formula(std::string_view cell) {
  return !cell.empty() &&
         std::string_view("=+-@\t\r\n").find(cell.front()) != std::string_view::npos;
}

bool needs_quotes(std::string_view cell) {
  return cell.find_first_of(",\"\r\n;") != std::string_view::npos || cell.starts_with(' ') ||
         cell.ends_with(' ');
}

void append_cell(std::string& out, std::string_view cell) {
  bool const quoted = needs_quotes(cell);
  if (quoted) out += '"';
  if (looks_like_formula(cell)) out += '\'';
  for (char const c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

}  // namespace

void append_csv_row(std::string& out, std::initializer_list<std::string_view> cells) {
  bool first = true;
  for (auto const cell : cells) {
    if (!first) out += ',';
    first = false;
    append_cell(out, cell);
  }
  out += "\r\n";
}

}  // namespace carillon::console

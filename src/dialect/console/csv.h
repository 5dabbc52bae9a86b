// A table as text/csv (RFC 4180): CRLF line ends, quotes where they are needed.
//
// Shape   A cell that a spreadsheet would take for a formula (it begins with = + - @, a tab or a
//         line break) gets an apostrophe before it.
// Cost    Appends to one string.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace carillon::console {

void append_csv_row(std::string& out, std::initializer_list<std::string_view> cells);

}  // namespace carillon::console

// Files that were packed at build time: the pages that browsers load.
//
// Shape   An archive is a line "PATH\tHASH\tPLAIN\tGZIP\tBROTLI" a file, the last three lengths in
//         bytes (0: there is no such form), an empty line, then the bytes in that order; it is
//         what tools/build_pages.py writes. serve() picks the smallest form that the caller takes.
// Errors  parse() gives no files at all for an archive that is not one.
// Cost    A lookup in a map; the body is copied. Any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "http/message.h"

namespace carillon::http {

struct StaticFile {
  std::string_view content_type;
  std::string_view hash;
  std::string_view plain;
  std::string_view gzip;
  std::string_view brotli;
};

class StaticFiles {
 public:
  // `archive` must outlive the files.
  static StaticFiles parse(std::string_view archive);

  bool empty() const { return files_.empty(); }
  StaticFile const* find(std::string_view path) const;  // "inbox/index.html"

 private:
  std::map<std::string_view, StaticFile> files_;
};

// 200, or 304 if the caller has that already; with ETag and Vary, without Cache-Control.
Response serve(StaticFile const& file, Request const& request);

// Does the Accept-Encoding header take that coding?
bool accepts_coding(std::string_view header, std::string_view coding);

}  // namespace carillon::http

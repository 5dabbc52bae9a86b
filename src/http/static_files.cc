#include "http/static_files.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "http/text.h"

namespace carillon::http {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
}};

std::string_view content_type_of(std::string_view path) {
  for (auto const& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

// Takes off what stands before `end`, and `end` itself.
std::string_view take_until(std::string_view& text, char end) {
  auto const out = text.substr(0, text.find(end));
  text.remove_prefix(std::min(out.size() + 1, text.size()));
  return out;
}

std::optional<std::size_t> take_number(std::string_view& line) {
  auto const digits = take_until(line, '\t');
  std::size_t n = 0;
  auto const* end = digits.data() + digits.size();
  auto const [at, error] = std::from_chars(digits.data(), end, n);
  if (error != std::errc{} || at != end) return std::nullopt;
  return n;
}

// Is the tag one of those that the header lists?
bool has_tag(std::string_view header, std::string_view tag) {
  while (!header.empty()) {
    auto given = trim(take_until(header, ','));
    if (given.starts_with("W/")) given.remove_prefix(2);
    if (given == tag || given == "*") return true;
  }
  return false;
}

}  // namespace

StaticFiles StaticFiles::parse(std::string_view archive) {
  auto const heads_end = archive.find("\n\n");
  if (heads_end == std::string_view::npos) return {};
  auto heads = archive.substr(0, heads_end + 1);
  auto bytes = archive.substr(heads_end + 2);
  StaticFiles out;
  while (!heads.empty()) {
    auto line = take_until(heads, '\n');
    auto const path = take_until(line, '\t');
    StaticFile file{.content_type = content_type_of(path),
                    .hash = take_until(line, '\t'),
                    .plain = {},
                    .gzip = {},
                    .brotli = {}};
    for (auto* form : {&file.plain, &file.gzip, &file.brotli}) {
      auto const length = take_number(line);
      if (!length || *length > bytes.size()) return {};
      *form = bytes.substr(0, *length);
      bytes.remove_prefix(*length);
    }
    out.files_.emplace(path, file);
  }
  return out;
}

StaticFile const* StaticFiles::find(std::string_view path) const {
  auto const at = files_.find(path);
  return at == files_.end() ? nullptr : &at->second;
}

bool accepts_coding(std::string_view header, std::string_view coding) {
  bool any = false;
  while (!header.empty()) {
    auto item = take_until(header, ',');
    auto const name = trim(take_until(item, ';'));
    auto const weight = trim(item);
    bool const refused =
        weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string_view::npos;
    if (same_token(name, coding)) return !refused;
    if (name == "*") any = !refused;
  }
  return any;
}

Response serve(StaticFile const& file, Request const& request) {
  auto const accepted = request.header("Accept-Encoding");
  auto body = file.plain;
  std::string_view coding;
  if (!file.brotli.empty() && accepts_coding(accepted, "br")) {
    body = file.brotli;
    coding = "br";
  } else if (!file.gzip.empty() && accepts_coding(accepted, "gzip")) {
    body = file.gzip;
    coding = "gzip";
  }
  // Each form is a representation of its own, so it has a tag of its own.
  auto const tag =
      "\"" + std::string(file.hash) + (coding.empty() ? "" : "-") + std::string(coding) + "\"";
  Response out;
  out.content_type = file.content_type;
  out.headers.emplace_back("ETag", tag);
  out.headers.emplace_back("Vary", "Accept-Encoding");
  if (has_tag(request.header("If-None-Match"), tag)) {
    out.status = 304;
    return out;
  }
  if (!coding.empty()) out.headers.emplace_back("Content-Encoding", coding);
  out.body = body;
  return out;
}

}  // namespace carillon::http

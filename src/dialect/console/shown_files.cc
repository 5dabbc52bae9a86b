#include "dialect/console/shown_files.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/find_shown_file.h"
#include "dialect/console/content_files.h"
#include "dialect/console/fields.h"
#include "http/percent.h"
#include "json/reader.h"
#include "json/writer.h"
#include "media/file_type.h"

namespace carillon::console {
namespace {

using RefersTo = bool (*)(Content const& content, std::string_view name);

Result<ShownFile> find_file(Context const& context, Organisation const& organisation,
                            Reader& reader, BatchRecord const& record, std::string_view name,
                            RefersTo refers_to) {
  TRY(auto const stored, reader.find_batch(record.key));
  if (!stored || !refers_to(stored->content, name)) return no_such_file();
  auto const& directory = *organisation.find(record.key.tenant);
  auto file = find_shown_file(reader, context.engine.ids(), directory, record.app, name);
  if (!file && file.error().code == Errc::not_found) return no_such_file();
  return file;
}

Result<http::Response> read_bytes(Context const& context, BatchRecord const& record,
                                  BlobRef const& blob) {
  auto bytes = context.blobs.get(blob.id);
  if (!bytes) {
    return bytes.error().code == Errc::not_found ? fail(Errc::file_gone) : Error(bytes.error());
  }
  // Asked again after the bytes were read: a recall answered meanwhile is obeyed.
  auto const now = context.engine.find_batch(record.key);
  if (!now || now->recall_requested()) return no_such_file();
  http::Response out;
  out.headers.emplace_back("Cache-Control", "no-store");
  out.body = *std::move(bytes);
  return out;
}

constexpr bool is_sound(FileType type) {
  return type == FileType::amr || type == FileType::mp3 || type == FileType::wav;
}

// As UTF-8, without folders and control characters; empty: there is nothing of use in it.
std::string usable_name(std::string_view name) {
  name.remove_prefix(std::min(name.find_last_of("/\\") + 1, name.size()));
  std::string quoted;
  json::append_quoted(quoted, name);
  auto const document = json::parse_json(quoted);
  std::string out(document ? document->root().string() : std::string_view{});
  std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
  // Names in other encodings end here: a browser would show rubbish, and some take none of it.
  bool const is_text = out.find("\xef\xbf\xbd") == std::string::npos;
  return is_text && out.find_first_not_of(". ") != std::string::npos ? out : std::string{};
}

}  // namespace

Error no_such_file() { return fail(Errc::not_found, "no such file in a message that you may see"); }

std::string attachment_header(std::string_view name, std::string_view ending) {
  auto usable = usable_name(name);
  if (usable.empty()) usable.append("file").append(ending);
  return "attachment; filename*=UTF-8''" + http::percent_encode(usable);
}

void cut_to_range(http::Response& response, std::string_view range) {
  constexpr std::string_view kUnit = "bytes=";
  auto const size = response.body.size();
  response.headers.emplace_back("Accept-Ranges", "bytes");
  if (!range.starts_with(kUnit)) return;
  range.remove_prefix(kUnit.size());
  auto const dash = range.find('-');
  if (dash == std::string_view::npos) return;
  auto const from = parse_number(range.substr(0, dash));
  auto const to = parse_number(range.substr(dash + 1));
  // "-5" are the last five bytes, "5-" all but the first five.
  if ((!from && dash != 0) || (!to && (dash == 0 || dash + 1 != range.size()))) return;
  auto const first = from ? *from : size - std::min<std::uint64_t>(*to, size);
  auto const last = from && to ? std::min<std::uint64_t>(*to, size - 1) : size - 1;
  if (first >= size || last < first) return;
  response.status = 206;
  response.headers.emplace_back(
      "Content-Range",
      "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(size));
  response.body = response.body.substr(first, last - first + 1);
}

Result<http::Response> read_shown_image(Context const& context, Organisation const& organisation,
                                        Reader& reader, BatchRecord const& record,
                                        std::string_view image_key) {
  TRY(auto const file, find_file(context, organisation, reader, record, image_key, shows_image));
  if (file.use != MediaUse::image) return no_such_file();
  TRY(auto out, read_bytes(context, record, file.blob));
  out.content_type = content_type_of(find_file_type(out.body));
  return out;
}

Result<http::Response> read_carried_file(Context const& context, Organisation const& organisation,
                                         Reader& reader, BatchRecord const& record,
                                         std::string_view media_id) {
  TRY(auto const file, find_file(context, organisation, reader, record, media_id, carries_file));
  TRY(auto out, read_bytes(context, record, file.blob));
  auto const type = find_file_type(out.body);
  out.content_type = content_type_of(is_sound(type) ? type : FileType::unknown);
  out.headers.emplace_back("Content-Disposition",
                           attachment_header(file.name, file_ending_of(type)));
  return out;
}

}  // namespace carillon::console

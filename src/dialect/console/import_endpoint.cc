// POST /api/v1/import?format=&dry_run=: an organisation file, spooled to disk while it is read.
//
// Shape   The format is `format` (json, jsonl, csv), else what the Content-Type says, else found
//         out by the importer. Who calls is asked before any of the body is read. A multipart form
//         brings the files of images along: one part is named `organisation`, of the others the
//         file names count. A dry run answers what would be changed and changes nothing.
// Errors  import_invalid with the problems, import_running; too_large above import_bytes_max.

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "http/form_upload.h"
#include "http/spool_file.h"
#include "http/text.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

// The end of a file's name by which the importer knows its format; empty: it finds out.
Result<std::string> read_ending(http::Request const& request) {
  auto const format = request.query_param("format");
  if (format == "json" || format == "jsonl" || format == "csv") return "." + format;
  if (!format.empty()) return fail(Errc::invalid_field, "format must be json, jsonl or csv");
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes{{
      {"application/json", ".json"},
      {"application/jsonl", ".jsonl"},
      {"application/x-jsonl", ".jsonl"},
      {"application/jsonlines", ".jsonl"},
      {"application/ndjson", ".jsonl"},
      {"application/x-ndjson", ".jsonl"},
      {"text/csv", ".csv"},
  }};
  auto const header = request.header("Content-Type");
  auto const type = http::trim(header.substr(0, header.find(';')));
  for (auto const& [known, ending] : kTypes) {
    if (http::same_token(type, known)) return std::string(ending);
  }
  return std::string{};
}

constexpr std::string_view kOrganisation = "organisation";
constexpr std::size_t kFilesMax = 1000;
constexpr std::size_t kChangesMax = 200;

bool is_form(http::Request const& request) {
  auto const header = request.header("Content-Type");
  return http::same_token(http::trim(header.substr(0, header.find(';'))), "multipart/form-data");
}

Result<std::unique_ptr<http::BodySink>> open_sink(Context& context, http::Request const& request) {
  CHECK_OK(require_operator(context, request, Role::admin));
  TRY(auto ending, read_ending(request));
  if (is_form(request)) {
    TRY(auto const boundary, http::find_boundary(request.header("Content-Type")));
    http::FormUpload::Options options{context.data_folder + "/tmp",
                                      {std::string(kOrganisation)},
                                      context.settings.import_bytes_max,
                                      kFilesMax};
    return std::unique_ptr<http::BodySink>(
        std::make_unique<http::FormUpload>(boundary, std::move(options)));
  }
  return std::unique_ptr<http::BodySink>(
      std::make_unique<http::SpooledBody>(context.data_folder + "/tmp", std::move(ending)));
}

void append_count(json::Writer& json, std::string_view name, ImportCount const& count) {
  json.begin_object(name)
      .field("created", count.created)
      .field("updated", count.updated)
      .field("unchanged", count.unchanged)
      .end_object();
}

// Members only; the braces are the caller's.
void append_counts(json::Writer& json, ImportCounts const& counts) {
  append_count(json, "tenants", counts.tenants);
  append_count(json, "departments", counts.departments);
  append_count(json, "users", counts.users);
  append_count(json, "apps", counts.apps);
  append_count(json, "chats", counts.chats);
  append_count(json, "images", counts.images);
}

std::string render_counts(ImportCounts const& counts) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  append_counts(json, counts);
  json.end_object();
  return out;
}

std::string render_import_preview(ImportPreview const& preview) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  append_counts(json, preview.counts);
  json.begin_array("changes");
  for (auto const& change : preview.changes) {
    json.begin_object()
        .field("kind", change.kind)
        .field("id", change.id)
        .field("tenant_key", change.tenant_key)
        .field("change", change.created ? "created" : "updated")
        .begin_array("fields");
    for (auto const field : change.fields) json.string(field);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return out;
}

// A temporary file under a name from which the importer knows the format.
std::string renamed(std::string path, std::string const& ending) {
  auto named = path + ending;
  if (ending.empty() || std::rename(path.c_str(), named.c_str()) != 0) return path;
  return named;
}

Result<Importer::Upload> take_upload(http::Request const& request) {
  Importer::Upload out;
  if (!is_form(request)) {
    out.path = static_cast<http::SpooledBody*>(request.spooled)->take();
    if (out.path.empty()) return fail(Errc::import_invalid, "the file is empty");
    return out;
  }
  auto& form = *static_cast<http::FormUpload*>(request.spooled);
  CHECK_OK(form.check());
  auto const* organisation = form.file(kOrganisation);
  if (organisation == nullptr) {
    return fail(Errc::invalid_field, "organisation: the form has no such part");
  }
  if (organisation->path.empty()) return fail(Errc::import_invalid, "the file is empty");
  TRY(auto const ending, read_ending(request));
  for (auto const& file : form.files()) {
    if (&file == organisation || file.path.empty()) continue;
    if (out.files.contains(file.file_name)) continue;  // it is removed with the form
    auto name = file.file_name;
    out.files.emplace(std::move(name), form.take(file));
  }
  out.path = renamed(form.take(*organisation), ending);
  return out;
}

Result<bool> read_dry_run(http::Request const& request) {
  auto const text = request.query_param("dry_run");
  if (text.empty() || text == "false") return false;
  if (text != "true") return fail(Errc::invalid_field, "dry_run must be true or false");
  return true;
}

Result<void> run_import(Context& context, http::Request const& request, Answer answer) {
  TRY(bool const dry, read_dry_run(request));
  TRY(auto upload, take_upload(request));
  if (dry) {
    context.importer.preview(std::move(upload), kChangesMax,
                             [answer](Result<ImportPreview> preview) {
                               if (!preview) return answer.fail(preview.error());
                               answer.json(render_import_preview(*preview));
                             });
    return {};
  }
  context.importer.run(std::move(upload), [answer](Result<ImportCounts> counts) {
    if (!counts) return answer.fail(counts.error());
    answer.json(render_counts(*counts));
  });
  return {};
}

}  // namespace

void add_import(http::Router& router, Context& context) {
  auto route = make_route(context, http::Method::post, "/api/v1/import", run_import);
  route.body = http::BodyMode::spool;
  route.body_bytes_max = context.settings.import_bytes_max;
  route.open_sink = [&context](http::Request const& request) {
    return open_sink(context, request);
  };
  router.add(std::move(route));
}

}  // namespace carillon::console

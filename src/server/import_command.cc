#include <filesystem>
#include <memory>

#include "import/image_files.h"
#include "import/importer.h"
#include "server/commands.h"
#include "server/installation.h"
#include "server/remote_flags.h"
#include "server/screen.h"

namespace carillon::server {
namespace {

struct ImportFlags {
  std::string file;
  InstallationFlags installation;
  RemoteFlags remote;
  bool dry_run = false;
};

constexpr std::size_t kChangesMax = 200;  // as many as a server names

struct Line {
  char const* what;
  ImportCount count;
};

void print_counts(std::initializer_list<Line> lines) {
  Screen screen;
  std::string head = padded("", 12);
  for (auto const* title : {"created", "updated", "unchanged"}) head += right_aligned(title, 13);
  screen.line(head);
  for (auto const& [what, count] : lines) {
    auto const total = count.created + count.updated + count.unchanged;
    if (total == 0) continue;
    auto line = padded(what, 12);
    for (auto const n : {count.created, count.updated, count.unchanged}) {
      line += right_aligned(with_commas(n), 13);
    }
    screen.line(line);
  }
}

void print_counts(ImportCounts const& counts) {
  print_counts({{"tenants", counts.tenants},
                {"departments", counts.departments},
                {"users", counts.users},
                {"apps", counts.apps},
                {"chats", counts.chats},
                {"images", counts.images}});
}

Result<void> check_readable(std::string const& file) {
  std::error_code code;
  if (std::filesystem::is_regular_file(file, code)) return {};
  return fail(Errc::invalid_field, "there is no file " + file);
}

// Beside it lie the files that its images name.
std::filesystem::path folder_of(std::string const& file) {
  return std::filesystem::path(file).parent_path();
}

// What a dry run would change, a line each.
void print_change(std::string_view kind, std::string_view tenant_key, std::string_view id,
                  bool created, std::string const& fields) {
  std::string line(created ? "+ " : "~ ");
  line.append(kind).append(" ");
  if (!tenant_key.empty() && tenant_key != id) line.append(tenant_key).append("/");
  line.append(id);
  if (!fields.empty()) line.append(": ").append(fields);
  std::printf("%s\n", line.c_str());
}

void append_field(std::string& fields, std::string_view field) {
  if (!fields.empty()) fields += ", ";
  fields += field;
}

Result<ImportCounts> import_into_folder(ImportFlags const& flags) {
  TRY(auto const config, flags.installation.config());
  auto const now = SystemClock().now();
  TRY(auto const installation, open_installation(config, OpenFor::writing, now));
  ImportContext const context{*installation.organisation, installation.key,
                              installation.identity.generation, now,
                              [folder = folder_of(flags.file)](std::string const& name) {
                                return (folder / name).string();
                              }};
  if (flags.dry_run) {
    TRY(auto const plan, plan_import(flags.file, context));
    for (auto const& change : list_changes(*installation.organisation, plan, kChangesMax)) {
      std::string fields;
      for (auto const field : change.fields) append_field(fields, field);
      print_change(change.kind, change.tenant_key, change.id, change.created, fields);
    }
    return plan.counts;
  }
  return import_offline(*installation.ledger, *installation.blobs, flags.file, context,
                        config.data_folder);
}

ImportCount count_of(json::Value answer, std::string_view what) {
  auto const counts = answer.find_present(what);
  auto const number = [&](std::string_view name) {
    auto const value = counts ? counts->find_present(name) : std::nullopt;
    return value ? value->unsigned_integer().value_or(0) : 0;
  };
  return {number("created"), number("updated"), number("unchanged")};
}

// With the images that lie beside the file, if there are any; else the file alone.
Result<json::Document> upload(ApiClient& api, std::string const& target, std::string const& file) {
  namespace fs = std::filesystem;
  std::vector<ApiClient::FormFile> parts{{"organisation", file}};
  std::error_code code;
  for (auto const& name : list_image_files(file)) {
    auto const path = folder_of(file) / name;
    if (fs::is_regular_file(path, code)) parts.push_back({"image", path});
  }
  if (parts.size() == 1) return api.upload(target, file);
  return api.upload_form(target, parts);
}

// The same as a server tells it.
void print_changes(json::Value answer) {
  auto const changes = answer.find_present("changes");
  if (!changes) return;
  auto const text = [](json::Value change, std::string_view name) {
    auto const value = change.find_present(name);
    return value ? value->string() : std::string_view{};
  };
  for (auto const change : changes->elements()) {
    std::string fields;
    auto const list = change.find_present("fields").value_or(json::Value());
    for (auto const field : list.elements()) append_field(fields, field.string());
    print_change(text(change, "kind"), text(change, "tenant_key"), text(change, "id"),
                 text(change, "change") == "created", fields);
  }
}

Result<ImportCounts> import_through_server(ImportFlags const& flags) {
  TRY(auto api, flags.remote.connect_operator());
  auto const ending = std::filesystem::path(flags.file).extension().string();
  std::string target = "/api/v1/import";
  target += flags.dry_run ? "?dry_run=true" : "?dry_run=false";
  if (ending == ".json") target += "&format=json";
  if (ending == ".jsonl" || ending == ".ndjson") target += "&format=jsonl";
  if (ending == ".csv") target += "&format=csv";
  TRY(auto const answer, upload(api, target, flags.file));
  print_changes(answer.root());
  auto const root = answer.root();
  return ImportCounts{count_of(root, "tenants"), count_of(root, "departments"),
                      count_of(root, "users"),   count_of(root, "apps"),
                      count_of(root, "chats"),   count_of(root, "images")};
}

int import(ImportFlags const& flags) {
  if (auto const ok = check_readable(flags.file); !ok) return report(ok.error());
  auto const counts =
      flags.remote.address.url.empty() ? import_into_folder(flags) : import_through_server(flags);
  if (!counts) return report(counts.error());
  print_counts(*counts);
  return 0;
}

}  // namespace

void add_import(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("import", "Create and update people, departments and apps");
  auto flags = std::make_shared<ImportFlags>();
  command->add_option("FILE", flags->file, ".json, .jsonl, or .csv (people only)")->required();
  flags->installation.add_to(*command, false);
  flags->remote.add_server_to(*command, "");
  flags->remote.add_admin_to(*command);
  command->add_flag("--dry-run", flags->dry_run,
                    "Change nothing; say what would be changed, the first 200 by name");
  command->footer(
      "Into a folder whose server is stopped (--data), or through a running one (--server, with\n"
      "the operator's token). Upserts by id: the same file again changes nothing, and what it "
      "does\n"
      "not name stays. A file with any fault changes nothing; each fault is told with its line.");
  command->callback([flags, &run] {
    auto const& installation = flags->installation;
    bool const folder = !installation.data.empty() || !installation.store_url.empty();
    if (folder == !flags->remote.address.url.empty()) {
      throw CLI::ValidationError("import", "give either --data DIR or --server URL");
    }
    if (folder && installation.data.empty()) {
      throw CLI::ValidationError("import", "--store needs --data DIR too: it holds the key");
    }
    run = [flags] { return import(*flags); };
  });
}

}  // namespace carillon::server

#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <vector>

#include "json/writer.h"
#include "server/batch_counts.h"
#include "server/commands.h"
#include "server/remote_flags.h"

namespace carillon::server {
namespace {

struct SendFlags {
  RemoteFlags remote;
  AppFlags app;
  std::vector<std::string> user_ids;
  std::vector<std::string> department_ids;
  std::vector<std::string> open_ids;
  std::vector<std::string> union_ids;
  std::optional<std::string> text;
  std::string content_file;
  std::string card_file;
  std::string msg_type = "post";
  std::string idempotency_key;
  std::string schedule;
  bool wait = false;
};

Result<std::string> read_json_file(std::string const& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return fail(Errc::invalid_field, path + " cannot be read");
  auto const document = json::parse_json(text.str());
  if (!document) {
    return fail(Errc::invalid_field, path + " is not JSON: " + document.error().detail);
  }
  return json::minified(document->root());
}

Result<std::string> make_send_body(SendFlags const& flags) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  add_list(json, "department_ids", flags.department_ids);
  add_list(json, "open_ids", flags.open_ids);
  add_list(json, "user_ids", flags.user_ids);
  add_list(json, "union_ids", flags.union_ids);
  if (flags.text) {
    json.field("msg_type", "text").begin_object("content").field("text", *flags.text).end_object();
  } else if (!flags.card_file.empty()) {
    TRY(auto const card, read_json_file(flags.card_file));
    json.field("msg_type", "interactive").key("card").raw(card);
  } else {
    TRY(auto const content, read_json_file(flags.content_file));
    json.field("msg_type", flags.msg_type).key("content").raw(content);
  }
  json.end_object();
  return out;
}

// Ids that the server does not know: the batch goes to the others.
void print_invalid(json::Value data) {
  for (auto const* name :
       {"invalid_department_ids", "invalid_open_ids", "invalid_user_ids", "invalid_union_ids"}) {
    auto const list = data.find_present(name);
    if (!list || list->size() == 0) continue;
    std::string line = std::string(name) + ":";
    for (auto const id : list->elements()) line.append(" ").append(id.string());
    std::printf("%s\n", line.c_str());
  }
  std::fflush(stdout);
}

// The same for our own call, which alone knows of times.
Result<std::string> make_scheduled_body(SendFlags const& flags) {
  if (!flags.open_ids.empty() || !flags.union_ids.empty()) {
    return fail(Errc::invalid_field, "--schedule takes user_ids and departments only");
  }
  std::string out;
  json::Writer json(out);
  json.begin_object().begin_object("audience");
  add_list(json, "department_ids", flags.department_ids);
  add_list(json, "user_ids", flags.user_ids);
  json.end_object().field("send_at", flags.schedule);
  if (flags.text) {
    json.field("msg_type", "text").begin_object("content").field("text", *flags.text).end_object();
  } else {
    bool const card = !flags.card_file.empty();
    TRY(auto const content, read_json_file(card ? flags.card_file : flags.content_file));
    json.field("msg_type", card ? "interactive" : flags.msg_type).key("content").raw(content);
  }
  json.end_object();
  return out;
}

http::ClientHeaders key_header(SendFlags const& flags) {
  http::ClientHeaders headers;
  if (!flags.idempotency_key.empty()) {
    headers.emplace_back("Idempotency-Key", flags.idempotency_key);
  }
  return headers;
}

Result<int> schedule(SendFlags const& flags) {
  TRY(auto const body, make_scheduled_body(flags));
  TRY(auto api, flags.app.connect(flags.remote.address));
  TRY(auto const answer, api.call("POST", "/api/v1/batches", body, key_header(flags)));
  auto const text = [&](std::string_view name) {
    auto const value = answer.root().find_present(name);
    return std::string(value ? value->string() : std::string_view{});
  };
  std::printf("%s\n", text("batch_id").c_str());
  auto const invalid = answer.root().find_present("invalid").value_or(json::Value());
  for (auto const* name : {"department_ids", "user_ids"}) {
    auto const list = invalid.find_present(name);
    if (!list || list->size() == 0) continue;
    std::string line = "invalid_" + std::string(name) + ":";
    for (auto const id : list->elements()) line.append(" ").append(id.string());
    std::printf("%s\n", line.c_str());
  }
  auto const when = text("send_at");
  std::printf("%s\n",
              when.empty() ? "sent at once: that time is over" : ("scheduled for " + when).c_str());
  return 0;
}

Result<int> send(SendFlags const& flags) {
  if (!flags.schedule.empty()) return schedule(flags);
  TRY(auto const body, make_send_body(flags));
  TRY(auto api, flags.app.connect(flags.remote.address));
  TRY(auto const answer,
      api.feishu("POST", "/open-apis/message/v4/batch_send/", body, key_header(flags)));
  auto const data = answer.root().find_present("data").value_or(json::Value());
  auto const id = data.find_present("message_id");
  if (!id) return fail(Errc::unavailable, "the server's answer holds no message_id");
  std::string const batch_id(id->string());
  std::printf("%s\n", batch_id.c_str());
  print_invalid(data);
  if (!flags.wait) return 0;
  Screen screen;
  ProgressBar bar(screen, batch_id);
  TRY(auto const counts, follow_batch(api, batch_id, bar));
  if (counts.everyone_reached()) return 0;
  return fail(Errc::unavailable, "not everybody has it: " + std::to_string(counts.delivered) +
                                     " of " + std::to_string(counts.deliverable()) + ", " +
                                     std::to_string(counts.failed) +
                                     " failed; GET /api/v1/batches/" + batch_id +
                                     "/recipients?state=failed names them");
}

void add_ids(CLI::App& group, char const* name, std::vector<std::string>& ids, char const* help) {
  group.add_option(name, ids, help)->delimiter(',')->allow_extra_args(false);
}

}  // namespace

void add_send(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("send", "Send a message to people and departments");
  auto flags = std::make_shared<SendFlags>();
  flags->remote.add_server_to(*command);
  flags->app.add_to(*command, true);

  auto* audience = command->add_option_group("To whom", "at least one");
  audience->require_option(1, 0);
  add_ids(*audience, "--to-users", flags->user_ids, "user_ids; commas between, or repeated");
  add_ids(*audience, "--to-departments", flags->department_ids,
          "department ids, with everyone below");
  add_ids(*audience, "--to-open-ids", flags->open_ids, "open_ids, ou_...");
  add_ids(*audience, "--to-union-ids", flags->union_ids, "union_ids, on_...");

  auto* message = command->add_option_group("What", "exactly one");
  message->require_option(1);
  message->add_option("--text", flags->text, "A text");
  message->add_option("--content", flags->content_file,
                      "JSON file with the `content` of the --type");
  message->add_option("--card", flags->card_file, "JSON file with a card");

  command->add_option("--type", flags->msg_type, "What --content is")
      ->check(CLI::IsMember({"text", "post", "image", "share_chat"}))
      ->capture_default_str();
  command->add_option("--idempotency-key", flags->idempotency_key,
                      "The same key and message again: the same batch, not a second one (24 h)");
  auto* wait = command->add_flag("--wait", flags->wait, "Show the progress until everybody has it");
  command
      ->add_option("--schedule", flags->schedule,
                   "When to send it, as 2026-12-24T09:00:00+08:00; `carillon cancel` undoes it")
      ->excludes(wait);
  command->footer(
      "Prints the batch's id and the ids that nobody has. Ends with 0 if the message was\n"
      "accepted; with --wait, if everybody whom the app may reach has it.\n\n"
      "  carillon send --app-id cli_demo --to-departments eng --text 'Lunch is ready' --wait");
  command->callback([flags, &run] {
    run = [flags] {
      auto const done = send(*flags);
      return done ? *done : report(done.error());
    };
  });
}

}  // namespace carillon::server

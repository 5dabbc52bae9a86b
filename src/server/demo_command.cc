// carillon demo: a server with an organisation of 10,000 people, the vendors' example messages sent
// to them through the real HTTP API, simulated readers, and a recall.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <signal.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "json/writer.h"
#include "server/batch_counts.h"
#include "server/commands.h"
#include "server/demo_guide.h"
#include "server/demo_messages.h"
#include "server/demo_organisation.h"
#include "server/demo_readers.h"
#include "server/log.h"
#include "server/server.h"

namespace carillon::server {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr char const kDefaultListen[] = "127.0.0.1:8080";
constexpr std::size_t kReaderEvery = 2;          // one in so many people is a simulated reader
constexpr int kReaderThreads = 8;                // most of their time is waiting for the disk
constexpr milliseconds kLook{80};                // between two looks: far below 50 calls a second
constexpr std::size_t kRecalled = 4;             // which of the messages is taken back: the card
constexpr std::uint32_t kLinkMinutes = 24 * 60;  // whoever reads the guide first still gets in
// Of the vendor's examples, in Engineering; who has every message that the demo sends.
constexpr char const kWitness[] = "7cdcc7c2";
constexpr int kInterrupted = 130;

std::atomic<bool> stop_requested{false};

void take_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

struct DemoFlags {
  InstallationFlags installation;
  std::string listen;
  bool exit = false;
};

// Whether somebody listens there already; an address that is not an IPv4 one is left to the server.
bool is_taken(std::string const& host, std::uint16_t port) {
  if (port == 0 || host != "127.0.0.1") return false;
  int const probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  int const on = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool const taken = bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0;
  close(probe);
  return taken;
}

// A folder of its own that goes with the demo, unless the caller named one.
class DataFolder {
 public:
  explicit DataFolder(std::string given) : path_(std::move(given)), temporary_(path_.empty()) {}
  ~DataFolder() {
    std::error_code code;
    if (temporary_ && !path_.empty()) fs::remove_all(path_, code);
  }
  Result<void> make() {
    if (!temporary_) return {};
    std::error_code code;
    auto name = (fs::temp_directory_path(code) / "carillon-demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      return fail(Errc::unavailable,
                  "no folder can be made at " + name + "; name one with --data DIR");
    }
    path_ = name;
    return {};
  }
  std::string const& path() const { return path_; }
  bool temporary() const { return temporary_; }

 private:
  std::string path_;
  bool temporary_;
};

// This program as a shell in the present folder calls it.
std::string program() {
  std::error_code code;
  auto const path = fs::read_symlink("/proc/self/exe", code);
  if (code) return "carillon";
  auto const near = fs::proximate(path, code).string();
  if (code || near.starts_with("..")) return path.string();
  return near.find('/') == std::string::npos ? "./" + near : near;
}

// Such as 2026-11-22 20:38:57.
std::string local_time() {
  std::time_t const now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%F %T", &parts)};
}

class Demo {
 public:
  Demo(Server& server, std::string data_folder)
      : server_(server), data_folder_(std::move(data_folder)) {
    address_.url = server.url();
  }

  // The whole job; false if somebody did not get a message.
  Result<bool> run() {
    TRY(auto admin, ApiClient::open(address_, server_.admin_token()));
    admin_ = std::make_unique<ApiClient>(std::move(admin));
    CHECK_OK(import_people());
    CHECK_OK(get_tokens());
    CHECK_OK(send_messages());
    CHECK_OK(send_work_notification());
    CHECK_OK(let_people_read());
    CHECK_OK(recall_one());
    TRY(bool const complete, show_books());
    return complete;
  }

  Result<void> print_guide() {
    DemoGuide guide;
    guide.url = address_.url;
    guide.data_folder = data_folder_;
    guide.program = program();
    guide.batch_id = sent_.back().batch_id;
    guide.token_from_environment = std::getenv("CARILLON_ADMIN_TOKEN") != nullptr;
    guide.inbox_of = kWitness;
    TRY(guide.inbox_url, fetch_inbox_url(*admin_, organisation_.tenant_key, kWitness));
    // The part after # stays in the browser; the page puts it into its form.
    guide.console_url = address_.url + "/console/signin#token=" + server_.admin_token();
    server::print_guide(screen_, guide, organisation_);
    return {};
  }

  Screen& screen() { return screen_; }

 private:
  struct Sent {
    DemoMessage const* message;
    ApiClient* app;
    std::string batch_id;
  };

  Result<void> check_stop() const {
    if (stop_requested) return fail(Errc::unavailable, "stopped before the job was done");
    return {};
  }

  Result<void> import_people() {
    screen_.heading("1. An organisation, through POST /api/v1/import");
    auto const started = std::chrono::steady_clock::now();
    organisation_ = make_demo_organisation();
    auto const file = fs::path(data_folder_) / "demo-organisation.json";
    {
      std::ofstream out(file, std::ios::binary);
      out << organisation_.json;
      if (!out.flush()) return fail(Errc::unavailable, file.string() + " cannot be written");
    }
    CHECK_OK(admin_->upload("/api/v1/import?format=json", file));
    auto const took = std::chrono::steady_clock::now() - started;
    screen_.line(with_commas(organisation_.user_ids.size()) + " people in " +
                 with_commas(organisation_.departments) + " departments of up to 4 levels, " +
                 with_commas(organisation_.in_two_departments) + " of them in two, in " +
                 std::to_string(std::chrono::duration_cast<milliseconds>(took).count()) + " ms");
    screen_.line("app " + organisation_.everywhere.id + " may reach everybody; app " +
                 organisation_.sales_only.id + " may reach Sales and one person more");
    return check_stop();
  }

  Result<void> get_tokens() {
    for (auto const* app : {&organisation_.everywhere, &organisation_.sales_only}) {
      TRY(auto api, ApiClient::open(address_));
      TRY(auto token, fetch_app_token(api, app->id, app->secret));
      api.set_bearer(std::move(token));
      (app == &organisation_.everywhere ? everywhere_ : sales_only_) =
          std::make_unique<ApiClient>(std::move(api));
    }
    return check_stop();
  }

  Result<void> send_messages() {
    screen_.heading(
        "2. The vendor's example messages, through POST /open-apis/message/v4/batch_send/");
    messages_ = demo_messages(organisation_);
    for (auto const& message : messages_) {
      auto* app = message.app == &organisation_.everywhere ? everywhere_.get() : sales_only_.get();
      TRY(auto const answer,
          app->feishu("POST", "/open-apis/message/v4/batch_send/", message.body));
      auto const data = answer.root().find_present("data").value_or(json::Value());
      auto const id = data.find_present("message_id").value_or(json::Value());
      sent_.push_back({&message, app, std::string(id.string())});
      ProgressBar bar(screen_, padded(message.title, 20));
      TRY(auto const counts, follow_batch(*admin_, sent_.back().batch_id, bar, &stop_requested));
      print_invalid(data);
      if (counts.excluded != 0) {
        screen_.line("    excluded: not in this app's availability");
      }
      CHECK_OK(check_stop());
    }
    return {};
  }

  // The other vendor's clients and the same app: a task is a batch like any other.
  Result<void> send_work_notification() {
    screen_.heading(
        "3. A DingTalk work notification, through POST "
        "/topapi/message/corpconversation/asyncsend_v2");
    auto const& app = organisation_.everywhere;
    TRY(auto api, ApiClient::open(address_));
    TRY(auto const token, fetch_key_token(api, app.app_key, app.key_secret));
    std::string const path = "/topapi/message/corpconversation/";
    auto const query = "?access_token=" + token;
    notification_ = demo_work_notification(organisation_, local_time());
    TRY(auto const sent, api.dingtalk("POST", path + "asyncsend_v2" + query, notification_.body));
    auto const task = sent.root().find_present("task_id").value_or(json::Value()).integer();
    std::string ask;
    json::Writer(ask)
        .begin_object()
        .field("agent_id", app.agent_id)
        .field("task_id", task.value_or(0))
        .end_object();
    auto const target = path + "getsendprogress" + query;
    ProgressBar bar(screen_, padded("getsendprogress", 20));
    for (;;) {
      TRY(auto const answer, api.dingtalk("POST", target, ask));
      auto const progress = answer.root().find_present("progress").value_or(json::Value());
      auto const number = [&](std::string_view name) {
        return progress.find_present(name).value_or(json::Value()).unsigned_integer().value_or(0);
      };
      auto const percent = number("progress_in_percent");
      if (stop_requested || number("status") == 2) {
        bar.finish(percent, 100, "percent of task " + std::to_string(task.value_or(0)));
        break;
      }
      bar.update(percent, 100, "percent");
      std::this_thread::sleep_for(kLook);
    }
    TRY(auto const batches, admin_->call("GET", "/api/v1/batches?limit=1&tenant=" +
                                                    organisation_.tenant_key + "&app=" + app.id));
    for (auto const batch :
         batches.root().find_present("batches").value_or(json::Value()).elements()) {
      auto const id = batch.find_present("batch_id").value_or(json::Value());
      task_ = Sent{&notification_, everywhere_.get(), std::string(id.string())};
    }
    if (!task_) return fail(Errc::unavailable, "the task is not among the app's batches");
    return check_stop();
  }

  void print_invalid(json::Value data) {
    for (auto const& [key, list] : data.members()) {
      if (!key.starts_with("invalid_") || list.size() == 0) continue;
      std::string line = "    " + std::string(key) + ":";
      for (auto const id : list.elements()) line.append(" ").append(id.string());
      screen_.line(line + "  (unknown on purpose)");
    }
  }

  struct ReadUser {
    std::uint64_t read = 0;
    std::uint64_t total = 0;
  };

  // The vendor's call sends both counts as strings.
  static Result<ReadUser> ask_read_user(Sent const& sent) {
    TRY(auto const answer,
        sent.app->feishu("GET", "/open-apis/im/v1/batch_messages/" + sent.batch_id + "/read_user"));
    auto const data = answer.root().find_present("data").value_or(json::Value());
    auto const counts = data.find_present("read_user").value_or(json::Value());
    auto const number = [&](std::string_view name) {
      std::string const text(counts.find_present(name).value_or(json::Value()).string());
      return std::strtoull(text.c_str(), nullptr, 10);
    };
    return ReadUser{number("read_count"), number("total_count")};
  }

  Result<void> let_people_read() {
    std::vector<std::string> people;
    for (std::size_t i = 0; i < organisation_.user_ids.size(); i += kReaderEvery) {
      people.push_back(organisation_.user_ids[i]);
    }
    screen_.heading("4. SIMULATED readers: " + with_commas(people.size()) +
                    " of the people read, each with a session token");
    SimulatedReaders readers(address_, server_.admin_token(), organisation_.tenant_key,
                             std::move(people), stop_requested);
    auto const& watched = sent_.back();
    ProgressBar bar(screen_, padded("read_user", 20));
    readers.start(kReaderThreads);
    while (readers.running()) {
      TRY(auto const counts, ask_read_user(watched));
      bar.update(counts.read, counts.total, "have read " + watched.message->title);
      std::this_thread::sleep_for(kLook);
    }
    CHECK_OK(readers.finish());
    TRY(auto const counts, ask_read_user(watched));
    bar.finish(counts.read, counts.total, "have read " + watched.message->title);
    return check_stop();
  }

  struct RecallProgress {
    bool recall = false;
    std::uint64_t recalled = 0;
    std::uint64_t delivered = 0;
  };

  static Result<RecallProgress> ask_progress(Sent const& sent) {
    TRY(auto const answer, sent.app->feishu("GET", "/open-apis/im/v1/batch_messages/" +
                                                       sent.batch_id + "/get_progress"));
    auto const data = answer.root().find_present("data").value_or(json::Value());
    auto const member = [&](std::string_view part, std::string_view name) {
      return data.find_present(part)
          .value_or(json::Value())
          .find_present(name)
          .value_or(json::Value());
    };
    return RecallProgress{
        member("batch_message_recall_progress", "recall").boolean(),
        member("batch_message_recall_progress", "recall_count").unsigned_integer().value_or(0),
        member("batch_message_send_progress", "success_user_ids_count")
            .unsigned_integer()
            .value_or(0)};
  }

  Result<bool> has_message(ApiClient& person, std::string const& batch_id) const {
    TRY(auto const inbox, look_into_inbox(person));
    return std::find(inbox.batch_ids.begin(), inbox.batch_ids.end(), batch_id) !=
           inbox.batch_ids.end();
  }

  Result<void> recall_one() {
    auto const& sent = sent_.at(kRecalled);
    screen_.heading("5. The " + sent.message->title +
                    " is recalled, through DELETE /open-apis/im/v1/batch_messages/...");
    std::string const witness = kWitness;
    TRY(auto person, open_session(*admin_, address_, organisation_.tenant_key, witness));
    TRY(bool const before, has_message(person, sent.batch_id));
    CHECK_OK(sent.app->feishu("DELETE", "/open-apis/im/v1/batch_messages/" + sent.batch_id));
    TRY(bool const after, has_message(person, sent.batch_id));
    screen_.line("in " + witness + "'s inbox: " + (before ? "yes" : "no") + " before the call, " +
                 (after ? "yes" : "no") + " after it");
    ProgressBar bar(screen_, padded("get_progress", 20));
    for (;;) {
      TRY(auto const progress, ask_progress(sent));
      if (stop_requested || (progress.recall && progress.recalled == progress.delivered)) {
        bar.finish(progress.recalled, progress.delivered, "recalled");
        return check_stop();
      }
      bar.update(progress.recalled, progress.delivered, "recalled");
      std::this_thread::sleep_for(kLook);
    }
  }

  Result<bool> show_books() {
    screen_.heading("6. The books: valid = pending + delivered + failed + excluded");
    std::string head = padded("message", 21) + padded("batch", 37) + padded("state", 9);
    for (auto const* title :
         {"valid", "pending", "deliv.", "failed", "excl.", "read", "recalled"}) {
      head += right_aligned(title, 9);
    }
    screen_.line(screen_.faint(head));
    bool complete = true;
    bool balanced = true;
    auto shown = sent_;
    shown.push_back(*task_);
    for (auto const& sent : shown) {
      TRY(auto const counts, fetch_counts(*admin_, sent.batch_id));
      auto line =
          padded(sent.message->title, 21) + padded(sent.batch_id, 37) + padded(counts.state, 9);
      for (auto const n : {counts.valid, counts.pending, counts.delivered, counts.failed,
                           counts.excluded, counts.read, counts.recalled}) {
        line += right_aligned(with_commas(n), 9);
      }
      screen_.line(line);
      complete = complete && counts.everyone_reached();
      balanced = balanced && counts.balanced();
    }
    screen_.line(balanced ? screen_.green("All books balance.")
                          : screen_.red("Some books do not balance."));
    screen_.line(complete ? screen_.green("Everybody whom the apps may reach got every message.")
                          : screen_.red("Not everybody got every message."));
    return complete && balanced;
  }

  Server& server_;
  std::string data_folder_;
  ServerAddress address_;
  Screen screen_;
  DemoOrganisation organisation_;
  std::vector<DemoMessage> messages_;
  std::vector<Sent> sent_;
  DemoMessage notification_;
  std::optional<Sent> task_;
  std::unique_ptr<ApiClient> admin_;
  std::unique_ptr<ApiClient> everywhere_;
  std::unique_ptr<ApiClient> sales_only_;
};

Result<std::unique_ptr<Server>> start_server(DemoFlags const& flags, std::string const& data_folder,
                                             Screen& screen) {
  TRY(auto config, flags.installation.config());
  config.data_folder = data_folder;
  CHECK_OK(apply_listen(config, flags.listen.empty() ? kDefaultListen : flags.listen));
  if (flags.listen.empty() && is_taken(config.http.host, config.http.port)) {
    screen.line("Port " + std::to_string(config.http.port) +
                " is taken by another program; using a free one instead.");
    config.http.port = 0;
  }
  config.console.code_minutes = kLinkMinutes;
  // The screen tells the story; the log only what goes wrong.
  set_log_level(config.log_level == "info" ? "warn" : config.log_level);
  TRY(auto server, Server::open(std::move(config)));
  CHECK_OK(server->start());
  return server;
}

int demo(DemoFlags const& flags) {
  take_signals();
  Screen screen;
  screen.line(screen.bold("Carillon demo") +
              ": 10,000 made-up people on this machine; nothing "
              "leaves it.");
  DataFolder folder(flags.installation.data);
  if (auto made = folder.make(); !made) return report(made.error());
  auto server = start_server(flags, folder.path(), screen);
  if (!server) return report(server.error());
  screen.line("serving " + (*server)->url() + ", data in " + folder.path() +
              (folder.temporary() ? " (removed at the end; --data DIR keeps it)" : ""));

  Demo demo(**server, folder.path());
  auto const complete = demo.run();
  if (!complete) {
    if (stop_requested) screen.line();
    report(complete.error());
    return stop_requested ? kInterrupted : 1;
  }
  if (auto guided = demo.print_guide(); !guided) return report(guided.error());
  if (!flags.exit) {
    screen.line();
    screen.line(screen.bold("The server stays up until Ctrl-C."));
    while (!stop_requested) std::this_thread::sleep_for(milliseconds(100));
    screen.line("\nStopping.");
  }
  (*server)->stop();
  return *complete ? 0 : 1;
}

}  // namespace

void add_demo(CLI::App& cli, Run& run) {
  auto* command =
      cli.add_subcommand("demo", "See it work: 10,000 people, messages, reads, a recall");
  auto flags = std::make_shared<DemoFlags>();
  flags->installation.add_to(*command, false);
  command->add_option("--listen", flags->listen,
                      "HOST:PORT (default: 127.0.0.1:8080, or a free port if that is taken)");
  command->add_flag("--exit", flags->exit, "End after the job instead of staying up");
  command->footer(
      "Starts a server on a fresh temporary folder (or --data DIR), imports a made-up "
      "organisation,\n"
      "sends the vendor's example messages through the HTTP API, lets simulated readers read, and\n"
      "recalls one message. Prints credentials and calls to paste, then stays up until Ctrl-C.\n"
      "Ends with 0 only if everybody whom the apps may reach got every message.");
  command->callback([flags, &run] { run = [flags] { return demo(*flags); }; });
}

}  // namespace carillon::server

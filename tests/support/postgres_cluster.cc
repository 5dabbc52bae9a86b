#include "tests/support/postgres_cluster.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace carillon::testing {
namespace {

namespace fs = std::filesystem;

std::string find_programs() {
  std::string found;
  for (auto const* version : {"15", "16", "17"}) {
    auto const folder = "/usr/lib/postgresql/" + std::string(version) + "/bin";
    if (fs::exists(folder + "/initdb")) return folder;
  }
  std::string const path = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
  for (std::size_t at = 0; at < path.size();) {
    auto const end = std::min(path.find(':', at), path.size());
    auto const folder = path.substr(at, end - at);
    if (fs::exists(folder + "/initdb")) return folder;
    at = end + 1;
  }
  throw std::runtime_error("PostgreSQL's initdb is not installed: make test-deps");
}

// Whom the server runs as; null: as this process does.
passwd const* server_user() {
  if (geteuid() != 0) return nullptr;
  for (auto const* name : {"postgres", "nobody"}) {
    if (auto const* user = getpwnam(name)) return user;
  }
  throw std::runtime_error("there is no user to run PostgreSQL as");
}

std::string text_of(fs::path const& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

PostgresCluster::PostgresCluster(std::vector<std::string> settings)
    : settings_(std::move(settings)), programs_(find_programs()) {
  if (auto const* user = server_user()) {
    if (chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("the cluster's folder cannot be given away");
    }
    fs::permissions(folder_.path(),
                    fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  }
  run({programs_ + "/initdb", "-D", folder_.path() / "data", "-U", "carillon", "-A", "trust", "-E",
       "UTF8", "--locale=C", "--no-sync"},
      true);
  std::ofstream(folder_.path() / "data" / "pg_hba.conf")
      << "local all with_password scram-sha-256\nlocal all all trust\n";
  start();
}

PostgresCluster::~PostgresCluster() { stop(); }

pid_t PostgresCluster::run(std::vector<std::string> command, bool wait) const {
  auto const* user = server_user();
  auto const log = folder_.path() / "log";
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  auto const parent = getpid();
  auto const child = fork();
  if (child < 0) throw std::runtime_error("no process for PostgreSQL");
  if (child == 0) {
    if (user != nullptr && (initgroups(user->pw_name, user->pw_gid) != 0 ||
                            setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
      _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != parent || chdir(folder_.path().c_str()) != 0) _exit(126);
    int const out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execv(arguments.front(), arguments.data());
    _exit(127);
  }
  if (!wait) return child;
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error(command.front() + " failed: " + text_of(log));
  return child;
}

void PostgresCluster::start() {
  std::vector<std::string> command{programs_ + "/postgres",
                                   "-D",
                                   folder_.path() / "data",
                                   "-k",
                                   folder_.path(),
                                   "-c",
                                   "listen_addresses=",
                                   "-c",
                                   "fsync=off",
                                   "-c",
                                   "full_page_writes=off",
                                   "-c",
                                   "max_connections=60",
                                   "-c",
                                   "shared_buffers=32MB",
                                   "-c",
                                   "log_min_messages=warning"};
  for (auto const& setting : settings_) command.insert(command.end(), {"-c", setting});
  server_ = run(std::move(command), false);
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (PQping(address().c_str()) != PQPING_OK) {
    int status = 0;
    bool const ended = waitpid(server_, &status, WNOHANG) == server_;
    if (ended || std::chrono::steady_clock::now() > deadline) {
      if (ended) server_ = -1;
      throw std::runtime_error("PostgreSQL does not start: " + text_of(folder_.path() / "log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // polling
  }
}

void PostgresCluster::stop() {
  if (server_ < 0) return;
  kill(server_, SIGQUIT);
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

std::string PostgresCluster::address(std::string const& schema) const {
  auto out = "host=" + folder_.path().string() + " dbname=postgres user=carillon";
  if (!schema.empty()) out += " options='-csearch_path=" + schema + "'";
  return out;
}

std::string PostgresCluster::ask(std::string const& sql) const {
  std::unique_ptr<pg_conn, decltype(&PQfinish)> const connection(PQconnectdb(address().c_str()),
                                                                 &PQfinish);
  PQsetNoticeProcessor(
      connection.get(), [](void*, char const*) {}, nullptr);
  std::unique_ptr<pg_result, decltype(&PQclear)> const result(PQexec(connection.get(), sql.c_str()),
                                                              &PQclear);
  auto const status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
  }
  return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
}

PostgresCluster& PostgresCluster::shared() {
  static PostgresCluster cluster;
  return cluster;
}

PostgresSchema::PostgresSchema() {
  static std::atomic<int> made{0};
  name_ = "test" + std::to_string(++made);
  PostgresCluster::shared().ask("CREATE SCHEMA " + name_);
}

PostgresSchema::~PostgresSchema() {
  try {
    PostgresCluster::shared().ask("DROP SCHEMA " + name_ + " CASCADE");
  } catch (std::exception const&) {
    // The cluster goes as a whole in the end.
  }
}

}  // namespace carillon::testing

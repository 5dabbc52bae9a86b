#include <cstdio>
#include <memory>
#include <pthread.h>
#include <signal.h>

#include "server/commands.h"
#include "server/log.h"
#include "server/server.h"

namespace carillon::server {
namespace {

struct ServeFlags {
  InstallationFlags installation;
  std::string listen = "127.0.0.1:8080";
  std::string bus;
  std::string tls_cert;
  std::string tls_key;
};

Result<Config> make_config(ServeFlags const& flags) {
  TRY(auto config, flags.installation.config());
  CHECK_OK(apply_listen(config, flags.listen));
  if (!flags.bus.empty()) config.bus = flags.bus;
  if (!config.bus.empty() && config.store_url.empty()) {
    return fail(Errc::invalid_field,
                "--bus is between the servers of one --store postgres://..., and none is given");
  }
  if (flags.tls_cert.empty() != flags.tls_key.empty()) {
    return fail(Errc::invalid_field, "--tls-cert and --tls-key belong together");
  }
  config.http.tls_cert_file = flags.tls_cert;
  config.http.tls_key_file = flags.tls_key;
  return config;
}

// Whoever asks a second time does not want to wait.
void wait_for_proxies(std::chrono::seconds time) {
  sigset_t signals;
  sigemptyset(&signals);
  for (int const signal : {SIGTERM, SIGINT}) sigaddset(&signals, signal);
  timespec const left{time.count(), 0};
  sigtimedwait(&signals, nullptr, &left);
}

int serve(ServeFlags const& flags) {
  // Signals are taken by this thread only, in order; every other thread inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  for (int const signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  auto config = make_config(flags);
  if (!config) return report(config.error());
  set_log_level(config->log_level);
  auto server = Server::open(*std::move(config));
  if (!server) return report(server.error());
  if (auto started = (*server)->start(); !started) return report(started.error());
  std::printf("ready %s\n", (*server)->url().c_str());
  std::fflush(stdout);
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGHUP) break;
    (*server)->reload();
  }
  log(Level::info, "stopping");
  wait_for_proxies((*server)->retire());
  (*server)->stop();
  log(Level::info, "stopped");
  return 0;
}

}  // namespace

void add_serve(CLI::App& cli, Run& run) {
  auto* command = cli.add_subcommand("serve", "Run the server until SIGTERM");
  auto flags = std::make_shared<ServeFlags>();
  flags->installation.add_to(*command);
  command->add_option("--listen", flags->listen, "HOST:PORT; port 0 takes a free one")
      ->capture_default_str();
  command->add_option("--bus", flags->bus,
                      "nats://HOST:PORT by which servers of one --store knock at each other");
  command->add_option("--tls-cert", flags->tls_cert, "PEM certificate chain; read again on SIGHUP");
  command->add_option("--tls-key", flags->tls_key, "PEM private key");
  command->footer(
      "Prints `ready http://HOST:PORT` on stdout once it serves; logs are JSON lines on stderr.\n"
      "The operator's token is CARILLON_ADMIN_TOKEN, else the one in DIR/admin.token.");
  command->callback([flags, &run] { run = [flags] { return serve(*flags); }; });
}

}  // namespace carillon::server

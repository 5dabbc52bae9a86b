// Serves one WebSocket endpoint, /echo, that sends every message back, until its input ends.
// Prints the port, and at the end on demand ("memory N") the memory that N idle sockets keep.

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

#include "http/listener.h"
#include "http/websocket_handshake.h"

namespace {

using namespace carillon::http;

class Echo final : public WebSocketHandler {
 public:
  void on_open(WebSocket const& socket) override { socket_ = std::make_unique<WebSocket>(socket); }
  void on_message(MessageKind kind, std::string_view payload) override {
    socket_->send(make_frame(kind, payload));
  }
  void on_close(std::uint16_t) override {}

 private:
  std::unique_ptr<WebSocket> socket_;
};

// Resident kilobytes of this process.
long resident_kb() {
  long total = 0;
  long resident = 0;
  if (auto* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

}  // namespace

int main() {
  Router router;
  Route route;
  route.method = Method::get;
  route.pattern = "/echo";
  route.handler = [](Request const& request, Reply reply) {
    WebSocketOptions options;
    options.message_bytes_max = 32 << 20;
    options.queue_bytes_max = 64 << 20;
    reply(accept_websocket(request, std::make_unique<Echo>(), options));
  };
  router.add(std::move(route));
  router.unmatched("/", [](Request const&, std::string_view) {
    Response out;
    out.status = 404;
    return out;
  });
  Options options;
  options.port = 0;
  options.threads = 2;
  options.body_memory_max = 256 << 20;
  Listener listener(options, router, [] { return std::string(34, '0'); });
  if (auto const started = listener.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().detail.c_str());
    return 1;
  }
  std::printf("%d\n", listener.port());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    std::printf("%ld kB, %llu open\n", resident_kb(),
                static_cast<unsigned long long>(listener.stats().websockets_open));
    std::fflush(stdout);
  }
  listener.stop(std::chrono::seconds(2));
  return 0;
}

// An HTTP/1.1 load over N keep-alive connections, closed or open loop.
//
//   load --port P --request FILE [--connections N] [--rate R] [--seconds S | --count N]
//        [--lines FILE] [--expect TEXT] [--samples FILE]
//
// Shape   FILE is a template (requests.h). Without --seconds and --count each line is sent once.
//         Closed loop: each connection has one request under way, and a latency runs from the
//         request's send to its answer's last byte.
//         Open loop (--rate R requests a second in all): request i is due at i/R, and its latency
//         runs from then, also if no connection was free or this program was late: a server that
//         stalls is charged for everything that came due meanwhile (coordinated omission).
//         One line of JSON on stdout: requests, failures, seconds, per_second, p50_us, p90_us,
//         p99_us, p999_us, max_us, first_failure. A failure is a status other than 200, or TEXT not
//         in the answer. --samples takes the microseconds of every answer, a line each, in the
//         order of arrival.
// Cost    Meant to be lighter than what it measures. The open loop spins between requests that are
//         due within a millisecond: give it a core of its own.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "histogram.h"
#include "http_bytes.h"
#include "requests.h"

namespace carillon::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr int kEventsMax = 1024;
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr auto kSilence = std::chrono::seconds(30);

[[noreturn]] void die(std::string const& what) {
  std::fprintf(stderr, "load: %s\n", what.c_str());
  std::exit(1);
}

std::string read_file(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) die("cannot read " + path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Options {
  std::uint16_t port = 0;
  std::size_t connections = 1;
  double rate = 0;  // 0: closed loop
  double seconds = 0;
  std::uint64_t count = 0;
  std::string expect;
  std::string samples;
};

struct Connection {
  int fd = -1;
  Clock::time_point since;  // what the latency of the request under way is counted from
  std::string rest;
};

Clock::duration seconds_to_duration(double seconds) {
  return duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

class Load {
 public:
  Load(Options options, Requests requests)
      : options_(std::move(options)), requests_(std::move(requests)) {
    if (options_.seconds == 0 && options_.count == 0) options_.count = requests_.lines();
    if (!options_.samples.empty()) samples_.open(options_.samples);
    epoll_ = epoll_create1(0);
    for (std::size_t i = 0; i < options_.connections; ++i) connect_one();
  }

  void run() {
    started_ = ended_ = heard_ = Clock::now();
    end_ = options_.seconds == 0 ? Clock::time_point::max()
                                 : started_ + seconds_to_duration(options_.seconds);
    for (auto const& connection : connections_) idle_.push_back(connection.get());
    std::array<epoll_event, kEventsMax> events;
    for (;;) {
      send_what_is_due();
      if (waiting_ == 0 && !more_to_send()) return;
      int const n = epoll_wait(epoll_, events.data(), kEventsMax, patience_ms());
      auto const now = Clock::now();
      if (n > 0) heard_ = now;
      if (waiting_ > 0 && now - heard_ > kSilence) die("no answer for 30 seconds");
      for (int i = 0; i < n; ++i) {
        auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (!receive(connection)) continue;
        take_answer(connection);
        send_what_is_due();
      }
    }
  }

  void report() const {
    double const seconds = options_.seconds != 0 && !open_loop()
                               ? options_.seconds
                               : std::chrono::duration<double>(ended_ - started_).count();
    std::string text;
    for (char const c : first_failure_.substr(0, 400)) {
      text += c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? '\'' : c;
    }
    std::printf(
        "{\"requests\": %llu, \"failures\": %llu, \"seconds\": %.4f, \"per_second\": %.1f, "
        "\"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, "
        "\"max_us\": %.1f, \"first_failure\": \"%s\"}\n",
        static_cast<unsigned long long>(latencies_.count()),
        static_cast<unsigned long long>(failures_), seconds,
        static_cast<double>(latencies_.count()) / seconds, quantile(0.5), quantile(0.9),
        quantile(0.99), quantile(0.999), static_cast<double>(latencies_.max()) / 1e3, text.c_str());
  }

 private:
  bool open_loop() const { return options_.rate > 0; }

  void connect_one() {
    int const fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      die("cannot connect");
    }
    int const on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_.push_back(std::make_unique<Connection>());
    connections_.back()->fd = fd;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connections_.back().get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  // When the next request has to go out; in a closed loop always at once.
  Clock::time_point next_due() const {
    if (!open_loop()) return {};
    return started_ + seconds_to_duration(static_cast<double>(sent_) / options_.rate);
  }

  bool more_to_send() const {
    if (options_.count != 0 && sent_ >= options_.count) return false;
    return (open_loop() ? next_due() : Clock::now()) < end_;
  }

  void send_what_is_due() {
    while (!idle_.empty() && more_to_send() && next_due() <= Clock::now()) {
      auto* const connection = idle_.back();
      idle_.pop_back();
      send_one(*connection);
    }
  }

  // Until something is due, rounded down: late is worse than awake.
  int patience_ms() const {
    auto wait = duration_cast<std::chrono::milliseconds>(kSilence);
    if (open_loop() && !idle_.empty() && more_to_send()) {
      wait = std::min(wait, duration_cast<std::chrono::milliseconds>(next_due() - Clock::now()));
    }
    return std::max(0, static_cast<int>(wait.count()));
  }

  void send_one(Connection& connection) {
    std::string_view bytes = requests_.next();
    connection.since = open_loop() ? next_due() : Clock::now();
    ++sent_;
    ++waiting_;
    while (!bytes.empty()) {
      auto const n = send(connection.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) die("the server closed a connection");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  // True if the answer is complete.
  bool receive(Connection& connection) {
    auto const n = recv(connection.fd, buffer_.data(), buffer_.size(), 0);
    if (n <= 0) die("the server closed a connection");
    std::string_view bytes(buffer_.data(), static_cast<std::size_t>(n));
    if (!connection.rest.empty()) bytes = connection.rest.append(bytes);
    auto const bounds = find_message(bytes);
    if (bounds.total == 0 || bytes.size() < bounds.total) {
      if (connection.rest.empty()) connection.rest.assign(bytes);
      return false;
    }
    bool const good =
        bytes.substr(8, 4) == " 200" &&
        (options_.expect.empty() || bytes.find(options_.expect) != std::string_view::npos);
    if (!good && failures_++ == 0) first_failure_.assign(bytes);
    connection.rest.clear();
    return true;
  }

  void take_answer(Connection& connection) {
    auto const now = Clock::now();
    --waiting_;
    idle_.push_back(&connection);
    if (!open_loop() && now > end_) return;  // what is answered after the end does not count
    ended_ = now;
    auto const took = duration_cast<nanoseconds>(now - connection.since).count();
    latencies_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(took, 0)));
    if (samples_.is_open()) samples_ << static_cast<double>(took) / 1e3 << '\n';
  }

  double quantile(double share) const {
    return static_cast<double>(latencies_.quantile(share)) / 1e3;
  }

  Options options_;
  Requests requests_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;
  std::uint64_t sent_ = 0;
  std::uint64_t waiting_ = 0;
  std::uint64_t failures_ = 0;
  std::string first_failure_;
  Histogram latencies_;  // nanoseconds
  std::ofstream samples_;
  Clock::time_point started_;
  Clock::time_point ended_;  // the last answer that counts
  Clock::time_point heard_;
  Clock::time_point end_;
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
};

std::vector<std::string> read_lines(std::string const& path) {
  std::vector<std::string> out;
  std::istringstream in(read_file(path));
  for (std::string line; std::getline(in, line);) out.push_back(line);
  if (out.empty()) die(path + " is empty");
  return out;
}

int run(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  if (!given.contains("--port") || !given.contains("--request")) {
    die("usage: load --port P --request FILE [--connections N] [--rate R] [--seconds S | --count N]"
        " [--lines FILE] [--expect TEXT] [--samples FILE]");
  }
  Options options;
  options.port = static_cast<std::uint16_t>(std::stoul(given["--port"]));
  options.expect = given["--expect"];
  options.samples = given["--samples"];
  if (given.contains("--connections")) options.connections = std::stoul(given["--connections"]);
  if (given.contains("--rate")) options.rate = std::stod(given["--rate"]);
  if (given.contains("--seconds")) options.seconds = std::stod(given["--seconds"]);
  if (given.contains("--count")) options.count = std::stoull(given["--count"]);
  std::vector<std::string> lines;
  if (given.contains("--lines")) lines = read_lines(given["--lines"]);
  Load load(std::move(options), Requests(read_file(given["--request"]), std::move(lines)));
  load.run();
  load.report();
  return 0;
}

}  // namespace
}  // namespace carillon::bench

int main(int argc, char** argv) {
  try {
    return carillon::bench::run(argc, argv);
  } catch (std::exception const& error) {
    carillon::bench::die(error.what());
  }
}

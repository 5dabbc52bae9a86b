// A closed-loop HTTP/1.1 load: N keep-alive connections, each with one request under way.
//
//   load --port P --request FILE [--connections N] [--seconds S | --count N] [--lines FILE]
//        [--expect TEXT] [--samples FILE]
//
// Shape   FILE is a request as it goes out, head and body, without Content-Length, which is added
//         when there is a body. In it {n} becomes a number of ten digits, another one each time,
//         and {line} the next line of --lines, from the top again after the last. Without --seconds
//         and --count each line is sent once.
//         One line of JSON on stdout: requests, failures, seconds, per_second, p50_us, p99_us,
//         max_us, first_failure. A failure is a status other than 200, or TEXT not in the answer.
//         --samples takes the microseconds of every answer, a line each, in the order of arrival.
// Cost    Meant to be lighter than what it measures; latency is from send to the answer's last
// byte.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
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

#include "http_bytes.h"

namespace carillon::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kEventsMax = 1024;
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kSilenceMs = 30'000;

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
  double seconds = 0;
  std::uint64_t count = 0;
  std::string expect;
};

// Writes requests from the template.
class Requests {
 public:
  Requests(std::string_view text, std::vector<std::string> lines) : lines_(std::move(lines)) {
    auto const end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) die("the request has no empty line");
    head_ = split(text.substr(0, end));
    body_ = split(text.substr(end + 4));
    plain_ = head_.size() == 1 && body_.empty();
    if (plain_) whole_ = text;
  }

  std::string const& next() {
    if (plain_) return whole_;
    ++number_;
    body_out_.clear();
    fill(body_, body_out_);
    whole_.clear();
    fill(head_, whole_);
    if (!body_.empty()) whole_ += "\r\nContent-Length: " + std::to_string(body_out_.size());
    whole_ += "\r\n\r\n";
    whole_ += body_out_;
    return whole_;
  }

  std::size_t lines() const { return lines_.size(); }

 private:
  enum class Kind { text, number, line };
  struct Part {
    Kind kind;
    std::string text;
  };

  static std::vector<Part> split(std::string_view text) {
    std::vector<Part> out;
    while (!text.empty()) {
      auto const at = std::min(text.find("{n}"), text.find("{line}"));
      if (at != 0) out.push_back({Kind::text, std::string(text.substr(0, at))});
      if (at == std::string_view::npos) break;
      bool const number = text[at + 1] == 'n';
      out.push_back({number ? Kind::number : Kind::line, {}});
      text.remove_prefix(at + (number ? 3 : 6));
    }
    return out;
  }

  void fill(std::vector<Part> const& parts, std::string& out) const {
    for (auto const& part : parts) {
      if (part.kind == Kind::text) out += part.text;
      if (part.kind == Kind::line) out += lines_[(number_ - 1) % lines_.size()];
      if (part.kind == Kind::number) {
        std::array<char, 16> digits;
        std::snprintf(digits.data(), digits.size(), "%010llu",
                      static_cast<unsigned long long>(number_ % 10'000'000'000));
        out += digits.data();
      }
    }
  }

  std::vector<std::string> lines_;
  std::vector<Part> head_;
  std::vector<Part> body_;
  bool plain_ = false;
  std::uint64_t number_ = 0;
  std::string body_out_;
  std::string whole_;
};

struct Connection {
  int fd = -1;
  Clock::time_point sent_at;
  std::string rest;
};

class Load {
 public:
  Load(Options const& options, Requests requests)
      : options_(options), requests_(std::move(requests)) {
    if (options_.seconds == 0 && options_.count == 0) options_.count = requests_.lines();
    epoll_ = epoll_create1(0);
    for (std::size_t i = 0; i < options_.connections; ++i) connect_one();
  }

  void run() {
    started_ = Clock::now();
    auto const end = options_.seconds == 0
                         ? Clock::time_point::max()
                         : started_ + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(options_.seconds));
    for (auto& connection : connections_) send_one(*connection);
    std::array<epoll_event, kEventsMax> events;
    while (waiting_ > 0) {
      int const n = epoll_wait(epoll_, events.data(), kEventsMax, kSilenceMs);
      if (n == 0) die("no answer for 30 seconds");
      for (int i = 0; i < n; ++i) {
        auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (!receive(connection)) continue;
        auto const now = Clock::now();
        if (now > end) {  // what is answered after the end does not count
          --waiting_;
          continue;
        }
        ended_ = now;
        latencies_.push_back(static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::nanoseconds>(now - connection.sent_at).count() /
            100));
        --waiting_;
        send_one(connection);
      }
    }
  }

  void write_samples(std::string const& path) const {
    std::ofstream out(path);
    for (auto const latency : latencies_) out << microseconds(latency) << '\n';
  }

  void report() {
    double const seconds = options_.seconds != 0
                               ? options_.seconds
                               : std::chrono::duration<double>(ended_ - started_).count();
    std::string text;
    for (char const c : first_failure_.substr(0, 400)) {
      text += c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? '\'' : c;
    }
    std::printf(
        "{\"requests\": %zu, \"failures\": %llu, \"seconds\": %.4f, \"per_second\": %.1f, "
        "\"p50_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f, \"first_failure\": \"%s\"}\n",
        latencies_.size(), static_cast<unsigned long long>(failures_), seconds,
        static_cast<double>(latencies_.size()) / seconds, quantile(0.5), quantile(0.99),
        quantile(1), text.c_str());
  }

 private:
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

  void send_one(Connection& connection) {
    if (options_.count != 0 && sent_ >= options_.count) return;
    ++sent_;
    ++waiting_;
    std::string_view bytes = requests_.next();
    connection.sent_at = Clock::now();
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

  static double microseconds(std::uint32_t tenths) { return tenths / 10.0; }

  double quantile(double q) {
    if (latencies_.empty()) return 0;
    auto const at = std::min(latencies_.size() - 1,
                             static_cast<std::size_t>(q * static_cast<double>(latencies_.size())));
    auto const nth = latencies_.begin() + static_cast<std::ptrdiff_t>(at);
    std::nth_element(latencies_.begin(), nth, latencies_.end());
    return microseconds(*nth);
  }

  Options options_;
  Requests requests_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::uint64_t sent_ = 0;
  std::uint64_t waiting_ = 0;
  std::uint64_t failures_ = 0;
  std::string first_failure_;
  std::vector<std::uint32_t> latencies_;  // tenths of a microsecond
  Clock::time_point started_;
  Clock::time_point ended_;
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
    die("usage: load --port P --request FILE [--connections N] [--seconds S | --count N] "
        "[--lines FILE] [--expect TEXT] [--samples FILE]");
  }
  Options options;
  options.port = static_cast<std::uint16_t>(std::stoul(given["--port"]));
  options.expect = given["--expect"];
  if (given.contains("--connections")) options.connections = std::stoul(given["--connections"]);
  if (given.contains("--seconds")) options.seconds = std::stod(given["--seconds"]);
  if (given.contains("--count")) options.count = std::stoull(given["--count"]);
  std::vector<std::string> lines;
  if (given.contains("--lines")) lines = read_lines(given["--lines"]);
  Load load(options, Requests(read_file(given["--request"]), std::move(lines)));
  load.run();
  if (given.contains("--samples")) load.write_samples(given["--samples"]);
  load.report();
  return 0;
}

}  // namespace
}  // namespace carillon::bench

int main(int argc, char** argv) { return carillon::bench::run(argc, argv); }

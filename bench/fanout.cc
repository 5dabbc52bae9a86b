// Many sockets that hear the same messages, and when the last of them heard each.
//
//   fanout --protocol raw|ws|redis|nats|mqtt|xmpp --port P --sockets N [--path PATH]
//          [--channel NAME] [--tokens FILE] [--ready TEXT] [--bytes N] [--save FILE]
//
// Shape   Opens the sockets, kOpening of them at a time, and prints `ready 0` when all are
//         subscribed. Then it obeys lines on stdin: `expect K` answers `armed`; when each has
//         heard K messages more, a line of JSON:
//           sockets, messages
//           first_ns, p50_ns, p99_ns, last_ns   when sockets had heard all K
//           heard_by_all_ns                     for each of the K, when the last socket had it
//         in nanoseconds of CLOCK_MONOTONIC, so that whoever published knows how long it took: no
//         clock has to travel inside the messages, which stay the server's own bytes.
//         `save` writes the unit that the first socket heard last to --save, as it came, and
//         what the protocol carried in it to --save with .payload behind.
//         End of input ends it. A socket that is closed, or hears what it does not expect, ends it
//         with status 1: a message lost is never a better time.
// Source  The protocols: fanout/protocol.h. --tokens has a line for each socket.
// Cost    A recv and a clock read a wake-up; nothing is allocated while messages come whole.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "fanout/protocol.h"

namespace carillon::bench {
namespace {

constexpr int kEventsMax = 1024;
constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kOpening = 64;  // below the backlog of every server here
constexpr int kSilenceMs = 60'000;

std::int64_t now_ns() {
  auto const now = std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

struct Socket {
  int fd = -1;
  std::uint8_t phase = 0;
  bool subscribed = false;
  std::uint32_t heard = 0;
  std::string rest;  // of a unit that is not complete
};

class Fanout {
 public:
  Fanout(Protocol const& protocol, std::uint16_t port, std::size_t sockets, std::string save)
      : protocol_(protocol), port_(port), save_(std::move(save)), sockets_(sockets) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll_ = epoll_create1(0);
    done_ns_.reserve(sockets);
  }

  void subscribe() {
    while (subscribed_ < sockets_.size()) {
      while (opened_ < sockets_.size() && opened_ - subscribed_ < kOpening) open(opened_++);
      if (subscribed_ < sockets_.size()) turn();
    }
    std::printf("ready 0\n");
    std::fflush(stdout);
  }

  void obey() {
    fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kStdin;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) die("stdin is no pipe");
    while (!ended_) turn();
  }

 private:
  static constexpr std::uint64_t kStdin = ~std::uint64_t{0};

  void open(std::size_t index) {
    auto& socket = sockets_[index];
    socket.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (socket.fd < 0) die("no more sockets: is the open-file limit below what is asked for?");
    int const on = 1;
    setsockopt(socket.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS) {
      die("cannot connect");
    }
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.fd, &event);
  }

  void turn() {
    // Only while something is expected is silence an error.
    int const wait = expected_ > 0 || subscribed_ < sockets_.size() ? kSilenceMs : -1;
    int const n = epoll_wait(epoll_, events_.data(), kEventsMax, wait);
    if (n == 0) die(missing());
    for (int i = 0; i < n; ++i) {
      auto const& event = events_[static_cast<std::size_t>(i)];
      if (event.data.u64 == kStdin) {
        read_commands();
      } else if ((event.events & EPOLLOUT) != 0) {
        connected(event.data.u64);
      } else {
        receive(event.data.u64);
      }
    }
  }

  std::string missing() const {
    return "silence: " + std::to_string(subscribed_) + " subscribed, " +
           std::to_string(done_ns_.size()) + " of " + std::to_string(sockets_.size()) +
           " heard all " + std::to_string(expected_);
  }

  void connected(std::size_t index) {
    auto& socket = sockets_[index];
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) die("cannot connect");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, socket.fd, &event);
    say(socket, protocol_.hello(index));
    if (protocol_.subscribed_at_once()) subscribed(socket);
  }

  // What a client says here is far smaller than a socket's buffer.
  static void say(Socket const& socket, std::string const& bytes) {
    if (bytes.empty()) return;
    if (send(socket.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
      die("cannot send");
    }
  }

  void subscribed(Socket& socket) {
    if (socket.subscribed) return;
    socket.subscribed = true;
    ++subscribed_;
  }

  void receive(std::size_t index) {
    auto& socket = sockets_[index];
    auto const n = recv(socket.fd, buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) die("a socket was closed; " + missing());
    auto const now = now_ns();
    std::string_view bytes(buffer_.data(), static_cast<std::size_t>(n));
    bool const joined = !socket.rest.empty();
    if (joined) bytes = socket.rest.append(bytes);
    std::size_t done = 0;
    while (done < bytes.size()) {
      auto const left = bytes.substr(done);
      auto const unit = protocol_.take(socket.phase, left);
      if (unit.heard == Heard::more_needed) break;
      say(socket, unit.reply);
      if (unit.heard == Heard::subscribed) subscribed(socket);
      if (unit.heard == Heard::message) {
        if (index == 0 && !save_.empty()) {
          last_unit_.assign(left.substr(0, unit.bytes));
          last_payload_.assign(unit.payload);
        }
        heard(socket, now);
      }
      done += unit.bytes;
    }
    if (joined) {
      socket.rest.erase(0, done);
    } else if (done < bytes.size()) {
      socket.rest.assign(bytes.substr(done));
    }
  }

  void heard(Socket& socket, std::int64_t now) {
    if (socket.heard >= expected_) die("a message that nobody expected");
    auto& left = left_[socket.heard++];
    if (--left == 0) heard_by_all_ns_.push_back(now);
    if (socket.heard < expected_) return;
    done_ns_.push_back(now);
    if (done_ns_.size() == sockets_.size()) report();
  }

  void report() {
    // Sockets are done in the order of the clock.
    auto const quantile = [&](std::size_t percent) {
      return static_cast<long long>(done_ns_[(done_ns_.size() - 1) * percent / 100]);
    };
    std::printf(
        "{\"sockets\":%zu,\"messages\":%u,\"first_ns\":%lld,\"p50_ns\":%lld,"
        "\"p99_ns\":%lld,\"last_ns\":%lld,\"heard_by_all_ns\":[",
        sockets_.size(), expected_, quantile(0), quantile(50), quantile(99), quantile(100));
    for (std::size_t i = 0; i < heard_by_all_ns_.size(); ++i) {
      std::printf("%s%lld", i == 0 ? "" : ",", static_cast<long long>(heard_by_all_ns_[i]));
    }
    std::printf("]}\n");
    std::fflush(stdout);
    expected_ = 0;
  }

  void read_commands() {
    std::array<char, 4096> bytes;
    auto const n = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (n < 0) return;
    if (n == 0) {
      ended_ = true;
      return;
    }
    commands_.append(bytes.data(), static_cast<std::size_t>(n));
    for (;;) {
      auto const end = commands_.find('\n');
      if (end == std::string::npos) return;
      command(commands_.substr(0, end));
      commands_.erase(0, end + 1);
    }
  }

  void command(std::string const& line) {
    if (line.starts_with("expect ")) {
      expected_ = static_cast<std::uint32_t>(std::atoi(line.c_str() + 7));
      left_.assign(expected_, sockets_.size());
      heard_by_all_ns_.clear();
      done_ns_.clear();
      for (auto& socket : sockets_) socket.heard = 0;
      std::printf("armed\n");
    } else if (line == "save") {
      std::ofstream(save_, std::ios::binary) << last_unit_;
      std::ofstream(save_ + ".payload", std::ios::binary) << last_payload_;
      std::printf("saved\n");
    } else {
      die("no such command: " + line);
    }
    std::fflush(stdout);
  }

  Protocol const& protocol_;
  std::uint16_t const port_;
  std::string const save_;
  int epoll_ = -1;
  bool ended_ = false;
  std::vector<Socket> sockets_;
  std::size_t opened_ = 0;
  std::size_t subscribed_ = 0;
  std::uint32_t expected_ = 0;
  std::vector<std::size_t> left_;  // of each message: sockets that have not heard it
  std::vector<std::int64_t> heard_by_all_ns_;
  std::vector<std::int64_t> done_ns_;
  std::string last_unit_;
  std::string last_payload_;
  std::string commands_;
  std::array<epoll_event, kEventsMax> events_{};
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);
};

int run(std::vector<std::string> const& arguments) {
  ProtocolOptions options;
  std::uint16_t port = 0;
  std::size_t sockets = 0;
  std::string save;
  std::string tokens;
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    auto const& name = arguments[i];
    auto const& value = arguments[i + 1];
    if (name == "--protocol") options.name = value;
    if (name == "--port") port = static_cast<std::uint16_t>(std::atoi(value.c_str()));
    if (name == "--sockets") sockets = static_cast<std::size_t>(std::atoll(value.c_str()));
    if (name == "--path") options.path = value;
    if (name == "--channel") options.channel = value;
    if (name == "--tokens") tokens = value;
    if (name == "--ready") options.ready = value;
    if (name == "--bytes") options.bytes = static_cast<std::size_t>(std::atoll(value.c_str()));
    if (name == "--save") save = value;
  }
  if (port == 0 || sockets == 0) die("usage: fanout --protocol NAME --port P --sockets N ...");
  if (!tokens.empty()) {
    std::ifstream in(tokens);
    for (std::string line; std::getline(in, line);) options.lines.push_back(line);
    if (options.lines.size() < sockets) die("fewer tokens than sockets");
  }
  auto const protocol = make_protocol(std::move(options));
  Fanout fanout(*protocol, port, sockets, save);
  fanout.subscribe();
  fanout.obey();
  return 0;
}

}  // namespace
}  // namespace carillon::bench

int main(int argc, char** argv) { return carillon::bench::run({argv, argv + argc}); }

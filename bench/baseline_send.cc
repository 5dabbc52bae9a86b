// The limit of fan-out: one thread that does a plain send() of one buffer on each of its sockets.
//
//   baseline_send --message FILE
//
// Shape   Prints `ready PORT` and accepts. Lines on stdin:
//           wait N   answers `accepted` when N sockets are there
//           send K   K rounds over all sockets; answers `sent NS`, CLOCK_MONOTONIC before the first
//                    send(), when the last one has returned
//         A socket whose buffer is full is waited for, as nobody is to miss a message. There is no
//         subscription, no queue and no other work. End of input ends it.

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <vector>

#include "loopback.h"

namespace carillon::bench {
namespace {

[[noreturn]] void die(std::string const& what) {
  std::fprintf(stderr, "baseline_send: %s\n", what.c_str());
  std::exit(1);
}

void answer(std::string const& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

class Sender {
 public:
  explicit Sender(std::string message) : message_(std::move(message)) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    auto const listener = listen_on_loopback(4096, 0);
    if (!listener) die("cannot listen");
    listener_ = listener->fd;
    answer("ready " + std::to_string(listener->port));
  }

  void wait_for(std::size_t sockets) {
    while (sockets_.size() < sockets) {
      int const fd = accept_from(listener_);
      if (fd < 0) die("cannot accept");
      sockets_.push_back(fd);
    }
    answer("accepted");
  }

  void send_rounds(int rounds) const {
    auto const began = std::chrono::steady_clock::now().time_since_epoch();
    for (int round = 0; round < rounds; ++round) {
      for (int const fd : sockets_) send_all(fd);
    }
    answer("sent " +
           std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(began).count()));
  }

 private:
  void send_all(int fd) const {
    std::string_view left = message_;
    while (!left.empty()) {
      auto const n = send(fd, left.data(), left.size(), MSG_NOSIGNAL);
      if (n >= 0) {
        left.remove_prefix(static_cast<std::size_t>(n));
      } else if (errno == EAGAIN) {
        pollfd writable{fd, POLLOUT, 0};
        poll(&writable, 1, -1);
      } else {
        die("cannot send");
      }
    }
  }

  std::string const message_;
  int listener_ = -1;
  std::vector<int> sockets_;
};

int run(std::vector<std::string> const& arguments) {
  if (arguments.size() != 3 || arguments[1] != "--message") {
    die("usage: baseline_send --message FILE");
  }
  std::ifstream in(arguments[2], std::ios::binary);
  std::stringstream message;
  message << in.rdbuf();
  if (message.str().empty()) die("the message is empty");
  Sender sender(message.str());
  for (std::string line; std::getline(std::cin, line);) {
    auto const number = std::atoi(line.c_str() + line.find(' ') + 1);
    if (line.starts_with("wait ")) {
      sender.wait_for(static_cast<std::size_t>(number));
    } else if (line.starts_with("send ")) {
      sender.send_rounds(number);
    } else {
      die("no such command: " + line);
    }
  }
  return 0;
}

}  // namespace
}  // namespace carillon::bench

int main(int argc, char** argv) { return carillon::bench::run({argv, argv + argc}); }

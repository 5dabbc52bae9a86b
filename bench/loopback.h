// The sockets of the baselines, which have nothing but these.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <sys/socket.h>

namespace carillon::bench {

struct Listener {
  int fd;
  std::uint16_t port;
};

// On a free port of 127.0.0.1; `flags` as socket() takes them beside the type.
inline std::optional<Listener> listen_on_loopback(int backlog, int flags) {
  int const fd = socket(AF_INET, SOCK_STREAM | flags, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, name, bytes) != 0 || listen(fd, backlog) != 0) return std::nullopt;
  getsockname(fd, name, &bytes);
  return Listener{fd, ntohs(address.sin_port)};
}

// A connection that neither blocks nor waits with small packets; below 0: there is none.
inline int accept_from(int listener) {
  int const fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  int const on = 1;
  if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace carillon::bench

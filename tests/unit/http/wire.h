// A raw connection for tests: sends exactly the bytes given and reads answers as they are.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace carillon::http {

struct WireAnswer {
  int status = 0;
  std::string head;  // with the status line, without the blank line
  std::string body;  // unchunked

  bool has(std::string_view header_line) const {
    return (head + "\r\n").find("\r\n" + std::string(header_line) + "\r\n") != std::string::npos;
  }
  std::string value(std::string_view name) const {
    auto const at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    auto const begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class Wire {
 public:
  explicit Wire(std::uint16_t port, int receive_buffer = 0) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    timeval const limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (receive_buffer > 0) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Wire() { close(); }
  Wire(Wire const&) = delete;
  Wire& operator=(Wire const&) = delete;

  // False once the server does not take any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // The next answer; status 0 if the connection ends or nothing comes.
  WireAnswer answer(bool head_only = false) {
    WireAnswer result;
    std::size_t end = 0;
    while ((end = held_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return {};
    }
    result.head = held_.substr(0, end);
    held_.erase(0, end + 4);
    result.status = std::stoi(result.head.substr(9, 3));
    if (head_only || result.status / 100 == 1) return result;
    if (result.has("Transfer-Encoding: chunked")) {
      for (auto piece = chunk(); !piece.empty(); piece = chunk()) result.body += piece;
      return result;
    }
    auto const length = result.value("Content-Length");
    if (length.empty()) return result;
    auto const size = std::stoul(length);
    while (held_.size() < size && more()) {
    }
    result.body = held_.substr(0, size);
    held_.erase(0, size);
    return result;
  }

  // One chunk of a chunked answer; empty for the last one.
  std::string chunk() {
    std::size_t end = 0;
    while ((end = held_.find("\r\n")) == std::string::npos) {
      if (!more()) return {};
    }
    auto const size = std::stoul(held_.substr(0, end), nullptr, 16);
    while (held_.size() < end + 2 + size + 2 && more()) {
    }
    auto piece = held_.substr(end + 2, size);
    held_.erase(0, end + 2 + size + 2);
    return piece;
  }

  // The next `size` bytes as they are; fewer if no more come.
  std::string take(std::size_t size) {
    while (held_.size() < size && more()) {
    }
    auto bytes = held_.substr(0, size);
    held_.erase(0, bytes.size());
    return bytes;
  }

  std::string ask(std::string_view request) {
    send(request);
    return answer().body;
  }

  // True if the server ends the connection without sending anything more.
  bool ends() {
    while (more()) {
    }
    return held_.empty() && !timed_out_;
  }
  std::string rest() {
    while (more()) {
    }
    return held_;
  }
  void finish() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  bool more() {
    char buffer[64 * 1024];
    auto const n = ::recv(fd_, buffer, sizeof buffer, 0);
    timed_out_ = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (n <= 0) return false;
    held_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int fd_ = -1;
  bool timed_out_ = false;
  std::string held_;
};

}  // namespace carillon::http

// Wakes an io thread: rung on any thread, heard by the thread's poller (socket.h).
#pragma once

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace carillon::http {

class Bell {
 public:
  Bell() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Bell() { ::close(fd_); }
  Bell(Bell const&) = delete;
  Bell& operator=(Bell const&) = delete;

  // Nobody reads the count: to an edge-triggered epoll each ring is news.
  void ring() const { ::eventfd_write(fd_, 1); }
  int native_handle() const { return fd_; }

 private:
  int fd_;
};

}  // namespace carillon::http

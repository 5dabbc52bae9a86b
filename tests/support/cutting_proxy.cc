#include "tests/support/cutting_proxy.h"

#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace carillon::testing {
namespace {

sockaddr_un address_of(std::filesystem::path const& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  auto const text = path.string();
  std::memcpy(out.sun_path, text.data(), std::min(text.size(), sizeof out.sun_path - 1));
  return out;
}

// Small enough for a test to wait for; what a peer does not take is lost with the connection.
bool send_all(int socket, char const* data, std::size_t size) {
  while (size > 0) {
    auto const sent = send(socket, data, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::filesystem::path listen_at, std::filesystem::path server)
    : server_(std::move(server)), listener_(socket(AF_UNIX, SOCK_STREAM, 0)) {
  auto const address = address_of(listen_at);
  if (bind(listener_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
      listen(listener_, 16) != 0 || pipe(wake_) != 0) {
    throw std::runtime_error("no proxy at " + listen_at.string());
  }
  thread_ = std::thread([this] { run(); });
}

CuttingProxy::~CuttingProxy() {
  close(wake_[1]);
  thread_.join();
  close(wake_[0]);
  close(listener_);
  if (held_server_ >= 0) close(held_server_);
  for (auto const& pair : pairs_) {
    close(pair.client);
    close(pair.server);
  }
}

void CuttingProxy::release() {
  std::lock_guard const lock(mutex_);
  char answer[65536];
  if (!send_all(held_server_, held_.data(), held_.size()) ||
      recv(held_server_, answer, sizeof answer, 0) <= 0) {
    throw std::runtime_error("the server takes nothing any more");
  }
  close(std::exchange(held_server_, -1));
}

void CuttingProxy::take_in() {
  int const client = accept(listener_, nullptr, nullptr);
  if (client < 0) return;
  int const server = socket(AF_UNIX, SOCK_STREAM, 0);
  auto const address = address_of(server_);
  if (refuses_ ||
      connect(server, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) {
    close(client);
    close(server);
    return;
  }
  pairs_.push_back({client, server});
}

// False once the connection is to end.
bool CuttingProxy::from_client(Pair& pair) {
  char data[65536];
  auto const size = recv(pair.client, data, sizeof data, 0);
  if (size <= 0) return false;
  auto const cut = cut_.exchange(Cut::none);
  if (cut != Cut::none) ++cuts_;
  if (cut == Cut::before) return false;
  if (cut == Cut::late) {
    std::lock_guard const lock(mutex_);
    held_.assign(data, static_cast<std::size_t>(size));
    held_server_ = std::exchange(pair.server, -1);
    return false;
  }
  bool const sent = send_all(pair.server, data, static_cast<std::size_t>(size));
  if (cut == Cut::after) pair.cut_on_answer = true;
  return sent && cut != Cut::at_once;
}

bool CuttingProxy::from_server(Pair& pair) {
  char data[65536];
  auto const size = recv(pair.server, data, sizeof data, 0);
  if (size <= 0 || pair.cut_on_answer) return false;
  return send_all(pair.client, data, static_cast<std::size_t>(size));
}

void CuttingProxy::run() {
  for (;;) {
    std::vector<pollfd> polled{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (auto const& pair : pairs_) {
      polled.push_back({pair.client, POLLIN, 0});
      polled.push_back({pair.server, POLLIN, 0});
    }
    if (poll(polled.data(), polled.size(), -1) < 0) continue;
    if (polled[0].revents != 0) return;
    std::vector<Pair> kept;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      auto& pair = pairs_[i];
      bool open = true;
      if (polled[2 + 2 * i].revents != 0) open = from_client(pair);
      if (open && polled[3 + 2 * i].revents != 0) open = from_server(pair);
      if (open) {
        kept.push_back(pair);
      } else {
        close(pair.client);
        if (pair.server >= 0) close(pair.server);
      }
    }
    pairs_ = std::move(kept);
    if (polled[1].revents != 0) take_in();
  }
}

}  // namespace carillon::testing

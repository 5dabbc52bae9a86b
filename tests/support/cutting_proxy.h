// Stands between a client and a server on Unix sockets, and cuts connections at chosen moments.
//
// Shape   pass: both directions go through. cut_before: what the client says next is kept from the
//         server, and its connection ends. cut_after: it goes through, and once the server answers
//         the connection ends instead. cut_at_once: it goes through, and the connection ends.
//         late: the client's connection ends; what it said reaches the server with release().
//         refuse: whoever connects is turned away.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace carillon::testing {

class CuttingProxy {
 public:
  enum class Cut : std::uint8_t { none, before, after, at_once, late };

  CuttingProxy(std::filesystem::path listen_at, std::filesystem::path server);
  CuttingProxy(CuttingProxy const&) = delete;
  ~CuttingProxy();

  // The next time a client says something; then it passes everything again.
  void cut_next(Cut cut) { cut_ = cut; }
  void refuse(bool yes) { refuses_ = yes; }
  // Returns once the server has answered.
  void release();
  int cuts() const { return cuts_; }

 private:
  struct Pair {
    int client;
    int server;
    bool cut_on_answer = false;
  };

  void run();
  void take_in();
  bool from_client(Pair& pair);
  bool from_server(Pair& pair);

  std::filesystem::path server_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::vector<Pair> pairs_;
  std::mutex mutex_;  // guards what follows
  int held_server_ = -1;
  std::string held_;
  std::atomic<Cut> cut_{Cut::none};
  std::atomic<bool> refuses_{false};
  std::atomic<int> cuts_{0};
  std::thread thread_;
};

}  // namespace carillon::testing

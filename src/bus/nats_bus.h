// Says to the other servers of a shared store that there is something new in it, over NATS.
//
// Shape   knock() -> on_knock of every other server with the same subject. A knock has no content:
//         who hears it asks the store. Knocks that come while one is being sent become one.
//         Nothing depends on them: one that is lost is made good by the next look at the store.
// Source  docs/decisions/0028-bus.md.
// Errors  invalid_field: an address that is none. A bus that is out of reach is no error: it is
//         tried again for ever, and `note` is told when it goes and comes.
// Threads Any; knock() never waits. What is called back runs on threads of the library.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"

namespace carillon {

struct BusStats {
  bool connected = false;
  std::uint64_t heard = 0;
};

class NatsBus {
 public:
  struct Options {
    std::string addresses;  // nats://HOST:PORT, or tls://; several with commas
    std::string subject;
    std::function<void()> on_knock;
    std::function<void(std::string const& text)> note;  // the bus went or came
  };
  static Result<std::unique_ptr<NatsBus>> open(Options options);
  ~NatsBus();  // nothing is called back afterwards
  NatsBus(NatsBus const&) = delete;

  void listen();  // on_knock is called from now on
  void knock();
  BusStats stats() const;

 private:
  struct Ear;
  struct Connection;
  NatsBus(std::shared_ptr<Ear> ear, std::unique_ptr<Connection> connection, std::string subject);
  void run();

  std::shared_ptr<Ear> ear_;
  std::unique_ptr<Connection> connection_;
  std::string const subject_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool due_ = false;
  bool stopping_ = false;
  std::thread thread_;  // so that a connection that takes nothing holds up nobody
};

}  // namespace carillon

// One request on its way to its answer.
//
// Shape   The connection and the Reply share the Exchange, so that a request stays readable for a
//         handler whose connection has died. An Exchange serves the requests of a connection one
//         after another and goes back to its thread's stock when the connection falls idle.
//
//           running --answer()--> answered          the handler replied before it returned
//           running --await_answer()--> waiting --answer()--> answered, and mail wakes the session
//
// Threads Everything belongs to the io thread but `response`, which answer() writes before it
//         moves `phase`, and what is const for the handler while it works.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "http/body_sink.h"
#include "http/buffer.h"
#include "http/held_memory.h"
#include "http/mailbox.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "http/router.h"

namespace carillon::http {

struct Exchange final : BodyReceiver {
  enum class Phase { running, waiting, answered };
  enum class BodyPlan { none, discard, memory, spool };
  enum class BodyProblem { none, too_large, no_room };

  // Input: the request's head and often its body, then what was pipelined behind it.
  std::string bytes;
  std::size_t begin = 0;    // where the next request starts in `bytes`
  std::size_t scanned = 0;  // no end of a head before here
  std::string next;         // pipelined behind a body that came in several reads

  std::optional<RequestParser> parser;
  Request request;
  std::string remote;  // the peer's address, to which request.remote may point
  Router::Match match;

  BodyPlan plan = BodyPlan::none;
  BodyProblem problem = BodyProblem::none;
  std::uint64_t body_bytes_max = 0;
  std::uint64_t body_bytes = 0;          // so far
  Buffer body;                           // memory: if not in `bytes`; spool: the piece in hand
  HeldMemory* memory = nullptr;          // where to ask for room for `body`; null: need not
  HeldMemory::Holder* holder = nullptr;  // set with `memory`
  std::unique_ptr<BodySink> sink;
  std::atomic<bool> sink_busy{false};
  std::optional<Error> sink_error;  // written before sink_busy turns false

  std::atomic<bool> asking{false};  // Options::before has not called back yet
  std::optional<Error> refusal;     // written before `asking` turns false

  std::optional<Response> response;  // none in phase answered: the Reply was dropped
  std::atomic<Phase> phase{Phase::running};
  std::shared_ptr<Address> address;  // of the session

  bool receive(std::string_view piece) override;

  // Any thread, once a request; nullopt: nobody will answer.
  static void answer(std::shared_ptr<Exchange> exchange, std::optional<Response> response);
  // True if the answer is there already; else mail will come.
  bool await_answer();
  bool answered() const { return phase.load(std::memory_order_acquire) == Phase::answered; }

  // Forgets the request but keeps what was pipelined behind it.
  void next_request();
  bool empty() const { return begin == bytes.size(); }
};

// What the copies of one Reply share.
class Answerer {
 public:
  explicit Answerer(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  ~Answerer() { answer(std::nullopt); }
  Answerer(Answerer const&) = delete;
  Answerer& operator=(Answerer const&) = delete;

  void answer(std::optional<Response> response) {
    if (called_.exchange(true, std::memory_order_relaxed)) return;
    Exchange::answer(std::move(exchange_), std::move(response));
  }

 private:
  std::shared_ptr<Exchange> exchange_;
  std::atomic<bool> called_{false};
};

}  // namespace carillon::http

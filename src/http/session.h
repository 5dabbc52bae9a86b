// The protocol of one connection without its I/O: where it stands, what to answer, what is late.
// Connection (connection.h) reads, writes and waits.
//
// Shape   handshake --> idle --> head --> body --> working --> idle ...     (the plain course)
//         writing, streaming: the client is slow to take an answer, or it is an event stream
//         draining: refused; reading on a little so that the client sees the answer
//         A deadline belongs to the state; the sweep compares it with the thread's tick and then
//         wakes the coroutine, which asks expired().
// Limits  A request is not begun while the one before it is unanswered; input read ahead is at most
//         one read.
#pragma once

#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "http/answer.h"
#include "http/exchange.h"
#include "http/guest.h"
#include "http/io_thread.h"

namespace carillon::http {

class Session : public Guest, public MailReceiver, public HeldMemory::Holder {
 public:
  Session(IoThread& thread, std::string remote);
  ~Session() override;

  enum class State { handshake, idle, head, body, working, writing, streaming, draining };

  // Called by the thread, never while the session's own code runs; leave() from any thread.
  void on_tick(std::uint64_t tick) override;
  void begin_stop() override;  // ends the connection if it is idle
  void abort() override;       // may destroy the session
  void expire();               // as if the deadline had come
  void on_mail() override;
  void leave() override;

 protected:
  virtual void cancel_wait() = 0;
  virtual void hang_up() = 0;  // nothing more can be read, written or awaited

  enum class Step { need_more, ready };
  // Looks for a request's head in what was read. After `ready` look at closing(), body_pending().
  Step find_request();
  // Adds what was read while in state idle or head.
  void take_input(std::string_view bytes);
  // Adds what was read while in state body.
  void take_body(std::string_view bytes);
  bool body_complete() const { return body_complete_; }
  bool spooling() const { return exchange_->plan == Exchange::BodyPlan::spool; }
  bool has_piece() const { return spooling() && !exchange_->body.empty(); }
  bool body_pending() const { return !body_complete_ || has_piece(); }
  bool wants_continue() const { return wants_continue_; }
  void body_failed();  // the sink refused a piece
  void give_way();     // others need this request's memory more
  bool asks_before() const;
  // Runs the handler, or renders why it may not run. True if the answer is there.
  bool dispatch();
  // Writes the answer to thread().out; returns the event stream to follow, if any.
  std::unique_ptr<EventStream> finish_request();
  // After finish_request(): what the connection becomes, if it leaves HTTP, and what was read
  // already of the bytes after the request.
  std::unique_ptr<WebSocketStart> take_websocket() { return std::move(websocket_); }
  std::string take_unread();
  // Answers with a failure of HTTP itself; the connection ends after that.
  void refuse(int status);
  void release_if_idle();
  // Tells how much is held while waiting for the peer; refuses what is incomplete if it may not be.
  void hold_input();
  bool hold_output(std::size_t bytes);
  void release_held();

  void enter(State state, std::chrono::seconds timeout);
  void enter(State state);
  State state() const { return state_; }
  bool expired() const { return expired_; }
  bool aborted() const { return aborted_; }
  bool evicted() const { return evicted_; }
  bool closing() const { return closing_; }
  bool drains() const { return drain_; }
  int minor_version() const { return minor_version_; }
  bool mid_request() const { return exchange_ && !exchange_->empty(); }

  IoThread& thread() { return thread_; }
  Exchange& exchange() { return *exchange_; }
  std::shared_ptr<Exchange> const& exchange_ptr() { return exchange_; }
  Signal& signal() { return signal_; }

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  void begin_request(std::string_view head);
  void split_target(std::string_view target);
  void plan_body();
  void open_sink(Route const& route);
  void after_step(BodyState state);
  HeldMemory& memory() { return thread_.state().memory; }
  void after_body();
  void skip_body();  // answer, then close: what was sent is not worth reading
  void fail_request(Error const& error);
  void end_with(Response const& response);
  Response render_failure(Error const& error);
  AnswerFrame frame(std::string_view log_id) const;

  IoThread& thread_;
  std::string const remote_;
  bool const trusted_;
  std::shared_ptr<Address> const address_;
  std::shared_ptr<Exchange> exchange_;  // null while idle
  Signal signal_;
  std::unique_ptr<WebSocketStart> websocket_;
  std::uint64_t deadline_ = kNever;
  std::uint64_t progress_tick_ = 0;
  State state_ = State::idle;
  int minor_version_ = 1;
  bool head_only_ = false;
  bool keep_alive_ = true;
  bool body_complete_ = false;
  bool wants_continue_ = false;
  bool closing_ = false;
  bool drain_ = false;
  bool expired_ = false;
  bool aborted_ = false;
  bool held_ = false;
  bool evicted_ = false;
};

}  // namespace carillon::http

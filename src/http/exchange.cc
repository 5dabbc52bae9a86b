#include "http/exchange.h"

#include "http/io_thread.h"

namespace carillon::http {
namespace {

constexpr std::size_t kLargeBytes = 64 * 1024;  // more than a connection sends at once

}  // namespace

bool Exchange::receive(std::string_view piece) {
  body_bytes += piece.size();
  if (body_bytes > body_bytes_max) {
    problem = BodyProblem::too_large;
    return false;
  }
  if (plan == BodyPlan::discard) return true;
  bool const in_bytes = piece.data() >= bytes.data() && piece.data() < bytes.data() + bytes.size();
  if (plan == BodyPlan::memory && in_bytes && parser->content_length() == piece.size()) {
    request.body = piece;  // all of it, where it lies
    return true;
  }
  if (memory && !memory->hold(*holder, bytes.capacity() + body.size() + piece.size())) {
    problem = BodyProblem::no_room;
    return false;
  }
  body.append(piece, static_cast<std::size_t>(parser->content_length().value_or(body_bytes_max)));
  return true;
}

void Exchange::answer(std::shared_ptr<Exchange> exchange, std::optional<Response> response) {
  auto const bytes = response ? response->body.size() : 0;
  exchange->response = std::move(response);
  auto const before = exchange->phase.exchange(Phase::answered, std::memory_order_acq_rel);
  if (before != Phase::waiting) return;
  auto const& address = exchange->address;
  if (bytes >= kLargeBytes && IoThread::current() == nullptr) {
    address->mailbox->send_large(address, bytes);
  } else {
    address->mailbox->send(address);
  }
}

bool Exchange::await_answer() {
  auto expected = Phase::running;
  return !phase.compare_exchange_strong(expected, Phase::waiting, std::memory_order_acq_rel);
}

void Exchange::next_request() {
  parser.reset();
  request.headers.clear();
  request.params.clear();
  request.body = {};
  request.spooled = nullptr;
  request.log_id.clear();
  match = {};
  plan = BodyPlan::none;
  problem = BodyProblem::none;
  body_bytes = 0;
  body.clear();
  memory = nullptr;
  holder = nullptr;
  sink.reset();
  sink_error.reset();
  refusal.reset();
  response.reset();
  phase.store(Phase::running, std::memory_order_relaxed);
  if (begin == bytes.size()) {
    bytes = std::move(next);
    next.clear();
    begin = 0;
  }
  scanned = begin;
}

}  // namespace carillon::http

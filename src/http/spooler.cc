#include "http/spooler.h"

#include <pthread.h>

namespace carillon::http {
namespace {

std::optional<Error> append(Exchange& exchange) {
  try {
    auto result = exchange.sink->append(exchange.body.view());
    if (!result) return std::move(result).error();
    return std::nullopt;
  } catch (std::exception const& e) {
    return fail(Errc::internal, std::string("spooling an upload: ") + e.what());
  }
}

}  // namespace

void Spooler::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "http-spool");
    run();
  });
}

void Spooler::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Spooler::submit(std::shared_ptr<Exchange> exchange) {
  waiting_.fetch_add(1, std::memory_order_relaxed);
  {
    std::lock_guard const lock(mutex_);
    queue_.push_back(std::move(exchange));
  }
  wake_.notify_one();
}

void Spooler::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto exchange = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    exchange->sink_error = append(*exchange);
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    auto const address = exchange->address;
    exchange->sink_busy.store(false, std::memory_order_release);
    exchange.reset();
    address->mailbox->send(address);
    lock.lock();
  }
}

}  // namespace carillon::http

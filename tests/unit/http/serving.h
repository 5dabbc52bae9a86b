// A listener on a free port with a few routes, for tests.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "http/listener.h"
#include "tests/unit/http/wire.h"

namespace carillon::http {

inline Response text(std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// Waits for a condition that another thread brings about.
template <class Condition>
bool eventually(Condition condition) {
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // polling
  }
  return true;
}

// Replies that a test gives from its own thread, whenever it likes.
class Pending {
 public:
  void put(std::string what, Reply reply) {
    std::lock_guard const lock(mutex_);
    waiting_.emplace_back(std::move(what), std::move(reply));
    arrived_.notify_all();
  }
  std::pair<std::string, Reply> take() {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::seconds(20), [this] { return !waiting_.empty(); });
    if (waiting_.empty()) return {"nothing came", [](Response) {}};
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<std::string, Reply>> waiting_;
};

class Serving : public testing::Test {
 protected:
  Serving() {
    options.port = 0;
    options.threads = 1;
    options.on_error = [this](std::string what) {
      std::lock_guard const lock(errors_mutex_);
      errors_ += what + "\n";
    };
    add(Method::get, "/hello", [](Request const&, Reply reply) { reply(text("hello")); });
    add(Method::get, "/later", [this](Request const& request, Reply reply) {
      pending.put(std::string(request.query), std::move(reply));
    });
    auto echo = [](Request const& request, Reply reply) {
      reply(text("[" + std::string(request.body) + "]"));
    };
    add(Method::get, "/echo", echo);
    add(Method::delete_, "/echo", echo);
    add(Method::post, "/echo", echo);
    add(Method::get, "/remote",
        [](Request const& request, Reply reply) { reply(text(std::string(request.remote))); });
    router.unmatched("/", [](Request const&, std::string_view allowed) {
      return text("no route; allowed: " + std::string(allowed), 404);
    });
  }
  ~Serving() override { listener.reset(); }

  Route& add(Method method, std::string pattern, Handler handler) {
    route_ = {};
    route_.method = method;
    route_.pattern = std::move(pattern);
    route_.handler = std::move(handler);
    route_.failure = [](Request const&, Error const& error) {
      return error.code == Errc::too_large    ? text("failure: too large", 413)
             : error.code == Errc::overloaded ? text("failure: overloaded", 503)
                                              : text("failure: " + error.detail, 500);
    };
    router.add(route_);
    return route_;
  }
  // Adds a variant of the route added last.
  void readd() { router.add(route_); }

  void start() {
    listener = std::make_unique<Listener>(options, router, [this] {
      return "20250227144359" + std::to_string(10'000'000 + ids_.fetch_add(1)) + "DD35D902E18D";
    });
    auto const started = listener->start();
    ASSERT_TRUE(started) << started.error().detail;
  }
  std::uint16_t port() const { return listener->port(); }
  std::string errors() {
    std::lock_guard const lock(errors_mutex_);
    return errors_;
  }

  Options options;
  Router router;
  Pending pending;
  std::unique_ptr<Listener> listener;

 private:
  std::mutex errors_mutex_;
  std::string errors_;
  std::atomic<int> ids_{0};
  Route route_;
};

inline std::string get(std::string_view target, std::string_view headers = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: t\r\n" + std::string(headers) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body,
                        std::string_view headers = "") {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

}  // namespace carillon::http

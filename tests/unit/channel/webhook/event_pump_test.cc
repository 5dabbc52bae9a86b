// What is told regularly, over a connection that answers when the test lets it.
#include "channel/webhook/event_pump.h"

#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

namespace carillon::webhook {
namespace {

using namespace std::chrono_literals;

constexpr AppNo kApp{1};

class TicketOnly final : public EventFormat {
 public:
  Result<std::optional<OutgoingEvent>> render(Event const&) override { return {}; }
  std::vector<AppNo> regular_apps() override { return {kApp}; }
  Result<std::optional<OutgoingEvent>> render_regular(AppNo) override {
    return std::optional(OutgoingEvent{"id", "ticket", {}});
  }
};

class SlowConnection final : public EventConnections {
 public:
  bool connected(AppNo) const override { return true; }
  Result<void> tell(AppNo, OutgoingEvent const&, std::chrono::milliseconds) override {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return answered_ >= begun_; });
    return {};
  }
  bool await_call(int number) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return begun_ >= number; });
  }
  void answer_up_to(int number) {
    std::lock_guard const lock(mutex_);
    answered_ = number;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
  int answered_ = 0;
};

TEST(EventPump, WhatIsAskedForWhileItIsToldIsToldAgain) {
  SystemClock const clock;
  TicketOnly format;
  SlowConnection connection;
  EventPump pump(
      clock, format, connection, [](Change, auto done) { done(true); },
      [](std::vector<EventKey>, auto found) { found({}); }, {});
  pump.start();
  EXPECT_TRUE(connection.await_call(1));
  pump.tell_regular(kApp);
  connection.answer_up_to(1);
  EXPECT_TRUE(connection.await_call(2));
  connection.answer_up_to(2);
}

}  // namespace
}  // namespace carillon::webhook

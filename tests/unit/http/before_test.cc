// What is asked before a request is handled.
#include <future>

#include <gtest/gtest.h>

#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

class BeforeTest : public Serving {
 protected:
  BeforeTest() {
    options.before = [this](std::function<void(Result<void>)> done) {
      std::lock_guard const lock(mutex);
      waiting.push_back(std::move(done));
    };
  }
  void answer(Result<void> const& result) {
    ASSERT_TRUE(eventually([this] {
      std::lock_guard const lock(mutex);
      return !waiting.empty();
    }));
    std::lock_guard const lock(mutex);
    for (auto const& done : waiting) done(result);
    waiting.clear();
  }

  std::mutex mutex;
  std::vector<std::function<void(Result<void>)>> waiting;
};

TEST_F(BeforeTest, ARequestWaitsUntilItIsAnswered) {
  start();
  Wire wire(port());
  wire.send(get("/hello"));
  answer({});
  EXPECT_EQ(wire.answer().body, "hello");
  wire.send(get("/hello"));
  answer({});
  EXPECT_EQ(wire.answer().body, "hello") << "the connection goes on";
}

TEST_F(BeforeTest, ARefusalIsRenderedByTheRouteAndTheConnectionGoesOn) {
  bool called = false;
  add(Method::get, "/called", [&](Request const&, Reply const& reply) {
    called = true;
    reply(text("called"));
  });
  start();
  Wire wire(port());
  wire.send(get("/called"));
  answer(fail(Errc::unavailable, "out of reach"));
  EXPECT_EQ(wire.answer().body, "failure: out of reach");
  EXPECT_FALSE(called);
  wire.send(get("/called"));
  answer({});
  EXPECT_EQ(wire.answer().body, "called");
}

TEST_F(BeforeTest, PipelinedRequestsAreAnsweredInTheirOrder) {
  start();
  Wire wire(port());
  wire.send(get("/hello") + get("/hello"));
  answer({});
  EXPECT_EQ(wire.answer().body, "hello");
  answer({});
  EXPECT_EQ(wire.answer().body, "hello");
}

TEST_F(BeforeTest, AnAnswerThatComesAfterTheClientHasLeftHarmsNobody) {
  start();
  {
    Wire wire(port());
    wire.send(get("/hello"));
    ASSERT_TRUE(eventually([this] {
      std::lock_guard const lock(mutex);
      return !waiting.empty();
    }));
  }
  answer({});
  Wire wire(port());
  wire.send(get("/hello"));
  answer({});
  EXPECT_EQ(wire.answer().body, "hello");
}

}  // namespace
}  // namespace carillon::http

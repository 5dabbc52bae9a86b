// Answers that are large go to the io thread no faster than it takes them.
#include "http/mailbox.h"

#include <future>

#include <gtest/gtest.h>

namespace carillon::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLarge = 700 * 1024;

class MailboxTest : public testing::Test {
 protected:
  struct Receiver final : MailReceiver {
    void on_mail() override { ++letters; }
    int letters = 0;
  };

  std::future<void> send_in_background() {
    return std::async(std::launch::async, [this] { mailbox->send_large(address, kLarge); });
  }

  asio::io_context io{1};
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(io);
  Receiver receiver;
  std::shared_ptr<Address> address = std::make_shared<Address>(Address{mailbox, &receiver});
};

TEST_F(MailboxTest, ALargeAnswerWaitsUntilThoseBeforeItWereTaken) {
  mailbox->send_large(address, kLarge);
  auto const second = send_in_background();
  EXPECT_EQ(second.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(receiver.letters, 0);
  io.run();
  EXPECT_EQ(second.wait_for(20s), std::future_status::ready);
  io.restart();
  io.run();
  EXPECT_EQ(receiver.letters, 2);
}

TEST_F(MailboxTest, OneThatIsLargerThanAllRoomGoesAlone) {
  mailbox->send_large(address, 100 * kLarge);
  io.run();
  EXPECT_EQ(receiver.letters, 1);
}

TEST_F(MailboxTest, WhoWaitsIsLetGoWhenNobodyTakesAnyMore) {
  mailbox->send_large(address, kLarge);
  auto const second = send_in_background();
  mailbox->close();
  EXPECT_EQ(second.wait_for(20s), std::future_status::ready);
}

TEST_F(MailboxTest, InARoundNobodyWaits) {
  {
    MailRound const round;
    mailbox->send_large(address, kLarge);
    mailbox->send_large(address, kLarge);
  }
  io.run();
  EXPECT_EQ(receiver.letters, 2);
}

}  // namespace
}  // namespace carillon::http

// Slices and recalls on their way to open sockets of a real listener.
#include "channel/live/live_channel.h"

#include <array>

#include <gtest/gtest.h>

#include "http/websocket_handshake.h"
#include "tests/unit/http/serving.h"
#include "tests/unit/http/websocket_client.h"

namespace carillon::live {
namespace {

using http::get;
using http::kHandshakeHeaders;
using http::Wire;

constexpr TenantNo kTenant{1};

class Plain final : public LiveFormat {
 public:
  std::string message(BatchRecord const&, Seq seq, Time, Content const& content) const override {
    return "message " + std::to_string(seq.value) + " " + content.json + "\n";
  }
  std::string recall(BatchRecord const& record) const override {
    return "recall " + std::to_string(record.recall_seq.value) + "\n";
  }
  std::string read(TenantNo, std::span<BatchNo const> batches) const override {
    return "read " + std::to_string(batches.size()) + "\n";
  }
};

// One batch, to everybody.
class Store final : public BatchStore {
 public:
  Result<std::vector<std::optional<StoredBatch>>> find_batches(
      TenantNo tenant, std::span<BatchNo const> batches) override {
    std::vector<std::optional<StoredBatch>> out(batches.size());
    for (std::size_t i = 0; i < batches.size(); ++i) {
      ++found;
      out[i].emplace();
      out[i]->record.key = {tenant, batches[i]};
      out[i]->content.json = "{}";
    }
    return out;
  }
  Result<AudienceSets> audience(BatchKey) override {
    AudienceSets out;
    for (std::uint32_t user = 0; user < 10; ++user) out.deliverable.add(UserNo{user});
    return out;
  }
  Result<std::vector<Slice>> slices(BatchKey) override { return std::vector<Slice>{}; }
  Result<std::vector<Receipt>> receipts(BatchKey, UserNo, std::size_t) override {
    return std::vector<Receipt>{};
  }
  Result<UserSet> readers(BatchKey) override { return UserSet{}; }
  Result<std::vector<BatchRecord>> list(TenantNo, AppNo, BatchKind, BatchNo, std::size_t) override {
    return std::vector<BatchRecord>{};
  }

  int found = 0;
};

class Visitor final : public http::WebSocketHandler {
 public:
  class Ears final : public Listener {
   public:
    explicit Ears(http::WebSocket socket) : socket_(std::move(socket)) {}
    void tell(Seq, http::SharedFrame const& frame) override { socket_.send(frame); }
    void send_away() override { socket_.close(http::close_code::kTryLater, "resync"); }

   private:
    http::WebSocket socket_;
  };

  Visitor(Hub& hub, Person who) : hub_(hub), who_(who) {}
  void on_open(http::WebSocket const& socket) override {
    thread_ = socket.thread();
    ears_ = std::make_shared<Ears>(socket);
    hub_.enter(who_, socket, ears_);
  }
  void on_message(http::MessageKind, std::string_view) override {}
  void on_close(std::uint16_t) override { hub_.leave(who_, *ears_, thread_); }

 private:
  Hub& hub_;
  Person const who_;
  void const* thread_ = nullptr;
  std::shared_ptr<Ears> ears_;
};

class LiveChannelTest : public http::Serving {
 protected:
  LiveChannelTest() {
    add(http::Method::get, "/live", [this](http::Request const& request, http::Reply reply) {
      auto const user = static_cast<std::uint32_t>(std::stoul(request.query_param("user")));
      reply(http::accept_websocket(
          request, std::make_unique<Visitor>(channel.hub(), Person{kTenant, UserNo{user}})));
    });
    record.key = {kTenant, BatchNo{7}};
  }
  // Connections end before the channel that they leave.
  ~LiveChannelTest() override { listener.reset(); }

  std::unique_ptr<Wire> open(int user) {
    auto const before = channel.hub().online();
    auto wire = std::make_unique<Wire>(port());
    wire->send(get("/live?user=" + std::to_string(user), kHandshakeHeaders));
    EXPECT_EQ(wire->answer(true).status, 101);
    EXPECT_TRUE(http::eventually([&] { return channel.hub().online() == before + 1; }));
    return wire;
  }
  Slice slice(std::uint64_t seq, std::vector<std::uint32_t> users) {
    Slice out;
    out.batch = record.key;
    out.seq = Seq{seq};
    for (auto const user : users) out.delivered.add(UserNo{user});
    return out;
  }
  BatchRecord recall(std::uint64_t seq) {
    auto out = record;
    out.recalled_at = Time{std::chrono::milliseconds(1)};
    out.recall_seq = Seq{seq};
    return out;
  }
  void commit(std::vector<Slice> const& slices, std::vector<BatchRecord> const& recalls = {}) {
    channel.committed(slices, recalls);
  }
  // All that came until the connection was closed, without the Close.
  std::string heard(Wire& wire) {
    channel.hub().send_away();  // behind what was told
    wire.send(http::client_frame(8, "\x03\xf5"));
    auto const all = wire.rest();
    return all.substr(0, all.find('\x88'));
  }
  static std::string frames(std::vector<std::string> const& texts) {
    std::string out;
    for (auto const& text : texts) {
      out += http::make_frame(http::MessageKind::text, text)->bytes();
    }
    return out;
  }

  Plain format;
  Store store;
  BatchRecord record;
  std::optional<BatchRecord> known = BatchRecord{};
  int asked = 0;
  bool may_read = true;
  std::function<void()> on_ask = [] {};
  LiveChannel channel{{[this](std::function<void(BatchStore&)> const& job) {
                         if (may_read) job(store);
                         return may_read;
                       },
                       [this](BatchKey const&) {
                         ++asked;
                         on_ask();
                         return known;
                       }},
                      format};
};

TEST_F(LiveChannelTest, WhoIsInASliceHearsOfItInOrderAndNobodyElse) {
  start();
  auto const one = open(1);
  auto const two = open(2);
  commit({slice(5, {1, 2}), slice(6, {2}), slice(8, {1})}, {recall(7)});
  channel.read({kTenant, UserNo{1}}, std::array{BatchNo{7}});
  EXPECT_EQ(heard(*one), frames({"message 5 {}\n", "recall 7\n", "message 8 {}\n", "read 1\n"}));
  EXPECT_EQ(heard(*two), frames({"message 5 {}\n", "message 6 {}\n", "recall 7\n"}));
  EXPECT_TRUE(http::eventually([&] { return channel.hub().empty(); }));
}

TEST_F(LiveChannelTest, ABatchRecalledWhileItsFrameIsMadeIsNotShown) {
  start();
  auto const wire = open(1);
  on_ask = [this] {
    if (asked == 2) known = recall(6);
  };
  commit({slice(5, {1})});
  EXPECT_EQ(heard(*wire), frames({}));
  EXPECT_EQ(channel.told(), 0u);
}

TEST_F(LiveChannelTest, WhenReadersHaveNoTimeEverybodyIsToldToComeBack) {
  start();
  auto const wire = open(1);
  may_read = false;
  commit({slice(5, {1})});
  EXPECT_EQ(wire->rest(), http::Frame(http::Opcode::close, "\x03\xf5resync").bytes());
}

TEST_F(LiveChannelTest, TheContentIsReadOnceForSlicesOfOneCommit) {
  start();
  auto const wire = open(1);
  commit({slice(5, {1}), slice(6, {1}), slice(7, {1})});
  EXPECT_EQ(heard(*wire), frames({"message 5 {}\n", "message 6 {}\n", "message 7 {}\n"}));
  EXPECT_EQ(store.found, 1);
}

TEST_F(LiveChannelTest, WithNobodyThereNothingIsRead) {
  commit({slice(5, {1})});
  EXPECT_EQ(store.found, 0);
}

}  // namespace
}  // namespace carillon::live

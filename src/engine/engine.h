// The engine: runs decisions on one writer thread and reads on a few others, and publishes what
// io threads may see. The only threads and locks between http and the store are here.
//
// Shape   write(decide, answer): the writer takes all waiting decisions, decides them one after
//         another against its private view, adds the next slices of the dispatch schedule,
//         commits once, publishes, answers. Memory never runs ahead of the disk.
//         Over a store that other servers write to as well it follows their changes, too, and a
//         group that was decided on an older state is decided again (ledger/change_log.h).
//         read(job): runs on a reader thread with a Reader of its own.
//         organisation(), find_batch(): memory, any thread.
// Errors  overloaded when a queue is full; unavailable when a commit failed (nothing happened).
// Cost    find_batch about 100 ns. A commit is one sync of the disk for the whole group.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access/organisation.h"
#include "access/rate_limit.h"
#include "base/clock.h"
#include "base/result.h"
#include "batch/batch.h"
#include "core/view.h"
#include "crypto/crypto.h"
#include "crypto/sealed_id.h"
#include "dispatch/channel.h"
#include "dispatch/event_lanes.h"
#include "ledger/ledger.h"

namespace carillon {

struct EngineStats {
  std::uint64_t commits = 0;
  std::uint64_t commit_failures = 0;
  std::uint64_t decisions = 0;
  std::uint64_t slices = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t batches_accepted = 0;
  std::uint64_t batches_recalled = 0;
  std::uint64_t receipts = 0;
  std::uint64_t batches_in_memory = 0;
  std::uint64_t batches_waiting = 0;   // in a lane of the schedule
  std::uint64_t commands_waiting = 0;  // in the writer's queue
  std::uint64_t books_checked = 0;
  std::uint64_t books_imbalance = 0;
  std::uint64_t commit_us_total = 0;
};

class Engine {
 public:
  struct Options {
    int reader_threads = 2;
    std::size_t commands_max = 65536;  // waiting for the writer
    std::size_t reads_max = 16384;     // waiting for a reader
    // Recounting without a break, for which a call may have to wait; 0: no recounting.
    std::chrono::microseconds audit_slice{200};
    std::chrono::milliseconds retention_interval{1000};  // between two steps of purging; 0: off
    std::chrono::days audit_log_kept{365};               // 0: for ever
    std::function<void(std::string level, std::string text)> log;
    // What it gives is kept while a group is answered, so that answers may travel together.
    std::function<std::shared_ptr<void>()> answer_round;
    // Of a shared store: how often it is asked for news if nobody waits for them, who is told its
    // time, and who is told that there is something new for the other servers.
    std::chrono::milliseconds follow_interval{100};
    std::function<void(Time store_now)> store_time;
    std::function<void()> committed;
    RateLimiter* rates = nullptr;  // of which the servers have one count
  };

  // The ledger must outlive the engine. `organisation` and `state` are what the ledger holds now.
  Engine(Ledger& ledger, Clock const& clock, Key const& installation_key, std::uint8_t generation,
         std::shared_ptr<Organisation const> organisation, StoredState state, Options options);
  ~Engine();  // stops

  Result<void> start();
  // Finishes what was queued and what is being written; batches not yet sent wait on disk.
  void stop();

  std::shared_ptr<Organisation const> organisation() const;
  std::optional<BatchRecord> find_batch(BatchKey const& key) const;
  // Those with something still to send or to recall, each tenant's oldest first.
  std::vector<BatchRecord> unfinished() const;
  IdSealer const& ids() const;
  Time now() const;
  EngineStats stats() const;
  std::uint64_t waiting(TenantNo tenant, AppNo app) const;
  std::uint64_t quota_used(QuotaKey const& key) const;
  // Those of the users whom a push may reach.
  UserSet pushable(TenantNo tenant, UserSet const& users) const;
  bool token_spent(TokenId const& token) const;
  // Every slice and recall up to it is in the store, and none above it was given to the channel.
  Seq last_seq(TenantNo tenant) const;

  // Calls back once this memory holds whatever any server had committed before the call; at once if
  // no other server writes to the store.
  // Errors  unavailable: the store is out of reach.
  void catch_up(std::function<void(Result<void>)> done);
  bool shares_store() const;
  // Whether it is for this server to tell events; of a store that is shared one does.
  bool tells_events() const;
  void knock();  // another server has committed something
  // Errors  unavailable: the store does not answer.
  Result<void> reachable() const;

  void set_low_disk(bool low);
  bool low_disk() const;
  // Before start(). What other servers committed is told to those of everybody's only.
  enum class Told : std::uint8_t { everybodys, own };
  void add_channel(Channel* channel, Told told = Told::everybodys);
  void set_event_sink(EventSink* sink);  // before start()

  // Decides, writes, then answers; `answer` is called on the writer thread: hand on, do not wait.
  // What was decided is decided again if another server was faster: `decide` keeps its command.
  template <class Answer>
  void write(std::function<Result<Decided<Answer>>(View&)> decide,
             std::function<void(Result<Answer>)> answer) {
    submit(std::make_unique<TypedCommand<Answer>>(std::move(decide), std::move(answer)));
  }

  // Runs the job on a reader thread; false if the queue is full (the job was not taken).
  bool read(std::function<void(Reader&)> job);

  // One untyped decision in the queue.
  class Command {
   public:
    virtual ~Command() = default;
    // Decides; gives the change, or nothing if it was refused (answer() then says so).
    virtual bool decide(View& view, Change& change,
                        std::shared_ptr<Organisation const>& organisation) = 0;
    // Told how the commit went; an error replaces the answer.
    virtual void answer(std::optional<Error> const& failure) = 0;
  };
  void submit(std::unique_ptr<Command> command);

 private:
  template <class Answer>
  class TypedCommand final : public Command {
   public:
    TypedCommand(std::function<Result<Decided<Answer>>(View&)> decide,
                 std::function<void(Result<Answer>)> answer)
        : decide_(std::move(decide)), answer_(std::move(answer)) {}

    bool decide(View& view, Change& change,
                std::shared_ptr<Organisation const>& organisation) override {
      auto decided = decide_(view);
      if (!decided) {
        result_.emplace(std::move(decided).error());
        return false;
      }
      change = std::move(decided->change);
      organisation = std::move(decided->organisation);
      result_.emplace(std::move(decided->answer));
      return true;
    }
    void answer(std::optional<Error> const& failure) override {
      if (failure) {
        answer_(*failure);
      } else {
        answer_(std::move(*result_));
      }
    }

   private:
    std::function<Result<Decided<Answer>>(View&)> decide_;
    std::function<void(Result<Answer>)> answer_;
    std::optional<Result<Answer>> result_;
  };

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon

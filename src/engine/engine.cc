#include "engine/engine.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "batch/flow_moment.h"
#include "core/deliver_slice.h"
#include "core/steer_batch.h"
#include "dispatch/schedule.h"
#include "engine/audience_cache.h"
#include "engine/book_audit.h"
#include "engine/event_claim.h"
#include "engine/group_view.h"
#include "engine/log_follower.h"
#include "engine/memory.h"
#include "engine/readers.h"
#include "ledger/with_rows.h"

namespace carillon {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kGroupCommands = 1024;
constexpr std::size_t kGroupSlices = 2048;
constexpr microseconds kGroupSlicesTime{
    4000};  // so that no caller waits long behind others' slices
constexpr std::size_t kAudienceBytes = 24u << 20;
constexpr std::size_t kPurgeRows = 200;
constexpr milliseconds kRetryCommit{200};
constexpr std::chrono::seconds kUnknownWhenStopping{10};
constexpr int kExitOutcomeUnknown = 74;
constexpr int kExitFellBehind = 75;
constexpr int kAttempts = 10;  // of a group that other servers overtake
// As long as others have written lately, a group waits for its turn before it is decided.
constexpr std::chrono::seconds kOthersWrite{1};
// Who sent the last slice sends the next one; others step in if nothing has moved for so long.
constexpr milliseconds kStepIn{300};
constexpr std::chrono::seconds kOutcomeWithin{1};

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace

class Engine::Impl {
 public:
  Impl(Ledger& ledger, Clock const& clock, Key const& key, std::uint8_t generation,
       std::shared_ptr<Organisation const> organisation, StoredState state, Options options)
      : ledger_(ledger),
        clock_(clock),
        ids_(key),
        generation_(generation),
        options_(std::move(options)),
        readers_(options_.reads_max),
        log_(ledger.change_log()),
        applied_(state.position),
        claim_(state.events_claimed_ago ? std::optional(steady_now() - *state.events_claimed_ago)
                                        : std::nullopt),
        memory_(std::move(organisation), std::move(state)) {}

  ~Impl() { stop(); }

  Result<void> start() {
    TRY(auto writer_reader, ledger_.open_reader());
    writer_reader_ = std::move(writer_reader);
    TRY(auto audit_reader, ledger_.open_reader());
    if (options_.audit_slice.count() != 0) {
      audit_.emplace(memory_, clock_, std::move(audit_reader), options_.audit_slice,
                     [this](std::string const& problem) { note_audited(problem); });
    }
    CHECK_OK(readers_.start(ledger_, options_.reader_threads));
    for (std::size_t shard = 0; shard < BatchTable::kShards; ++shard) {
      for (auto const& key : memory_.batches.keys(shard)) {
        auto const record = *memory_.batches.find(key);
        schedule_.update(record);
        if (record.counts_in_flow) CHECK_OK(count_again(record));
      }
    }
    publish_waiting();
    if (log_ != nullptr) CHECK_OK(follow());
    writer_ = std::thread([this] { run_writer(); });
    if (audit_) audit_->start();
    return {};
  }

  void stop() {
    {
      std::lock_guard const lock(mutex_);
      if (stopping_) return;
      stopping_ = true;
    }
    changed_.notify_all();
    stopped_.notify_all();
    if (writer_.joinable()) writer_.join();
    if (follower_) follower_->stop();
    if (audit_) audit_->stop();
    readers_.stop();
  }

  void submit(std::unique_ptr<Command> command) {
    if (take(command)) {
      changed_.notify_one();
    } else {
      command->answer(fail(Errc::overloaded, "the server takes no more calls at the moment"));
    }
  }

  Ledger& ledger_;
  Clock const& clock_;
  IdSealer ids_;
  std::uint8_t generation_;
  Options options_;
  Readers readers_;
  std::vector<std::pair<Channel*, Told>> channels_;
  EventSink* event_sink_ = nullptr;
  std::atomic<bool> low_disk_{false};
  ChangeLog* const log_;  // null: no other server writes to the store
  std::unique_ptr<LogFollower> follower_;

  EngineStats stats() const {
    std::lock_guard const lock(mutex_);
    auto out = stats_;
    out.commands_waiting = commands_.size();
    out.batches_in_memory = memory_.batches.size();
    return out;
  }

  std::uint64_t waiting(TenantNo tenant, AppNo app) const {
    std::lock_guard const lock(mutex_);
    auto const at = waiting_.find({tenant, app});
    return at == waiting_.end() ? 0 : at->second;
  }

 private:
  // The position of what memory holds; both change under the lock, which a group holds while it is
  // decided, so that it sees one state.
  std::mutex memory_mutex_;
  std::condition_variable applied_changed_;
  LogPosition applied_;
  EventClaim claim_;

 public:
  Memory memory_;

  // Asked by those who are told of a commit, too: takes no lock.
  bool tells_events() const { return log_ == nullptr || claim_.tells(); }

 private:
  // Queues the command, or leaves it with the caller.
  bool take(std::unique_ptr<Command>& command) {
    std::lock_guard const lock(mutex_);
    if (stopping_ || commands_.size() >= options_.commands_max) return false;
    commands_.push_back(std::move(command));
    return true;
  }

  struct Waiting {
    std::unique_ptr<Command> command;
    std::optional<Error> failure;
  };

  void run_writer() {
    auto retention_due = steady_now();
    while (auto group = take_group()) {
      claim_events();
      bool const wrote = run_group(std::move(*group));
      if (!wrote) pause(kRetryCommit);
      if (options_.retention_interval.count() != 0 && steady_now() >= retention_due) {
        retention_due = steady_now() + (purge() ? milliseconds(20) : options_.retention_interval);
      }
    }
    release_events();
  }

  // At start: what was sent today counts in the rules of flow control as before.
  Result<void> count_again(BatchRecord const& record) {
    auto const organisation = memory_.organisation();
    auto const* directory = organisation->find(record.key.tenant);
    if (directory == nullptr) return {};
    auto const& timezone = directory->tenant().timezone;
    if (day_of(record.accepted_at, timezone) != day_of(clock_.now(), timezone)) return {};
    TRY(auto const stored, writer_reader_->find_batch(record.key));
    if (!stored) return {};
    TRY(auto const audience, writer_reader_->audience(record.key));
    flow_.add(flow_moment(record, stored->content, directory->tenant()), audience.deliverable);
    return {};
  }

  // The commands that wait now; none if there are only slices to send, news of other servers, or it
  // is time for upkeep.
  std::optional<std::deque<Waiting>> take_group() {
    std::unique_lock lock(mutex_);
    bool const slices = !schedule_.empty() && dispatches();
    if (commands_.empty() && !slices && !news_) {
      changed_.wait_for(lock, rest(), [&] { return stopping_ || news_ || !commands_.empty(); });
    }
    news_ = false;
    if (stopping_ && commands_.empty()) return std::nullopt;
    std::deque<Waiting> out;
    take_waiting(out);
    return out;
  }

  // How long nothing is to do if nobody calls: until upkeep, or until a scheduled batch is due.
  milliseconds rest() const {
    auto const upkeep = options_.retention_interval;
    auto const longest = upkeep.count() != 0 ? upkeep : milliseconds(1000);
    auto const until_step_in = schedule_.empty() ? longest : std::min(longest, kStepIn);
    auto const due = schedule_.next_due();
    if (!due) return until_step_in;
    auto const left = std::chrono::ceil<milliseconds>(*due - clock_.now());
    return std::clamp(left, dispatches() ? milliseconds(0) : kStepIn, until_step_in);
  }

  void pause(milliseconds time) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, time, [&] { return stopping_; });
  }

  // Decides, commits, publishes, answers. False if the store refused the group.
  bool run_group(std::deque<Waiting> group) {
    {
      std::lock_guard const lock(memory_mutex_);
      digest_heard();
    }
    if (group.empty() && !has_slices()) return true;
    for (int attempt = 1;; ++attempt) {
      bool const in_turn = attempt > 1 || others_write();
      auto const turn = in_turn ? take_turn() : Result<void>();
      if (in_turn && turn) take_more(group);  // who came while the others had theirs
      auto tried = turn ? try_group(group) : Result<Tried>(turn.error());
      if (tried && *tried == Tried::overtaken) {
        if (attempt < kAttempts) continue;
        tried = fail(Errc::unavailable, "other servers were faster again and again");
      }
      if (tried) {
        answer(group, std::nullopt);
        return *tried == Tried::written;
      }
      log("error", "commit failed, nothing was written: " + tried.error().detail);
      count([](EngineStats& stats) { ++stats.commit_failures; });
      answer(group, tried.error());
      return false;
    }
  }

  void take_more(std::deque<Waiting>& group) {
    std::lock_guard const lock(mutex_);
    take_waiting(group);
  }

  // The lock is held.
  void take_waiting(std::deque<Waiting>& group) {
    while (!commands_.empty() && group.size() < kGroupCommands) {
      group.push_back({std::move(commands_.front()), std::nullopt});
      commands_.pop_front();
    }
  }

  bool has_slices() const {
    return dispatches() && (!schedule_.empty() || schedule_.due(clock_.now()));
  }

  enum class Tried : std::uint8_t { written, stuck, overtaken };

  // `stuck`: a slice could not be prepared, else all is written. An error: nothing is.
  Result<Tried> try_group(std::deque<Waiting>& group) {
    std::unique_lock lock(memory_mutex_);
    digest_heard();
    if (log_ != nullptr) log_->expect(applied_);
    GroupView view({memory_, clock_, ids_, generation_, *writer_reader_, audiences_,
                    availabilities_, flow_, low_disk_.load(std::memory_order_relaxed)});
    for (auto& waiting : group) waiting.failure = decide(view, *waiting.command);
    bool slices = true;
    if (dispatches() || !view.change().new_batches.empty()) {
      slices = join_queues(view) && add_slices(view);
    }
    view.end_reading();
    auto const& change = view.change();
    if (change.empty()) {
      if (log_ != nullptr) log_->end_turn();
      return slices ? Tried::written : Tried::stuck;
    }
    committing_ = true;
    auto const started = steady_now();
    commit_began_ = started;
    lock.unlock();
    auto const outcome = commit_for_sure(ledger_, change, [this] { wait_for_outcome(); });
    auto const took = std::chrono::duration_cast<microseconds>(steady_now() - started);
    lock.lock();
    committing_ = false;
    bool const written = outcome && *outcome == CommitOutcome::committed;
    if (written) {
      if (log_ != nullptr) ++applied_;
      publish(view, group.size(), static_cast<std::uint64_t>(took.count()));
    } else {
      forget(change);
    }
    applied_changed_.notify_all();
    lock.unlock();
    if (!outcome) return outcome.error();
    if (!written && log_ == nullptr) {
      return fail(Errc::unavailable, "somebody else is writing to this store");
    }
    if (written && options_.committed) options_.committed();
    return written ? Tried::written : Tried::overtaken;
  }

  // ---- Other servers

  Result<void> follow() {
    TRY(auto reader, log_->open_log_reader());
    log_->expect(applied_);
    LogFollower::Ports ports;
    ports.applied = [this] {
      std::lock_guard const lock(memory_mutex_);
      return applied_;
    };
    ports.take = [this](LogNews&& news) { return take_news(std::move(news)); };
    ports.rates = options_.rates;
    ports.round = options_.answer_round;
    follower_ = std::make_unique<LogFollower>(std::move(reader), std::move(ports),
                                              options_.follow_interval);
    return follower_->start();
  }

  bool others_write() const {
    return log_ != nullptr && heard_at_ && steady_now() - *heard_at_ < kOthersWrite;
  }

  // Whether it is for this server to send what waits.
  bool dispatches() const {
    return log_ == nullptr || sent_last_ || !moved_at_ || steady_now() - *moved_at_ >= kStepIn;
  }

  // Of a shared store: claims to tell events if nobody does, and again while this server does.
  void claim_events() {
    if (log_ == nullptr || event_sink_ == nullptr || claim_waits_) return;
    {
      std::lock_guard const lock(memory_mutex_);
      if (!claim_.may_claim(steady_now())) return;
    }
    claim_waits_ = true;
    Change claim;
    claim.event_duty = EventDuty::claimed;
    submit_own(
        [this, claim = std::move(claim)](View&) -> Result<Decided<Nothing>> {
          bool const still = claim_.may_claim(steady_now());  // others may have been faster
          return Decided<Nothing>{still ? claim : Change{}, {}, nullptr};
        },
        [this] { claim_waits_ = false; });
  }

  // So that another server need not wait until the claim has ended.
  void release_events() {
    if (!log_ || !tells_events()) return;
    Change release;
    release.event_duty = EventDuty::released;
    expect_applied();
    (void)ledger_.commit(release);
  }

  Result<void> take_turn() {
    expect_applied();
    auto news = log_->take_turn();
    if (!news) return cannot_follow(news.error());
    return take_news(std::move(*news));
  }

  // Memory that has lost the thread is of no use: a new start reads it from the store.
  Result<void> cannot_follow(Error const& error) const {
    if (error.code == Errc::unavailable) return error;
    log("error", "the server ends, to start anew: " + error.detail);
    std::fprintf(stderr, "carillon: %s; the server ends, to start anew.\n", error.detail.c_str());
    std::_Exit(kExitFellBehind);
  }

  Result<void> take_news(LogNews&& news) {
    if (options_.store_time) options_.store_time(news.now);
    bool any = false;
    for (auto& entry : news.entries) {
      std::unique_lock lock(memory_mutex_);
      if (entry.own && committing_) {  // its group is about to publish it
        bool const known = applied_changed_.wait_for(
            lock, kOutcomeWithin, [&] { return !committing_ || applied_ >= entry.position; });
        if (!known) return fail(Errc::unavailable, "a change is not known to be written yet");
      }
      if (entry.position <= applied_) continue;
      auto applied = apply(std::move(entry.change));
      if (!applied) return cannot_follow(applied.error());
      applied_ = entry.position;
      any = true;
    }
    if (!any) return {};
    {
      std::lock_guard const lock(mutex_);
      news_ = true;
    }
    changed_.notify_one();
    return {};
  }

  // Another server's change. An import shows its rows all at once, as on the server that reads it.
  Result<void> apply(Change&& change) {
    if (change.relocation) {
      return fail(Errc::internal, "everything in the store is being moved to another");
    }
    std::shared_ptr<Organisation const> organisation;
    auto& rows = change.directory;
    bool const importing = change.import && !change.import->staged_file.empty();
    if (importing) {
      imported_.absorb_rows(std::move(rows));
    } else if (!rows.empty() || !imported_.directory.empty()) {
      imported_.absorb_rows(std::move(rows));
      auto made = with_rows(*memory_.organisation(), imported_.directory);
      imported_ = {};
      if (!made) return fail(Errc::internal, "another server's rows: " + made.error().detail);
      organisation = *std::move(made);
    }
    auto const recalls = recalls_in(change);
    memory_.publish(change, organisation);
    tell_channels(change, recalls, Told::everybodys);
    if (event_sink_ != nullptr && !(change.event_moves.empty() && change.event_tallies.empty())) {
      event_sink_->followed(change);
    }
    if (change.event_duty) claim_.heard(*change.event_duty, steady_now());
    heard_.push_back({std::move(change), organisation != nullptr});
    return {};
  }

  struct Heard {
    Change change;
    bool organisation = false;
  };

  // What others have written, for the writer thread's own state. The lock is held.
  void digest_heard() {
    for (auto& [change, organisation] : heard_) {
      if (organisation) availabilities_.forget();
      for (auto const& [key, fresh] : change.new_batches) {
        if (!fresh.record.counts_in_flow) continue;
        if (auto counted = count_again(fresh.record); !counted) {
          log("error", "a batch is missing in flow control: " + counted.error().detail);
        }
      }
      bool const batches = !change.new_batches.empty() || !change.batch_moves.empty();
      for (auto const& [key, fresh] : change.new_batches) put_in_line(key);
      for (auto const& [key, move] : change.batch_moves) put_in_line(key);
      for (auto const& key : change.purged) audiences_.erase(key);
      heard_at_ = steady_now();
      if (batches) moved_at_ = heard_at_;
      if (!change.slices.empty()) sent_last_ = false;
    }
    if (!heard_.empty()) publish_waiting();
    heard_.clear();
  }

  // The schedule as memory has it.
  void put_in_line(BatchKey const& key) {
    if (auto const record = memory_.batches.find(key)) {
      schedule_.update(*record);
    } else {
      schedule_.remove(key);
    }
  }

  // What became of a commit is not known, so nothing can be decided: whoever comes is told so at
  // once. The group under way is told nothing until it is known, and nothing at all if the server
  // ends before.
  void wait_for_outcome() {
    std::deque<std::unique_ptr<Command>> refused;
    bool stopping = false;
    {
      std::lock_guard const lock(mutex_);
      refused.swap(commands_);
      stopping = stopping_;
    }
    for (auto& command : refused) {
      command->answer(fail(Errc::unavailable, "the store is out of reach"));
    }
    if (!stopping) return pause(kRetryCommit);
    std::this_thread::sleep_for(kRetryCommit);
    if (!end_of_doubt_) end_of_doubt_ = steady_now() + kUnknownWhenStopping;
    if (steady_now() < *end_of_doubt_) return;
    std::fprintf(
        stderr,
        "carillon: the server ends without knowing whether its last changes were written, "
        "because the store is out of reach. Nobody was told that they were; what is in the "
        "store is seen at the next start.\n");
    std::_Exit(kExitOutcomeUnknown);
  }

  std::optional<Error> decide(GroupView& view, Command& command) {
    Change change;
    std::shared_ptr<Organisation const> organisation;
    try {
      if (command.decide(view, change, organisation)) {
        take_in(view, std::move(change), std::move(organisation));
      }
    } catch (std::exception const& problem) {
      log("error", std::string("a decision threw: ") + problem.what());
      return fail(Errc::internal);
    }
    return std::nullopt;
  }

  void take_in(GroupView& view, Change&& change, std::shared_ptr<Organisation const> organisation) {
    for (auto const& [key, fresh] : change.new_batches) schedule_.update(fresh.record);
    for (auto const& [key, move] : change.batch_moves) schedule_.update(move.to);
    view.absorb(std::move(change), std::move(organisation));
  }

  // Scheduled batches whose time has come. False if one could not.
  bool join_queues(GroupView& view) {
    while (auto const key = schedule_.due(view.now())) {
      auto joined = join_queue(view, *key);
      if (!joined) {
        log("error", "a scheduled batch cannot join its queue: " + joined.error().detail);
        return false;
      }
      take_in(view, std::move(joined->change), nullptr);
    }
    return true;
  }

  // The dispatch step of a group: turns of the schedule, as many as fit. False if one failed.
  bool add_slices(GroupView& view) {
    auto const deadline = steady_now() + kGroupSlicesTime;
    for (std::size_t n = 0; n < kGroupSlices; ++n) {
      auto const key = schedule_.next();
      if (!key) return true;
      auto step = deliver_slice(view, *key);
      if (!step) {
        log("error", "a slice could not be prepared: " + step.error().detail);
        return false;
      }
      take_in(view, std::move(step->change), nullptr);
      if (step->answer.finished && !view.find_batch(*key)) schedule_.remove(*key);
      if (steady_now() >= deadline) return true;
    }
    return true;
  }

  // After a failed commit the schedule goes back to what is on disk.
  void forget(Change const& change) {
    for (auto const& [key, fresh] : change.new_batches) put_in_line(key);
    for (auto const& [key, move] : change.batch_moves) put_in_line(key);
    availabilities_.forget();
  }

  void publish(GroupView const& view, std::size_t commands, std::uint64_t commit_us) {
    auto const& change = view.change();
    for (auto const& [key, fresh] : change.new_batches) {
      if (!fresh.record.finished()) {
        audiences_.put(key, std::make_shared<AudienceSets const>(fresh.audience));
      }
    }
    auto const recalls = recalls_in(change);
    flow_.add(view.sent());
    memory_.publish(change, view.changed_organisation());
    tell_channels(change, recalls, Told::own);
    if (!change.slices.empty()) sent_last_ = true;
    if (change.event_duty) claim_.committed(*change.event_duty, commit_began_);
    std::uint64_t deliveries = 0;
    for (auto const& slice : change.slices) deliveries += slice.delivered.size();
    count([&](EngineStats& stats) {
      ++stats.commits;
      stats.decisions += commands;
      stats.slices += change.slices.size();
      stats.deliveries += deliveries;
      stats.batches_accepted += change.new_batches.size();
      stats.batches_recalled += recalls.size();
      stats.receipts += change.receipts.size();
      stats.commit_us_total += commit_us;
    });
    publish_waiting();
  }

  // Those that the change takes back; before it is published.
  std::vector<BatchRecord> recalls_in(Change const& change) const {
    std::vector<BatchRecord> recalls;
    for (auto const& [key, move] : change.batch_moves) {
      auto const before = memory_.batches.find(key);
      if (before && !before->recall_requested() && move.to.recall_requested()) {
        recalls.push_back(move.to);
      }
    }
    return recalls;
  }

  void tell_channels(Change const& change, std::vector<BatchRecord> const& recalls, Told whose) {
    if (!change.slices.empty() || !recalls.empty()) {
      for (auto const& [channel, told] : channels_) {
        if (whose == Told::own || told == Told::everybodys) {
          channel->committed(change.slices, recalls);
        }
      }
    }
    if (event_sink_ != nullptr && !change.events.empty()) event_sink_->happened(change.events);
  }

  void publish_waiting() {
    std::lock_guard const lock(mutex_);
    stats_.batches_waiting = schedule_.waiting();
    waiting_.clear();
    schedule_.for_each_lane([&](TenantNo tenant, AppNo app, std::size_t n) {
      waiting_[{tenant, app}] = n;
    });
  }

  void answer(std::deque<Waiting>& group, std::optional<Error> const& failure) const {
    auto const round = options_.answer_round ? options_.answer_round() : nullptr;
    for (auto& waiting : group) {
      waiting.command->answer(waiting.failure ? waiting.failure : failure);
    }
  }

  // One small step of retention; true if there is more to do now.
  bool purge() {
    auto const organisation = memory_.organisation();
    if (organisation->directories.empty()) return purge_log();
    auto const& directories = organisation->directories;
    auto const& directory = directories[purge_turn_ % directories.size()];
    auto const now = clock_.now();
    auto const days = directory->tenant().retention_days;
    auto const batches_before = days == 0 ? Time{} : now - std::chrono::days(days);
    expect_applied();
    auto const purged = ledger_.purge_some(directory->tenant().no, batches_before,
                                           now - std::chrono::hours(48), kPurgeRows);
    if (!purged) {
      log("error", "purging failed: " + purged.error().detail);
      note_own_commit();
      return false;
    }
    note_own_commit();
    Change gone;
    gone.purged = purged->batches;
    for (auto const& key : gone.purged) {
      memory_.batches.erase(key);
      audiences_.erase(key);
    }
    if (log_ != nullptr && !gone.purged.empty()) tell_others(std::move(gone));
    if (!purged->more) ++purge_turn_;
    if (purged->more || purge_turn_ % directories.size() != 0) return true;
    return purge_log();
  }

  // What the store commits of its own accord builds on what this memory holds, as groups do.
  void expect_applied() {
    if (log_ == nullptr) return;
    std::lock_guard const lock(memory_mutex_);
    log_->expect(applied_);
  }

  // Such a commit, of which memory need not know more.
  void note_own_commit() {
    if (log_ == nullptr) return;
    while (!ledger_.settle()) wait_for_outcome();
    std::lock_guard const lock(memory_mutex_);
    applied_ = std::max(applied_, log_->expected());
  }

  void tell_others(Change change) {
    submit_own([change = std::move(change)](View&) -> Result<Decided<Nothing>> {
      return Decided<Nothing>{change, {}, nullptr};
    });
  }

  void submit_own(
      std::function<Result<Decided<Nothing>>(View&)> decide, std::function<void()> done = [] {}) {
    submit(std::make_unique<TypedCommand<Nothing>>(
        std::move(decide), [done = std::move(done)](Result<Nothing> const&) { done(); }));
  }

  // Of what is no tenant's, once a round.
  bool purge_log() {
    auto const now = clock_.now();
    memory_.forget_spent_tokens(now);
    auto const kept = options_.audit_log_kept;
    expect_applied();
    auto const more = ledger_.purge_log(now, kept.count() == 0 ? Time{} : now - kept, kPurgeRows);
    note_own_commit();
    if (!more) log("error", "purging failed: " + more.error().detail);
    return more && *more;
  }

  void note_audited(std::string const& problem) {
    count([&](EngineStats& stats) {
      ++stats.books_checked;
      if (!problem.empty()) ++stats.books_imbalance;
    });
    if (!problem.empty()) log("error", problem);
  }

  template <class F>
  void count(F const& f) {
    std::lock_guard const lock(mutex_);
    f(stats_);
  }

  void log(std::string level, std::string text) const {
    if (options_.log) options_.log(std::move(level), std::move(text));
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // only the writer waits for it, so that no call goes astray
  std::condition_variable stopped_;
  std::deque<std::unique_ptr<Command>> commands_;
  bool stopping_ = false;
  EngineStats stats_;
  std::map<std::pair<TenantNo, AppNo>, std::uint64_t> waiting_;

  bool news_ = false;  // of other servers, for the writer

  // Guarded by memory_mutex_.
  std::vector<Heard> heard_;
  struct Imported {
    DirectoryRows directory;
    void absorb_rows(DirectoryRows&& rows) {
      Change before;
      Change later;
      before.directory = std::move(directory);
      later.directory = std::move(rows);
      before.absorb(std::move(later));
      directory = std::move(before.directory);
    }
  };
  Imported imported_;  // by another server, until its import is done
  bool committing_ = false;
  SteadyTime commit_began_{};

  // The writer thread's own.
  std::optional<SteadyTime> heard_at_;
  std::optional<SteadyTime> moved_at_;  // when another server last changed a batch
  bool sent_last_ = false;              // the last slice was this server's
  bool claim_waits_ = false;            // in the queue of commands
  std::unique_ptr<Reader> writer_reader_;
  Schedule schedule_;
  AudienceCache audiences_{kAudienceBytes};
  Availabilities availabilities_;
  FlowBook flow_;
  std::size_t purge_turn_ = 0;
  std::optional<SteadyTime> end_of_doubt_;  // once the engine is to stop
  std::thread writer_;
  std::optional<BookAudit> audit_;
};

Engine::Engine(Ledger& ledger, Clock const& clock, Key const& installation_key,
               std::uint8_t generation, std::shared_ptr<Organisation const> organisation,
               StoredState state, Options options)
    : impl_(std::make_unique<Impl>(ledger, clock, installation_key, generation,
                                   std::move(organisation), std::move(state), std::move(options))) {
}
Engine::~Engine() = default;

Result<void> Engine::start() { return impl_->start(); }
void Engine::stop() { impl_->stop(); }
void Engine::submit(std::unique_ptr<Command> command) { impl_->submit(std::move(command)); }
bool Engine::read(std::function<void(Reader&)> job) { return impl_->readers_.add(std::move(job)); }

std::shared_ptr<Organisation const> Engine::organisation() const {
  return impl_->memory_.organisation();
}
std::optional<BatchRecord> Engine::find_batch(BatchKey const& key) const {
  return impl_->memory_.batches.find(key);
}
std::vector<BatchRecord> Engine::unfinished() const { return impl_->memory_.unfinished(); }
IdSealer const& Engine::ids() const { return impl_->ids_; }
Time Engine::now() const { return impl_->clock_.now(); }
EngineStats Engine::stats() const { return impl_->stats(); }
std::uint64_t Engine::waiting(TenantNo tenant, AppNo app) const {
  return impl_->waiting(tenant, app);
}
Seq Engine::last_seq(TenantNo tenant) const { return impl_->memory_.counters(tenant).seq; }
bool Engine::token_spent(TokenId const& token) const { return impl_->memory_.token_spent(token); }
std::uint64_t Engine::quota_used(QuotaKey const& key) const {
  return impl_->memory_.quota_used(key);
}
UserSet Engine::pushable(TenantNo tenant, UserSet const& users) const {
  return impl_->memory_.pushable(tenant, users);
}
void Engine::set_low_disk(bool low) { impl_->low_disk_.store(low, std::memory_order_relaxed); }
bool Engine::low_disk() const { return impl_->low_disk_.load(std::memory_order_relaxed); }
void Engine::add_channel(Channel* channel, Told told) {
  impl_->channels_.emplace_back(channel, told);
}
bool Engine::shares_store() const { return impl_->log_ != nullptr; }
bool Engine::tells_events() const { return impl_->tells_events(); }
void Engine::catch_up(std::function<void(Result<void>)> done) {
  if (!impl_->follower_) return done({});
  impl_->follower_->catch_up(std::move(done));
}
void Engine::knock() {
  if (impl_->follower_) impl_->follower_->knock();
}
Result<void> Engine::reachable() const {
  return impl_->follower_ ? impl_->follower_->reachable() : Result<void>();
}
void Engine::set_event_sink(EventSink* sink) { impl_->event_sink_ = sink; }

}  // namespace carillon

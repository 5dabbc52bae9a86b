#include "engine/book_audit.h"

#include <pthread.h>
#include <utility>

#include "batch/books.h"

namespace carillon {
namespace {

constexpr std::chrono::milliseconds kBetweenRounds{500};

}  // namespace

BookAudit::BookAudit(Memory const& memory, Clock const& clock, std::unique_ptr<Reader> reader,
                     std::chrono::microseconds slice, Checked checked)
    : memory_(memory),
      clock_(clock),
      reader_(std::move(reader)),
      slice_(slice),
      checked_(std::move(checked)) {}

void BookAudit::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "audit");
    run();
  });
}

void BookAudit::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void BookAudit::run() {
  busy_since_ = std::chrono::steady_clock::now();
  for (std::size_t shard = 0; !stopping(); shard = (shard + 1) % BatchTable::kShards) {
    for (auto const& key : memory_.batches.keys(shard)) {
      if (stopping()) return;
      if (is_being_purged(key)) continue;
      check(key);
      if (std::chrono::steady_clock::now() - busy_since_ > slice_) {
        rest(std::chrono::milliseconds(1));
      }
    }
    if (shard + 1 == BatchTable::kShards) rest(kBetweenRounds);
  }
}

void BookAudit::check(BatchKey const& key) {
  auto const problems = recount(*reader_, key);
  bool const news = problems && !problems->empty() && wrong_.insert(key).second;
  checked_(!news ? std::string()
                 : "the books of batch " + std::to_string(key.batch.value) + " of tenant " +
                       std::to_string(key.tenant.value) + " do not balance: " + problems->front());
}

// A large batch past its retention goes in several steps, between which its books are torn.
bool BookAudit::is_being_purged(BatchKey const& key) const {
  auto const record = memory_.batches.find(key);
  auto const organisation = memory_.organisation();
  auto const* directory = organisation->find(key.tenant);
  if (!record || directory == nullptr) return true;
  auto const days = directory->tenant().retention_days;
  return days != 0 && record->accepted_at < clock_.now() - std::chrono::days(days);
}

void BookAudit::rest(std::chrono::milliseconds at_least) {
  auto const used = std::chrono::steady_clock::now() - busy_since_;
  auto const time = std::chrono::duration_cast<std::chrono::milliseconds>(49 * used) + at_least;
  {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, time, [&] { return stopping_; });
  }
  busy_since_ = std::chrono::steady_clock::now();
}

bool BookAudit::stopping() const {
  std::lock_guard const lock(mutex_);
  return stopping_;
}

}  // namespace carillon

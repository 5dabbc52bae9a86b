#include "http/mailbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/asio/post.hpp>

namespace carillon::http {

namespace {

constexpr std::size_t kLargeBytesMax = 1 << 20;

thread_local MailRound* round_of_thread = nullptr;

}  // namespace

void Mailbox::send(std::shared_ptr<Address> to) {
  if (round_of_thread != nullptr) {
    round_of_thread->letters_.push_back(std::move(to));
  } else {
    send_all({&to, 1});
  }
}

void Mailbox::send_large(std::shared_ptr<Address> to, std::size_t bytes) {
  // In a round nothing goes out, so nothing would be taken.
  if (round_of_thread == nullptr) {
    std::unique_lock lock(mutex_);
    taken_.wait(
        lock, [&] { return !io_ || large_bytes_ == 0 || large_bytes_ + bytes <= kLargeBytesMax; });
    large_bytes_ += bytes;
  }
  send(std::move(to));
}

void Mailbox::send_all(std::span<std::shared_ptr<Address>> letters) {
  std::lock_guard const lock(mutex_);
  if (!io_) return;
  mail_.insert(mail_.end(), std::make_move_iterator(letters.begin()),
               std::make_move_iterator(letters.end()));
  wake();
}

void Mailbox::post(std::function<void()> job) {
  std::lock_guard const lock(mutex_);
  if (!io_) return;
  jobs_.push_back(std::move(job));
  wake();
}

void Mailbox::wake() {
  if (std::exchange(woken_, true)) return;  // whoever comes for the first takes all
  asio::post(*io_, [self = shared_from_this()] { self->deliver(); });
}

void Mailbox::deliver() {
  std::vector<std::shared_ptr<Address>> mail;
  std::vector<std::function<void()>> jobs;
  std::size_t large_bytes = 0;
  {
    std::lock_guard const lock(mutex_);
    woken_ = false;
    large_bytes = large_bytes_;
    mail.swap(mail_);
    jobs.swap(jobs_);
  }
  for (auto const& address : mail) {
    if (address->receiver) address->receiver->on_mail();
  }
  for (auto const& job : jobs) job();
  if (large_bytes == 0) return;
  {
    std::lock_guard const lock(mutex_);
    large_bytes_ -= large_bytes;
  }
  taken_.notify_all();
}

void Mailbox::close() {
  std::vector<std::shared_ptr<Address>> mail;  // destroyed unlocked, as the jobs
  std::vector<std::function<void()>> jobs;
  std::lock_guard const lock(mutex_);
  io_ = nullptr;
  taken_.notify_all();
  mail.swap(mail_);
  jobs.swap(jobs_);
}

MailRound::MailRound() { round_of_thread = this; }

MailRound::~MailRound() {
  round_of_thread = nullptr;
  // There are as many mailboxes as io threads: a pass for each.
  for (std::span rest(letters_); !rest.empty();) {
    auto const mailbox = rest.front()->mailbox;
    auto const others = std::partition(rest.begin(), rest.end(),
                                       [&](auto const& to) { return to->mailbox == mailbox; });
    auto const n = static_cast<std::size_t>(others - rest.begin());
    mailbox->send_all(rest.first(n));
    rest = rest.subspan(n);
  }
}

}  // namespace carillon::http

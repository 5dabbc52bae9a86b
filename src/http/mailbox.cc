#include "http/mailbox.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace carillon::http {

void Mailbox::send(std::shared_ptr<Address> to) {
  std::lock_guard const lock(mutex_);
  if (!io_) return;
  mail_.push_back(std::move(to));
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
  {
    std::lock_guard const lock(mutex_);
    woken_ = false;
    mail.swap(mail_);
    jobs.swap(jobs_);
  }
  for (auto const& address : mail) {
    if (address->receiver) address->receiver->on_mail();
  }
  for (auto const& job : jobs) job();
}

void Mailbox::close() {
  std::vector<std::shared_ptr<Address>> mail;  // destroyed unlocked, as the jobs
  std::vector<std::function<void()>> jobs;
  std::lock_guard const lock(mutex_);
  io_ = nullptr;
  mail.swap(mail_);
  jobs.swap(jobs_);
}

}  // namespace carillon::http

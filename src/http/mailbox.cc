#include "http/mailbox.h"

#include <boost/asio/post.hpp>

namespace carillon::http {

void Mailbox::send(std::shared_ptr<Address> to) {
  std::lock_guard const lock(mutex_);
  if (!io_) return;
  mail_.push_back(std::move(to));
  if (mail_.size() > 1) return;  // whoever comes for the first takes all
  asio::post(*io_, [self = shared_from_this()] { self->deliver(); });
}

void Mailbox::deliver() {
  std::vector<std::shared_ptr<Address>> mail;
  {
    std::lock_guard const lock(mutex_);
    mail.swap(mail_);
  }
  for (auto const& address : mail) {
    if (address->receiver) address->receiver->on_mail();
  }
}

void Mailbox::close() {
  std::vector<std::shared_ptr<Address>> mail;  // destroyed unlocked
  std::lock_guard const lock(mutex_);
  io_ = nullptr;
  mail.swap(mail_);
}

}  // namespace carillon::http

#include "core/send_message.h"

#include <utility>

namespace carillon {

Result<Decided<SendMessageAnswer>> send_message(View& view, SendBatch const& command,
                                                SendRights const& rights) {
  TRY(auto sent, send_batch(view, command, rights));
  auto const key = sent.answer.key;
  Decided<SendMessageAnswer> out;
  out.answer.key = key;
  out.answer.generation = sent.answer.generation;
  if (auto const fresh = sent.change.new_batches.find(key);
      fresh != sent.change.new_batches.end()) {
    auto const& audience = fresh->second.audience;
    if (!audience.unavailable.empty()) return fail(Errc::receiver_unavailable);
    auto const to = audience.deliverable.first_from(0);
    if (!to) return fail(Errc::receiver_unknown);
    out.answer.to = *to;
  } else {
    out.answer.repeated = true;
    TRY(auto const audience, view.audience(key));
    if (auto const to = audience->deliverable.first_from(0)) out.answer.to = *to;
  }
  out.change = std::move(sent.change);
  return out;
}

Result<std::optional<MessageReader>> find_message_reader(BatchStore& store, BatchKey const& key) {
  TRY(auto const audience, store.audience(key));
  auto const to = audience.deliverable.first_from(0);
  if (!to) return std::optional<MessageReader>();
  TRY(auto const receipts, store.receipts(key, *to, 1));
  MessageReader out{*to, {}};
  if (!receipts.empty()) out.read_at = receipts.front().read_at;
  return std::optional<MessageReader>(out);
}

}  // namespace carillon

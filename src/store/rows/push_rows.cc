#include "store/rows/push_rows.h"

#include "store/rows/packing.h"

namespace carillon::rows {

std::string pack_push(PushRow const& row) {
  Packer out;
  out.number(row.enabled ? 1 : 0);
  out.number(row.subscriptions.size());
  for (auto const& subscription : row.subscriptions) {
    out.text(subscription.endpoint);
    out.text(subscription.p256dh);
    out.text(subscription.auth);
    out.signed_number(to_ms(subscription.created_at));
  }
  out.number(row.failures.size());
  for (auto const& failure : row.failures) {
    out.signed_number(to_ms(failure.at));
    out.text(failure.endpoint_host);
    out.number(failure.batch.value);
    out.number(failure.generation);
    out.number(failure.attempts);
    out.number(static_cast<std::uint8_t>(failure.reason));
    out.number(failure.status);
    out.text(failure.problem);
  }
  return out.take();
}

bool unpack_push(std::string_view bytes, PushRow& row) {
  Unpacker in(bytes);
  row.enabled = in.number() != 0;
  row.subscriptions.resize(in.count());
  for (auto& subscription : row.subscriptions) {
    subscription.endpoint = in.text();
    subscription.p256dh = in.text();
    subscription.auth = in.text();
    subscription.created_at = from_ms(in.signed_number());
  }
  row.failures.resize(in.count());
  for (auto& failure : row.failures) {
    failure.at = from_ms(in.signed_number());
    failure.endpoint_host = in.text();
    failure.batch = BatchNo{in.number()};
    failure.generation = static_cast<std::uint8_t>(in.number());
    failure.attempts = static_cast<std::uint32_t>(in.number());
    failure.reason = static_cast<PushReason>(in.number());
    failure.status = static_cast<std::uint32_t>(in.number());
    failure.problem = in.text();
  }
  return in.ok() && in.at_end();
}

}  // namespace carillon::rows

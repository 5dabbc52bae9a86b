#include "store/rows/event_rows.h"

#include "store/rows/packing.h"

namespace carillon::rows {
std::string pack_event(Event const& event) {
  Packer out;
  out.number(event.app.value);
  out.number(static_cast<std::uint8_t>(event.kind));
  out.number(event.generation);
  out.signed_number(to_ms(event.at));
  out.number(event.user.value);
  out.number(event.batches.size());
  for (auto const& batch : event.batches) {
    out.number(batch.batch.value);
    out.number(batch.generation);
  }
  for (auto const count :
       {event.valid, event.delivered, event.failed, event.excluded, event.recalled}) {
    out.number(count);
  }
  return std::string(out.bytes());
}

bool unpack_event(std::string_view bytes, Event& event) {
  Unpacker in(bytes);
  event.app = AppNo{in.number32()};
  event.kind = static_cast<EventKind>(in.number());
  event.generation = static_cast<std::uint8_t>(in.number());
  event.at = from_ms(in.signed_number());
  event.user = UserNo{in.number32()};
  event.batches.resize(in.count());
  for (auto& batch : event.batches) {
    batch.batch = BatchNo{in.number()};
    batch.generation = static_cast<std::uint8_t>(in.number());
  }
  for (auto* const count :
       {&event.valid, &event.delivered, &event.failed, &event.excluded, &event.recalled}) {
    *count = in.number32();
  }
  return in.ok() && in.at_end();
}

}  // namespace carillon::rows

#include "channel/live/hub.h"

#include <utility>

namespace carillon::live {

void Hub::enter(Person const& person, http::WebSocket const& socket,
                std::shared_ptr<Listener> listener) {
  std::shared_ptr<Room> room;
  {
    std::lock_guard const lock(mutex_);
    auto& place = rooms_[socket.thread()];
    if (!place) place = std::make_shared<Room>(socket);
    room = place;
  }
  room->listeners.emplace(person, std::move(listener));
  online_.fetch_add(1, std::memory_order_relaxed);
}

void Hub::leave(Person const& person, Listener const& listener, void const* thread) {
  std::shared_ptr<Room> room;
  {
    std::lock_guard const lock(mutex_);
    auto const at = rooms_.find(thread);
    if (at == rooms_.end()) return;
    room = at->second;
  }
  auto const [first, last] = room->listeners.equal_range(person);
  for (auto at = first; at != last; ++at) {
    if (at->second.get() != &listener) continue;
    room->listeners.erase(at);
    online_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
}

std::vector<std::shared_ptr<Hub::Room>> Hub::rooms() const {
  std::lock_guard const lock(mutex_);
  std::vector<std::shared_ptr<Room>> out;
  for (auto const& [thread, room] : rooms_) out.push_back(room);
  return out;
}

void Hub::tell(TenantNo tenant, std::shared_ptr<UserSet const> users, Seq seq,
               http::SharedFrame frame) {
  for (auto& room : rooms()) {
    room->door.post([room, tenant, users, seq, frame] { room->tell(tenant, *users, seq, frame); });
  }
}

void Hub::send_away() {
  for (auto& room : rooms()) {
    room->door.post([room] {
      auto const everybody = room->listeners;
      for (auto const& [person, listener] : everybody) listener->send_away();
    });
  }
}

void Hub::Room::tell(TenantNo tenant, UserSet const& users, Seq seq,
                     http::SharedFrame const& frame) {
  // Whichever are fewer are gone through. A listener may leave while it is told.
  std::vector<std::shared_ptr<Listener>> told;
  if (users.size() < listeners.size()) {
    for (auto const user : users.list()) {
      auto const [first, last] = listeners.equal_range({tenant, user});
      for (auto at = first; at != last; ++at) told.push_back(at->second);
    }
  } else {
    auto const first_user = users.first_from(0);
    if (!first_user) return;
    for (auto at = listeners.lower_bound({tenant, *first_user});
         at != listeners.end() && at->first.tenant == tenant; ++at) {
      if (users.contains(at->first.user)) told.push_back(at->second);
    }
  }
  for (auto const& listener : told) listener->tell(seq, frame);
}

}  // namespace carillon::live

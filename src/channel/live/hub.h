// Who is connected now, and how something reaches all of them: online = users with a live
// connection.
//
// Shape   Each io thread has a room of its own with the listeners whose sockets it serves; only
//         that thread ever looks into it. Telling many people is one job posted to each room, in
//         which sends cost no lock; jobs of one caller run in the order in which they were posted.
// Threads enter() and leave() on the io thread of the listener's socket, all else on any.
// Cost    tell(): in each room, those of its people who are in the block or the list of the set.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "batch/batch.h"
#include "http/websocket.h"
#include "people/user_set.h"

namespace carillon::live {

struct Person {
  TenantNo tenant;
  UserNo user;

  friend auto operator<=>(Person const&, Person const&) = default;
};

// One connection of somebody who is signed in; called on its socket's io thread.
class Listener {
 public:
  virtual ~Listener() = default;
  // `seq`: of the slice that the frame tells of, 0: of none.
  virtual void tell(Seq seq, http::SharedFrame const& frame) = 0;
  // Something was missed: they must come back with their cursor.
  virtual void send_away() = 0;
};

class Hub {
 public:
  // The socket is the listener's; a later listener of the same person stands beside it.
  void enter(Person const& person, http::WebSocket const& socket,
             std::shared_ptr<Listener> listener);
  void leave(Person const& person, Listener const& listener, void const* thread);

  bool empty() const { return online_.load(std::memory_order_relaxed) == 0; }
  std::size_t online() const { return online_.load(std::memory_order_relaxed); }

  void tell(TenantNo tenant, std::shared_ptr<UserSet const> users, Seq seq,
            http::SharedFrame frame);
  void send_away();  // everybody

 private:
  struct Room {
    explicit Room(http::WebSocket socket) : door(std::move(socket)) {}
    // Jobs go in by it, also when that socket has ended.
    http::WebSocket const door;
    // Its thread's own.
    std::multimap<Person, std::shared_ptr<Listener>> listeners;

    void tell(TenantNo tenant, UserSet const& users, Seq seq, http::SharedFrame const& frame);
  };
  std::vector<std::shared_ptr<Room>> rooms() const;

  mutable std::mutex mutex_;
  std::map<void const*, std::shared_ptr<Room>> rooms_;  // by io thread
  std::atomic<std::size_t> online_{0};
};

}  // namespace carillon::live

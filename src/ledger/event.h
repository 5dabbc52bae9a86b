// What apps are told: something happened to a batch of theirs. Written in the transaction of what
// it tells, kept until it was told or given up.
//
// Shape   waiting --told--> gone
//         waiting --refused, attempts left--> waiting, due later
//         waiting --refused for the last time, or too many wait--> dead
//         dead    --replayed--> waiting        dead --dropped--> gone
// Source  docs/decisions/0011-outbox.md. Apps that do not listen cost no row.
// Limits  EventNo below 2^40, per tenant and rising: the order in which things happened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "batch/batch.h"

namespace carillon {

struct EventTag {};
using EventNo = Number<EventTag, std::uint64_t>;

struct EventKey {
  TenantNo tenant;
  EventNo event;

  friend auto operator<=>(EventKey const&, EventKey const&) = default;
};

enum class EventKind : std::uint8_t {
  read = 1,      // somebody has read messages for the first time
  sent = 2,      // everybody who can be reached has the batch
  recalled = 3,  // the batch was taken back from everybody who had it
};

// A batch that an event names; the generation makes its outside ids.
struct EventBatch {
  BatchNo batch;
  std::uint8_t generation = 0;

  friend bool operator==(EventBatch const&, EventBatch const&) = default;
};

struct Event {
  EventKey key;
  AppNo app;
  EventKind kind = EventKind::read;
  std::uint8_t generation = 0;  // of the installation, part of the event's outside id
  Time at{};
  UserNo user;                      // read: who
  std::vector<EventBatch> batches;  // read: which of the app's; else the one
  // The batch's counts at that moment; not for read.
  std::uint32_t valid = 0;
  std::uint32_t delivered = 0;
  std::uint32_t failed = 0;
  std::uint32_t excluded = 0;
  std::uint32_t recalled = 0;

  friend bool operator==(Event const&, Event const&) = default;
};

enum class EventState : std::uint8_t { waiting = 0, dead = 1 };

struct StoredEvent {
  Event event;
  EventState state = EventState::waiting;
  std::uint32_t attempts = 0;
  Time due{};           // of the next attempt
  std::string problem;  // of the last one

  friend bool operator==(StoredEvent const&, StoredEvent const&) = default;
};

// What became of an event that is in the store.
struct EventMove {
  bool gone = false;  // told, or dropped; the rest says nothing then
  EventState state = EventState::waiting;
  std::uint32_t attempts = 0;
  Time due{};
  std::string problem;

  friend bool operator==(EventMove const&, EventMove const&) = default;
};

inline EventMove event_gone() {
  EventMove out;
  out.gone = true;
  return out;
}

// Whose events stand behind one another.
struct LaneKey {
  TenantNo tenant;
  AppNo app;

  friend auto operator<=>(LaneKey const&, LaneKey const&) = default;
};

// All that a lane has seen, so that nothing is lost without a count.
struct EventTally {
  std::uint64_t told = 0;
  std::uint64_t refused = 0;  // attempts that failed
  std::uint64_t dead = 0;     // ever became dead letters
  std::uint64_t dropped = 0;  // of them, dropped because there were too many

  friend bool operator==(EventTally const&, EventTally const&) = default;
};

}  // namespace carillon

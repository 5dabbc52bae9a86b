// A change: the rows that one or more decisions want written, and what they expect to find.
//
// Shape   Decisions make small changes; the engine absorbs those of one group into one, so that a
//         batch that was accepted and delivered in the same group is written once. Later rows
//         replace earlier ones of the same key; expectations stay those of the earliest.
// Source  design.md section 4: decide, then write. The store checks every expectation inside the
//         transaction and writes all of the change or nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/flat_map.hpp>
#include <boost/container/small_vector.hpp>

#include "access/app.h"
#include "access/app_chat.h"
#include "access/quota.h"
#include "access/token.h"
#include "batch/batch.h"
#include "batch/batch_store.h"
#include "batch/content.h"
#include "directory/entities.h"
#include "inbox/push.h"
#include "ledger/audit.h"
#include "ledger/event.h"
#include "ledger/relocation.h"
#include "media/media.h"

namespace carillon {

// The counters of a tenant that decisions take numbers from.
struct Counters {
  BatchNo next_batch{1};
  std::uint64_t next_queue_no = 1;
  Seq seq;  // the last one given out
  MediaNo next_media{1};
  EventNo next_event{1};
  ChatNo next_chat{1};

  friend bool operator==(Counters const&, Counters const&) = default;
};

struct CounterMove {
  Counters from;  // expected
  Counters to;
};

struct NewBatch {
  BatchRecord record;
  Content content;
  InvalidIds invalid;
  AudienceSets audience;
};

struct BatchMove {
  std::uint32_t from_revision = 0;  // expected
  BatchRecord to;
};

struct QuotaUse {
  std::uint64_t added = 0;
  std::uint64_t used_before = 0;  // expected: no more than this was used by others
  std::uint64_t limit = 0;        // 0: none; the sum is refused above it
};

// An answered sending call, so that a retry gets the same answer.
struct CallKey {
  TenantNo tenant;
  AppNo app;
  std::string key;  // the Idempotency-Key

  friend auto operator<=>(CallKey const&, CallKey const&) = default;
};
struct AnsweredCall {
  std::string body_hash;   // 32 bytes over dialect, method, path and body
  std::uint64_t made = 0;  // the number of what the call made: a batch, a user, a department
  Time at{};
  std::chrono::hours kept{24};  // after which the key is free again
};

// Where an import that is being applied has got to; survives a crash.
struct ImportProgress {
  std::string staged_file;  // name in the data folder; empty: no import is under way
  std::uint64_t rows_done = 0;

  friend bool operator==(ImportProgress const&, ImportProgress const&) = default;
};

// Details with nothing in them remove the row.
struct UserDetailsRow {
  TenantNo tenant;
  UserNo user;
  UserDetails details;
};
struct DepartmentDetailsRow {
  TenantNo tenant;
  DepartmentNo department;
  DepartmentDetails details;
};

struct DirectoryRows {
  std::vector<Tenant> tenants;
  std::vector<std::pair<TenantNo, Department>> departments;
  std::vector<std::pair<TenantNo, User>> users;
  std::vector<std::pair<TenantNo, Chat>> chats;
  std::vector<std::pair<TenantNo, Image>> images;
  std::vector<Developer> developers;
  std::vector<App> apps;
  std::vector<Installation> installations;
  std::vector<Operator> operators;
  std::vector<UserDetailsRow> user_details;
  std::vector<DepartmentDetailsRow> department_details;

  bool empty() const;
  std::size_t size() const;
};

// A map of what is mostly one entry, which then lies in the map itself.
template <class Key, class Value>
using MapOfFew =
    boost::container::flat_map<Key, Value, std::less<Key>,
                               boost::container::small_vector<std::pair<Key, Value>, 1>>;

// Who of several servers tells events: one claims it again and again, or lets it go.
enum class EventDuty : std::uint8_t { released = 0, claimed = 1 };

struct Change {
  MapOfFew<TenantNo, CounterMove> counters;
  std::map<BatchKey, NewBatch> new_batches;  // expected: the key is free
  MapOfFew<BatchKey, BatchMove> batch_moves;
  std::map<BatchKey, std::string> contents;  // new JSON; expected: the batch is there
  std::vector<Slice> slices;                 // expected: (tenant, seq) is free
  std::vector<Receipt> receipts;             // expected: (batch, user) is free
  MapOfFew<QuotaKey, QuotaUse> quota;
  std::map<CallKey, AnsweredCall> calls;      // expected: the key is free, or older than it is kept
  std::map<MediaKey, Media> media;            // expected: the key is free
  std::map<ChatKey, AppChat> chats;           // likewise
  std::vector<Event> events;                  // expected: the key is free
  std::map<EventKey, EventMove> event_moves;  // of events in the store; the others are passed over
  std::map<LaneKey, EventTally> event_tallies;
  std::map<PersonKey, PushRow> push;     // one with nothing in it removes the row
  std::map<TokenId, Time> spent_tokens;  // until when each matters; expected: the key is free
  std::vector<AuditEntry> audit;         // expected: the number is free
  std::map<AuditNo, AuditOutcome> audit_outcomes;  // of entries in the store or in this change
  DirectoryRows directory;
  std::optional<ImportProgress> import;
  std::optional<Relocation> relocation;
  std::optional<EventDuty> event_duty;
  std::vector<BatchKey> purged;  // gone from the store: for the memory of other servers
  bool erases = false;  // what it writes over must not stay readable in what the store lets go

  bool empty() const;
  // Adds a change that was decided after this one and with this one in view.
  void absorb(Change&& later);
};

}  // namespace carillon

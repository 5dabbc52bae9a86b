// What a store must hold, as plain maps, and a random life to put into both.
//
// Shape   ModelStore takes the same Changes under the same expectations as a Ledger; difference()
//         asks a Ledger for everything and names the first thing that is not as in the model.
//         Workload makes changes as the core would: batches are accepted, delivered slice by slice,
//         read and recalled, several of these in one change.
#pragma once

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "ledger/change.h"
#include "ledger/ledger.h"

namespace carillon::testing {

struct ModelStore {
  std::map<TenantNo, Counters> counters;
  std::map<BatchKey, NewBatch> batches;
  std::map<std::pair<TenantNo, Seq>, Slice> slices;
  std::map<std::pair<BatchKey, UserNo>, Time> receipts;
  std::map<QuotaKey, std::uint64_t> quota;
  std::map<std::pair<TenantNo, UserNo>, UserDetails> user_details;
  std::map<std::pair<TenantNo, DepartmentNo>, DepartmentDetails> department_details;
  std::map<CallKey, AnsweredCall> calls;
  std::map<MediaKey, Media> media;
  std::map<EventKey, StoredEvent> events;
  std::map<LaneKey, EventTally> event_tallies;
  std::map<PersonKey, PushRow> push;
  std::map<ChatKey, AppChat> app_chats;
  std::map<TenantNo, Tenant> tenants;
  std::map<std::pair<TenantNo, DepartmentNo>, Department> departments;
  std::map<std::pair<TenantNo, UserNo>, User> users;
  std::map<std::pair<TenantNo, std::string>, Chat> chats;
  std::map<std::pair<TenantNo, std::string>, Image> images;
  std::map<DeveloperNo, Developer> developers;
  std::map<AppNo, App> apps;
  std::map<std::pair<TenantNo, AppNo>, Installation> installations;
  ImportProgress import;

  // False, and nothing changed, if an expectation does not hold.
  bool apply(Change const& change);
  void purge(TenantNo tenant, Time batches_before, Time others_before);

 private:
  bool expected(Change const& change) const;
};

// Empty, or the first thing in which the store is not as the model.
std::string difference(ModelStore const& model, Ledger& ledger, Reader& reader, Time now);

// Empty, or how what the store holds breaks an invariant by itself: seqs without gaps, one message
// a person and batch, counts as the slices and receipts say, balanced books.
std::string broken_invariant(Ledger& ledger, Reader& reader, Time now);

class Workload {
 public:
  explicit Workload(std::uint64_t seed) : random_(seed) {}

  // What some decisions, one after another, want written on top of `model`.
  Change next(ModelStore const& model);
  // The same with one expectation that does not hold in `model`; none if there was no chance.
  bool spoil(Change& change, ModelStore const& model);

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  Time now() const { return now_; }

 private:
  using Decide = Change (Workload::*)(ModelStore const&, TenantNo);
  Change accept(ModelStore const& view, TenantNo tenant);
  Change deliver(ModelStore const& view, TenantNo tenant);
  Change read(ModelStore const& view, TenantNo tenant);
  Change recall(ModelStore const& view, TenantNo tenant);
  Change tell(ModelStore const& view, TenantNo tenant);
  Change subscribe(ModelStore const& view, TenantNo tenant);
  Change settle(ModelStore const& view, TenantNo tenant);
  Change edit_directory(ModelStore const& view, TenantNo tenant);
  Change upload(ModelStore const& view, TenantNo tenant);
  Change report_import(ModelStore const& view, TenantNo tenant);

  UserSet random_audience();
  NewBatch const* random_batch(ModelStore const& view, TenantNo tenant);
  std::string random_text(std::size_t size_max);

  std::mt19937_64 random_;
  Time now_ = from_ms(1'700'000'000'000);
};

}  // namespace carillon::testing

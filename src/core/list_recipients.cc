#include "core/list_recipients.h"

#include <array>
#include <map>
#include <utility>

#include "core/recipient_sets.h"

namespace carillon {
namespace {

constexpr std::array<std::pair<RecipientState, std::string_view>, 7> kNames{{
    {RecipientState::pending, "pending"},
    {RecipientState::excluded, "excluded"},
    {RecipientState::failed, "failed"},
    {RecipientState::delivered, "delivered"},
    {RecipientState::read, "read"},
    {RecipientState::unread, "unread"},
    {RecipientState::recalled, "recalled"},
}};

// Excluded from the acceptance on.
UserSet kept_out(AudienceSets const& audience) {
  auto out = audience.unavailable;
  for (auto const& kept : audience.withheld) out |= kept.users;
  return out;
}

UserSet select(RecipientSets const& sets, BatchRecord const& record,
               std::optional<RecipientState> state) {
  bool const recalled = record.recall_requested();
  bool const turned_over = recalled || record.canceled();
  if (!state) return sets.audience.deliverable | kept_out(sets.audience);
  switch (*state) {
    case RecipientState::pending:
      return turned_over ? UserSet{} : sets.rest;
    case RecipientState::excluded:
      return turned_over ? kept_out(sets.audience) | sets.rest : kept_out(sets.audience);
    case RecipientState::failed:
      return sets.failed;
    case RecipientState::delivered:
      return sets.delivered;
    case RecipientState::read:
      return sets.readers;
    case RecipientState::unread:
      return sets.delivered - sets.readers;
    case RecipientState::recalled:
      return recalled ? sets.delivered : UserSet{};
  }
  return {};
}

std::optional<FlowRule> rule_against(AudienceSets const& audience, UserNo user) {
  for (auto const& kept : audience.withheld) {
    if (kept.users.contains(user)) return kept.rule;
  }
  return std::nullopt;
}

Recipient describe(RecipientSets const& sets, BatchRecord const& record,
                   std::map<UserNo, Time> const& read_times, UserNo user) {
  Recipient out;
  out.user = user;
  bool const recalled = record.recall_requested();
  if (sets.delivered.contains(user)) {
    out.state = RecipientState::delivered;
    for (auto const& slice : sets.slices) {
      if (slice.delivered.contains(user)) out.delivered_at = slice.committed_at;
    }
    if (auto const at = read_times.find(user); at != read_times.end()) {
      out.state = RecipientState::read;
      out.read_at = at->second;
    }
    if (recalled) {
      out.state = RecipientState::recalled;
      out.recalled_at = record.recalled_at;
    }
  } else if (sets.failed.contains(user)) {
    out.state = RecipientState::failed;
    out.reason = "gone_since_acceptance";
  } else if (sets.audience.unavailable.contains(user)) {
    out.state = RecipientState::excluded;
    out.reason = "not_available_to_app";
  } else if (auto const rule = rule_against(sets.audience, user)) {
    out.state = RecipientState::excluded;
    out.reason = name_of(*rule);
  } else if (record.canceled()) {
    out.state = RecipientState::excluded;
    out.reason = "canceled_before_delivery";
  } else if (recalled) {
    out.state = RecipientState::excluded;
    out.reason = "recalled_before_delivery";
    out.recalled_at = record.recalled_at;
  }
  return out;
}

}  // namespace

std::string_view name_of(RecipientState state) {
  for (auto const& [value, name] : kNames) {
    if (value == state) return name;
  }
  return {};
}

std::optional<RecipientState> find_recipient_state(std::string_view name) {
  for (auto const& [value, known] : kNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

Result<Recipients> list_recipients(BatchStore& store, BatchRecord const& record,
                                   Directory const& directory, RecipientsQuery const& query) {
  TRY(auto const sets, load_recipient_sets(store, record.key));
  auto chosen = select(sets, record, query.state);
  if (query.department) chosen &= directory.members_below(*query.department);

  auto users = chosen.list(query.from, query.limit + 1);
  Recipients out;
  if (users.size() > query.limit) {
    out.next = users.back().value;
    users.pop_back();
  }
  if (users.empty()) return out;
  std::map<UserNo, Time> read_times;
  auto from = users.front();
  while (query.receipts) {
    TRY(auto const receipts, store.receipts(record.key, from, 1000));
    for (auto const& receipt : receipts) read_times[receipt.user] = receipt.read_at;
    if (receipts.size() < 1000 || receipts.back().user >= users.back()) break;
    from = UserNo{receipts.back().user.value + 1};
  }
  out.people.reserve(users.size());
  for (auto const user : users) out.people.push_back(describe(sets, record, read_times, user));
  return out;
}

}  // namespace carillon

#include "core/change_push.h"

#include <algorithm>
#include <utility>

namespace carillon {
namespace {

void remove(PushRow& row, std::string_view endpoint) {
  std::erase_if(row.subscriptions,
                [&](PushSubscription const& old) { return old.endpoint == endpoint; });
}

template <class T>
void append_bounded(std::vector<T>& to, T value, std::size_t most) {
  if (to.size() >= most) to.erase(to.begin(), to.end() - static_cast<std::ptrdiff_t>(most - 1));
  to.push_back(std::move(value));
}

template <class Edit>
Result<Decided<PushRow>> edit(View& view, PersonKey const& person, Edit const& change) {
  TRY(auto const before, view.find_push(person));
  Decided<PushRow> out;
  out.answer = before;
  change(out.answer);
  if (!(out.answer == before)) out.change.push[person] = out.answer;
  return out;
}

}  // namespace

Result<Decided<PushRow>> subscribe_push(View& view, PersonKey const& person,
                                        PushSubscription subscription) {
  subscription.created_at = view.now();
  return edit(view, person, [&](PushRow& row) {
    remove(row, subscription.endpoint);
    append_bounded(row.subscriptions, std::move(subscription), PushRow::kSubscriptionsMax);
  });
}

Result<Decided<PushRow>> unsubscribe_push(View& view, PersonKey const& person,
                                          std::string_view endpoint) {
  return edit(view, person, [&](PushRow& row) { remove(row, endpoint); });
}

Result<Decided<PushRow>> switch_push(View& view, PersonKey const& person, bool enabled) {
  return edit(view, person, [&](PushRow& row) { row.enabled = enabled; });
}

Result<Decided<bool>> note_push_failures(View& view, std::vector<PushGivenUp> const& given_up) {
  Decided<bool> out{{}, true, nullptr};
  for (auto const& one : given_up) {
    auto const* const directory = view.organisation()->find(one.person.tenant);
    if (directory == nullptr || !directory->has_user(one.person.user)) continue;
    auto const known = out.change.push.find(one.person);
    PushRow row;
    if (known != out.change.push.end()) {
      row = known->second;
    } else {
      TRY(row, view.find_push(one.person));
    }
    if (one.failure.reason == PushReason::gone) remove(row, one.endpoint);
    append_bounded(row.failures, one.failure, PushRow::kFailuresMax);
    out.change.push[one.person] = std::move(row);
  }
  return out;
}

}  // namespace carillon

// What a person, or a push service's answer, changes about their Web Push.
//
// Shape   Each is the person's row read, changed and written whole; the answer is the row.
// Errors  unavailable, from the store.
#pragma once

#include <string_view>
#include <vector>

#include "core/view.h"

namespace carillon {

// One with the same endpoint is replaced; beyond the limit the oldest makes room.
Result<Decided<PushRow>> subscribe_push(View& view, PersonKey const& person,
                                        PushSubscription subscription);
Result<Decided<PushRow>> unsubscribe_push(View& view, PersonKey const& person,
                                          std::string_view endpoint);
Result<Decided<PushRow>> switch_push(View& view, PersonKey const& person, bool enabled);

// People who are no more are passed over.
Result<Decided<bool>> note_push_failures(View& view, std::vector<PushGivenUp> const& given_up);

}  // namespace carillon

// Erasing what is held on one person: from then on their number names nobody.
//
// Shape   The row of the person stays with its number, so that what was sent and read stays
//         counted; name, mail address, mobile number, ids, details and subscribed browsers go, the
//         person counts as resigned, and an id that says nothing stands for them. What went to
//         nobody else is emptied before, some messages a decision, so that no send waits long: a
//         crash in between leaves a person who can be erased again.
// Source  docs/operating/privacy.md says what is held where.
// Errors  user_unknown, import_running.
// Cost    A message: a row. The person: see directory/directory_edit.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

// How the ids of erased people begin.
inline constexpr std::string_view kErasedPrefix = "erased-";
bool is_erased(Directory const& directory, UserNo user);

struct Person {
  TenantNo tenant;
  UserNo user;
};

// Those of the batches that went to this person only are left without content.
Result<Decided<Nothing>> erase_messages(View& view, Person const& person,
                                        std::vector<BatchNo> const& batches);

// Gives the id that stands for the person from now on.
Result<Decided<std::string>> erase_person(View& view, Person const& person);

}  // namespace carillon

// Who of a batch is in which state, and since when.
//
// Shape   A page of people ascending by UserNo. Filters are sets: `delivered` includes those who
//         read it, `read` those of whom it was recalled later; the state of a person is the last
//         one that holds.
// Source  design.md section 1 and 5.
// Cost    Reads the sets, slices and receipts of the batch: engine reader threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "batch/batch_store.h"
#include "directory/directory.h"

namespace carillon {

enum class RecipientState : std::uint8_t {
  pending,
  excluded,
  failed,
  delivered,
  read,
  unread,
  recalled,
};

std::string_view name_of(RecipientState state);
std::optional<RecipientState> find_recipient_state(std::string_view name);

struct Recipient {
  UserNo user;
  RecipientState state = RecipientState::pending;
  std::string_view reason;  // of excluded and failed: a literal
  Time delivered_at{};      // Time{} where it did not happen, here and below
  Time read_at{};
  Time recalled_at{};
};

struct RecipientsQuery {
  std::optional<RecipientState> state;
  std::optional<DepartmentNo> department;  // with everyone below
  std::uint64_t from = 0;                  // the first UserNo to look at
  std::size_t limit = 100;
  bool receipts = true;  // false: says of nobody that they have read it
};

struct Recipients {
  std::vector<Recipient> people;
  std::optional<std::uint64_t> next;  // `from` of the next page
};

Result<Recipients> list_recipients(BatchStore& store, BatchRecord const& record,
                                   Directory const& directory, RecipientsQuery const& query);

}  // namespace carillon

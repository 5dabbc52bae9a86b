#include "batch/books.h"

#include <cstdint>
#include <string_view>

namespace carillon {
namespace {

void compare(std::vector<std::string>& out, std::string_view what, std::uint64_t stored,
             std::uint64_t counted, std::string_view source) {
  if (stored == counted) return;
  out.push_back(std::string(what) + " is " + std::to_string(stored) + ", " + std::string(source) +
                " give " + std::to_string(counted));
}

}  // namespace

std::vector<std::string> find_imbalance(BatchRecord const& record, AudienceSets const& audience,
                                        std::vector<Slice> const& slices, UserSet const& readers) {
  std::vector<std::string> out;
  UserSet delivered;
  UserSet failed;
  std::uint64_t delivered_sum = 0;
  for (auto const& slice : slices) {
    delivered_sum += slice.delivered.size();
    delivered |= slice.delivered;
    failed |= slice.failed;
  }
  auto const deliverable = audience.deliverable.size();
  auto const unavailable = audience.unavailable.size();
  auto kept_out = unavailable;  // from the acceptance on
  std::array<std::uint64_t, kFlowRules> withheld{};
  for (auto const& kept : audience.withheld) {
    kept_out += kept.users.size();
    withheld[static_cast<std::size_t>(kept.rule)] += kept.users.size();
    if (kept.users.count_common(audience.deliverable) != 0) {
      out.emplace_back("people are kept back and deliverable at once");
    }
  }
  compare(out, "valid", record.valid, deliverable + kept_out, "the audience's sets");
  compare(out, "unavailable", record.unavailable, unavailable, "the audience's sets");
  for (std::size_t rule = 0; rule < kFlowRules; ++rule) {
    compare(out, name_of(static_cast<FlowRule>(rule)), record.withheld[rule], withheld[rule],
            "the audience's sets");
  }
  compare(out, "delivered", record.delivered, delivered_sum, "the slices");
  compare(out, "delivered", record.delivered, delivered.size(), "the people in the slices");
  compare(out, "failed", record.failed, failed.size(), "the slices");
  compare(out, "read", record.read, readers.size(), "the receipts");
  if (!(delivered - audience.deliverable).empty()) {
    out.emplace_back("slices hold people who are not in the audience");
  }
  if (!(readers - delivered).empty()) {
    out.emplace_back("receipts hold people who never got the message");
  }
  if (record.state == BatchState::recalled) {
    compare(out, "recalled", record.recalled, record.delivered, "the delivered");
  } else if (record.recalled > record.delivered) {
    out.emplace_back("more people recalled than delivered");
  }
  // Pending is derived, so the books balance if the excluded are what they should be.
  auto const handled = delivered.size() + failed.size();
  bool const turned_over = record.recall_requested() || record.canceled();
  auto const excluded = turned_over ? kept_out + (deliverable - handled) : kept_out;
  compare(out, "excluded", record.excluded, excluded, "the sets");
  if (record.finished()) compare(out, "pending", record.pending(), 0, "its end");
  return out;
}

Result<std::vector<std::string>> recount(BatchStore& store, BatchKey const& key) {
  TRY(auto const before, store.find_batch(key));
  if (!before) return fail(Errc::batch_unknown);
  TRY(auto const audience, store.audience(key));
  TRY(auto const slices, store.slices(key));
  TRY(auto const readers, store.readers(key));
  TRY(auto const after, store.find_batch(key));
  if (!after || after->record.revision != before->record.revision) {
    return std::vector<std::string>{};
  }
  return find_imbalance(before->record, audience, slices, readers);
}

}  // namespace carillon

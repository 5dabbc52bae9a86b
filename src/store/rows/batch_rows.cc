#include "store/rows/batch_rows.h"

#include <utility>
#include <vector>

#include "store/rows/packing.h"

namespace carillon::rows {
namespace {

struct Parts {
  std::string_view msg_type;
  std::string_view json;
  std::string_view hash;
  std::string_view invalid;  // empty: none
  std::string_view deliverable;
  std::string_view unavailable;
  std::string_view withheld;  // empty: nobody
};

Error damaged_content() { return fail(Errc::internal, "the stored content of a batch is damaged"); }

std::string pack(Parts const& parts) {
  Packer out;
  out.reserve(parts.msg_type.size() + parts.json.size() + parts.hash.size() + parts.invalid.size() +
              parts.deliverable.size() + parts.unavailable.size() + parts.withheld.size() + 20);
  for (auto const part : {parts.msg_type, parts.json, parts.hash, parts.invalid, parts.deliverable,
                          parts.unavailable, parts.withheld}) {
    out.text(part);
  }
  return out.take();
}

Result<Parts> unpack(std::string_view bytes) {
  Parts parts;
  Unpacker in(bytes);
  for (auto* part : {&parts.msg_type, &parts.json, &parts.hash, &parts.invalid, &parts.deliverable,
                     &parts.unavailable, &parts.withheld}) {
    *part = in.text();
  }
  if (!in.ok() || !in.at_end()) return damaged_content();
  return parts;
}

void pack_ids(Packer& out, std::vector<std::string> const& ids) {
  out.number(ids.size());
  for (auto const& id : ids) out.text(id);
}

std::vector<std::string> unpack_ids(Unpacker& in) {
  std::vector<std::string> ids(in.count());
  for (auto& id : ids) id = in.text();
  return ids;
}

std::string pack_invalid(InvalidIds const& invalid) {
  if (invalid.size() == 0) return {};
  Packer out;
  pack_ids(out, invalid.department_ids);
  pack_ids(out, invalid.open_ids);
  pack_ids(out, invalid.user_ids);
  pack_ids(out, invalid.union_ids);
  return out.take();
}

Result<InvalidIds> read_invalid(std::string_view bytes) {
  InvalidIds invalid;
  if (bytes.empty()) return invalid;
  Unpacker in(bytes);
  invalid.department_ids = unpack_ids(in);
  invalid.open_ids = unpack_ids(in);
  invalid.user_ids = unpack_ids(in);
  invalid.union_ids = unpack_ids(in);
  if (!in.ok() || !in.at_end()) return damaged_content();
  return invalid;
}

std::string pack_withheld(std::vector<Withheld> const& withheld) {
  if (withheld.empty()) return {};
  Packer out;
  out.number(withheld.size());
  for (auto const& kept : withheld) {
    out.number(static_cast<std::uint8_t>(kept.rule));
    out.number(kept.limit);
    out.text(kept.users.bytes());
  }
  return out.take();
}

Result<std::vector<Withheld>> read_withheld(std::string_view bytes) {
  std::vector<Withheld> out;
  if (bytes.empty()) return out;
  Unpacker in(bytes);
  out.resize(in.count());
  for (auto& kept : out) {
    auto const rule = in.number();
    if (rule >= kFlowRules) return damaged_content();
    kept.rule = static_cast<FlowRule>(rule);
    kept.limit = static_cast<std::uint32_t>(in.number());
    TRY(kept.users, UserSet::read_safe(in.text()));
  }
  if (!in.ok() || !in.at_end()) return damaged_content();
  return out;
}

enum RecordFlag : std::uint8_t {
  addressed_users = 1,
  addressed_departments = 2,
  addressed_everybody = 4,
  counts_in_flow = 8,
  single = 16,
  steered = 32,  // scheduled, canceled, or a reminder: the times and the number follow
};

// Few are; the others do not pay for it.
bool is_steered(BatchRecord const& record) {
  return record.send_at != Time{} || record.canceled() || record.reminds;
}

}  // namespace

std::string set_bytes(UserSet const& set) { return set.empty() ? std::string() : set.bytes(); }

Result<UserSet> read_set(std::string_view bytes) {
  if (bytes.empty()) return UserSet();
  return UserSet::read_safe(bytes);
}

std::string pack_record(BatchRecord const& record) {
  Packer out;
  out.reserve(96);
  out.number(static_cast<std::uint8_t>(record.state));
  out.number((record.addressed_users ? addressed_users : 0) |
             (record.addressed_departments ? addressed_departments : 0) |
             (record.addressed_everybody ? addressed_everybody : 0) |
             (record.counts_in_flow ? counts_in_flow : 0) |
             (record.kind == BatchKind::single ? single : 0) | (is_steered(record) ? steered : 0));
  out.number(record.generation);
  out.number(record.queue_no);
  out.number(record.position);
  out.number(record.recall_position);
  out.signed_number(to_ms(record.accepted_at));
  out.signed_number(to_ms(record.sent_at));
  out.signed_number(to_ms(record.recalled_at));
  out.number(record.recall_seq.value);
  out.number(record.valid);
  out.number(record.excluded);
  out.number(record.unavailable);
  out.number(record.delivered);
  out.number(record.failed);
  out.number(record.read);
  out.number(record.recalled);
  if (record.counts_in_flow) {
    for (auto const count : record.withheld) out.number(count);
  }
  if (is_steered(record)) {
    out.signed_number(to_ms(record.send_at));
    out.signed_number(to_ms(record.canceled_at));
    out.number(record.reminds.value);
    out.number(record.reminds_generation);
  }
  return out.take();
}

bool unpack_record(std::string_view bytes, BatchRecord& record) {
  Unpacker in(bytes);
  record.state = static_cast<BatchState>(in.number());
  auto const flags = in.number();
  record.addressed_users = (flags & addressed_users) != 0;
  record.addressed_departments = (flags & addressed_departments) != 0;
  record.addressed_everybody = (flags & addressed_everybody) != 0;
  record.counts_in_flow = (flags & counts_in_flow) != 0;
  record.kind = (flags & single) != 0 ? BatchKind::single : BatchKind::bulk;
  record.generation = static_cast<std::uint8_t>(in.number());
  record.queue_no = in.number();
  record.position = in.number();
  record.recall_position = in.number();
  record.accepted_at = from_ms(in.signed_number());
  record.sent_at = from_ms(in.signed_number());
  record.recalled_at = from_ms(in.signed_number());
  record.recall_seq = Seq{in.number()};
  for (auto* count : {&record.valid, &record.excluded, &record.unavailable, &record.delivered,
                      &record.failed, &record.read, &record.recalled}) {
    *count = static_cast<std::uint32_t>(in.number());
  }
  if (record.counts_in_flow) {
    for (auto& count : record.withheld) count = static_cast<std::uint32_t>(in.number());
  }
  if ((flags & steered) != 0) {
    record.send_at = from_ms(in.signed_number());
    record.canceled_at = from_ms(in.signed_number());
    record.reminds = BatchNo{in.number()};
    record.reminds_generation = static_cast<std::uint8_t>(in.number());
  }
  return in.ok() && in.at_end();
}

std::string pack_content(NewBatch const& batch, std::string_view json) {
  auto const invalid = pack_invalid(batch.invalid);
  auto const deliverable = set_bytes(batch.audience.deliverable);
  auto const unavailable = set_bytes(batch.audience.unavailable);
  auto const withheld = pack_withheld(batch.audience.withheld);
  return pack({batch.content.msg_type, json, batch.content.hash, invalid, deliverable, unavailable,
               withheld});
}

Result<std::string> with_json(std::string_view bytes, std::string_view json) {
  TRY(auto parts, unpack(bytes));
  parts.json = json;
  return pack(parts);
}

Result<WrittenContent> read_content(std::string_view bytes) {
  TRY(auto const parts, unpack(bytes));
  WrittenContent out;
  out.content.msg_type = parts.msg_type;
  out.content.json = parts.json;
  out.content.hash = parts.hash;
  TRY(out.invalid, read_invalid(parts.invalid));
  return out;
}

Result<AudienceSets> read_audience(std::string_view bytes) {
  TRY(auto const parts, unpack(bytes));
  AudienceSets sets;
  TRY(sets.deliverable, read_set(parts.deliverable));
  TRY(sets.unavailable, read_set(parts.unavailable));
  TRY(sets.withheld, read_withheld(parts.withheld));
  return sets;
}

}  // namespace carillon::rows

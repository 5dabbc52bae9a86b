#include "store/sqlite/batch_content.h"

#include <utility>
#include <vector>

#include "store/sqlite/batch_tables.h"
#include "store/sqlite/packing.h"

namespace carillon::sqlite {
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

Error damaged() { return fail(Errc::internal, "the stored content of a batch is damaged"); }

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
  if (!in.ok() || !in.at_end()) return damaged();
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
  if (!in.ok() || !in.at_end()) return damaged();
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
    if (rule >= kFlowRules) return damaged();
    kept.rule = static_cast<FlowRule>(rule);
    kept.limit = static_cast<std::uint32_t>(in.number());
    TRY(kept.users, UserSet::read_safe(in.text()));
  }
  if (!in.ok() || !in.at_end()) return damaged();
  return out;
}

}  // namespace

std::string pack_content(NewBatch const& batch) {
  auto const invalid = pack_invalid(batch.invalid);
  auto const deliverable = set_bytes(batch.audience.deliverable);
  auto const unavailable = set_bytes(batch.audience.unavailable);
  auto const withheld = pack_withheld(batch.audience.withheld);
  return pack({batch.content.msg_type, batch.content.json, batch.content.hash, invalid, deliverable,
               unavailable, withheld});
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

}  // namespace carillon::sqlite

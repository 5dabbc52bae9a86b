#include "relocation/row_sums.h"

#include <cstring>

#include "crypto/crypto.h"
#include "relocation/store_rows.h"
#include "store/rows/batch_rows.h"
#include "store/rows/detail_rows.h"
#include "store/rows/directory_rows.h"
#include "store/rows/event_rows.h"
#include "store/rows/media_rows.h"
#include "store/rows/packing.h"
#include "store/rows/push_rows.h"

namespace carillon {
namespace {

using rows::Packer;

constexpr std::array<std::string_view, kRowKinds> kNames = {"organisations",
                                                            "departments",
                                                            "users",
                                                            "chats",
                                                            "images",
                                                            "developers",
                                                            "apps",
                                                            "installations",
                                                            "operators",
                                                            "details of users",
                                                            "details of departments",
                                                            "batches",
                                                            "slices",
                                                            "read receipts",
                                                            "quota days",
                                                            "answered calls",
                                                            "uploaded files",
                                                            "chats of apps",
                                                            "events",
                                                            "tallies of events",
                                                            "push subscriptions",
                                                            "spent tokens",
                                                            "counters",
                                                            "audit entries"};

void pack_row(Packer& out, Tenant const& row) {
  out.number(row.no.value);
  out.text(row.tenant_key);
  out.text(row.name);
  out.text(row.timezone);
  out.number(row.recall_hours ? std::uint64_t{*row.recall_hours} + 1 : 0);
  out.number(row.retention_days);
  out.number(row.mention_all ? 1 : 0);
  out.text(row.corp_id);
}

void pack_row(Packer& out, TenantNo tenant, Department const& row) {
  out.number(tenant.value);
  out.number(row.no.value);
  out.number(row.generation);
  out.text(row.department_id);
  out.text(row.open_alias);
  out.signed_number(row.dept_number);
  out.number(row.parent.value);
  out.text(row.name);
  out.signed_number(row.order);
  out.number(row.deleted ? 1 : 0);
}

void pack_row(Packer& out, TenantNo tenant, User const& row) {
  out.number(tenant.value);
  out.number(row.no.value);
  rows::pack_user(out, row);
}

void pack_row(Packer& out, App const& row) {
  out.number(row.no.value);
  out.number(static_cast<std::uint8_t>(row.kind));
  out.text(row.app_id);
  out.text(row.name);
  out.number(row.tenant.value);
  out.number(row.developer.value);
  out.number((row.bot ? 1U : 0U) | (row.enabled ? 2U : 0U) | (row.deleted ? 4U : 0U));
  out.text(row.events_sealed);
  out.text(row.app_key);
  out.signed_number(row.agent_id);
  out.raw(rows::pack_app_lists(row));
}

void pack_row(Packer& out, Operator const& row) {
  out.number(row.no.value);
  out.text(row.name);
  out.number(static_cast<std::uint8_t>(row.role));
  out.text(row.password_hash);
  out.number(row.revision);
  out.signed_number(to_ms(row.created_at));
  out.number(row.removed ? 1 : 0);
}

void pack_row(Packer& out, NewBatch const& row) {
  out.number(row.record.key.tenant.value);
  out.number(row.record.key.batch.value);
  out.number(row.record.app.value);
  out.number(row.record.revision);
  out.text(rows::pack_record(row.record));
  out.raw(rows::pack_content(row, row.content.json));
}

void pack_row(Packer& out, Slice const& row) {
  out.number(row.batch.tenant.value);
  out.number(row.seq.value);
  out.number(row.batch.batch.value);
  out.number(row.block ? std::uint64_t{*row.block} + 1 : 0);
  out.signed_number(to_ms(row.committed_at));
  out.text(rows::set_bytes(row.delivered));
  out.raw(rows::set_bytes(row.failed));
}

void pack_row(Packer& out, AuditEntry const& row) {
  out.number(row.no.value);
  out.signed_number(to_ms(row.at));
  out.text(row.operator_name);
  out.number(static_cast<std::uint8_t>(row.role));
  out.text(row.action);
  out.text(row.target);
  out.text(row.detail);
  out.text(row.remote);
  out.signed_number(row.status);
}

void pack_row(Packer& out, Counters const& row) {
  out.number(row.next_batch.value);
  out.number(row.next_queue_no);
  out.number(row.seq.value);
  out.number(row.next_media.value);
  out.number(row.next_event.value);
  out.number(row.next_chat.value);
}

}  // namespace

std::string_view name_of(RowKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

void RowSums::add(RowKind kind, std::string_view row) {
  auto const hash = sha256(row);
  auto& sum = sums_[static_cast<std::size_t>(kind)];
  ++sum.rows;
  for (std::size_t i = 0; i < sum.sum.size(); ++i) {
    std::uint64_t part = 0;
    std::memcpy(&part, hash.data() + i * sizeof part, sizeof part);
    sum.sum[i] += part;
  }
}

std::uint64_t RowSums::rows() const {
  std::uint64_t rows = 0;
  for (auto const& sum : sums_) rows += sum.rows;
  return rows;
}

void RowSums::add(Change const& step) {
  Packer out;
  // put() packs the one row.
  auto const one = [&](RowKind kind, auto const& put) {
    out.clear();
    put();
    add(kind, out.bytes());
  };
  auto const numbers = [&out](auto... values) {
    (out.number(static_cast<std::uint64_t>(values)), ...);
  };
  auto const& directory = step.directory;
  for (auto const& row : directory.tenants) one(RowKind::tenants, [&] { pack_row(out, row); });
  for (auto const& [tenant, row] : directory.departments) {
    one(RowKind::departments, [&, tenant = tenant, &row = row] { pack_row(out, tenant, row); });
  }
  for (auto const& [tenant, row] : directory.users) {
    one(RowKind::users, [&, tenant = tenant, &row = row] { pack_row(out, tenant, row); });
  }
  for (auto const& [tenant, row] : directory.chats) {
    one(RowKind::chats, [&, tenant = tenant, &row = row] {
      out.number(tenant.value);
      out.text(row.chat_id);
      out.text(row.name);
    });
  }
  for (auto const& [tenant, row] : directory.images) {
    one(RowKind::images, [&, tenant = tenant, &row = row] {
      out.number(tenant.value);
      out.text(row.image_key);
      out.text(row.file);
      out.text(bytes_of(row.blob.id));
      out.number(row.blob.bytes);
    });
  }
  for (auto const& row : directory.developers) {
    one(RowKind::developers, [&] {
      out.number(row.no.value);
      out.text(row.name);
    });
  }
  for (auto const& row : directory.apps) one(RowKind::apps, [&] { pack_row(out, row); });
  for (auto const& row : directory.installations) {
    one(RowKind::installations,
        [&] { numbers(row.tenant.value, row.app.value, row.installed ? 1 : 0, row.agent_id); });
  }
  for (auto const& row : directory.operators) one(RowKind::operators, [&] { pack_row(out, row); });
  for (auto const& row : directory.user_details) {
    one(RowKind::user_details, [&] {
      numbers(row.tenant.value, row.user.value);
      rows::pack(out, row.details);
    });
  }
  for (auto const& row : directory.department_details) {
    one(RowKind::department_details, [&] {
      numbers(row.tenant.value, row.department.value);
      rows::pack(out, row.details);
    });
  }
  for (auto const& [key, row] : step.new_batches) {
    one(RowKind::batches, [&, &row = row] { pack_row(out, row); });
  }
  for (auto const& row : step.slices) one(RowKind::slices, [&] { pack_row(out, row); });
  for (auto const& row : step.receipts) {
    one(RowKind::receipts, [&] {
      numbers(row.batch.tenant.value, row.batch.batch.value, row.user.value, to_ms(row.read_at));
    });
  }
  for (auto const& [key, use] : step.quota) {
    one(RowKind::quota, [&, &key = key, &use = use] {
      numbers(key.tenant.value, key.app.value, key.day, use.added);
    });
  }
  for (auto const& [key, row] : step.calls) {
    one(RowKind::calls, [&, &key = key, &row = row] {
      numbers(key.tenant.value, key.app.value, row.made, to_ms(row.at));
      out.text(key.key);
      out.text(row.body_hash);
    });
  }
  for (auto const& [key, row] : step.media) {
    one(RowKind::media, [&, &key = key, &row = row] {
      numbers(key.tenant.value, key.media.value, row.app.value);
      out.text(bytes_of(row.blob.id));
      out.raw(rows::pack_media(row));
    });
  }
  for (auto const& [key, row] : step.chats) {
    one(RowKind::app_chats, [&, &key = key, &row = row] {
      numbers(key.tenant.value, key.chat.value, row.app.value);
      out.raw(rows::pack_chat(row));
    });
  }
  for (auto const& row : step.events) {
    one(RowKind::events, [&] {
      EventMove became;
      if (auto const at = step.event_moves.find(row.key); at != step.event_moves.end()) {
        became = at->second;
      }
      numbers(row.key.tenant.value, row.key.event.value, static_cast<int>(became.state),
              became.attempts, to_ms(became.due));
      out.text(became.problem);
      out.text(rows::pack_event(row));
    });
  }
  for (auto const& [lane, row] : step.event_tallies) {
    one(RowKind::event_tallies, [&, &lane = lane, &row = row] {
      numbers(lane.tenant.value, lane.app.value, row.told, row.refused, row.dead, row.dropped);
    });
  }
  for (auto const& [person, row] : step.push) {
    one(RowKind::push, [&, &person = person, &row = row] {
      numbers(person.tenant.value, person.user.value);
      out.raw(rows::pack_push(row));
    });
  }
  for (auto const& [token, expires] : step.spent_tokens) {
    one(RowKind::spent_tokens, [&, &token = token, &expires = expires] {
      for (auto const byte : token) out.number(byte);
      numbers(to_ms(expires));
    });
  }
  for (auto const& [tenant, move] : step.counters) {
    one(RowKind::counters, [&, tenant = tenant, &move = move] {
      out.number(tenant.value);
      pack_row(out, move.to);
    });
  }
  for (auto const& row : step.audit) one(RowKind::audit, [&] { pack_row(out, row); });
}

Result<RowSums> sum_rows(Ledger& store) {
  RowSums sums;
  CHECK_OK(
      each_step(store, {}, kRowsAStep, [&sums](Change&& rows, RowsPlace const&) -> Result<void> {
        sums.add(rows);
        return {};
      }));
  return sums;
}

}  // namespace carillon

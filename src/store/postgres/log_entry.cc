#include "store/postgres/log_entry.h"

#include <algorithm>
#include <utility>

#include "store/postgres/records.h"
#include "store/rows/batch_rows.h"
#include "store/rows/directory_rows.h"
#include "store/rows/event_rows.h"
#include "store/rows/packing.h"
#include "store/rows/relocation_rows.h"

namespace carillon::postgres {
namespace {

using rows::Packer;
using rows::Unpacker;

enum class Section : std::uint8_t {
  counters = 1,
  new_batches = 2,
  batch_moves = 3,
  slices = 4,
  quota = 5,
  events = 6,
  push = 7,
  spent_tokens = 8,
  last_audit = 9,
  import = 10,
  purged = 11,
  tenants = 12,
  departments = 13,
  users = 14,
  chats = 15,
  images = 16,
  developers = 17,
  apps = 18,
  installations = 19,
  operators = 20,
  event_moves = 21,
  event_tallies = 22,
  event_duty = 23,
  relocation = 24,
};
constexpr auto kLastSection = Section::relocation;

TenantNo tenant_of(Unpacker& in) { return TenantNo{in.number32()}; }

// put(out, thing) for each, if there are any.
template <class Things, class Put>
void section(Packer& out, Section section, Things const& things, Put const& put) {
  if (things.empty()) return;
  out.number(static_cast<std::uint8_t>(section));
  out.number(things.size());
  for (auto const& thing : things) put(thing);
}

void pack_batch(Packer& out, BatchRecord const& record) {
  out.number(record.key.tenant.value);
  out.number(record.key.batch.value);
  out.number(record.app.value);
  out.number(record.revision);
  out.text(rows::pack_record(record));
}

bool unpack_batch(Unpacker& in, BatchRecord& record) {
  record.key.tenant = tenant_of(in);
  record.key.batch = BatchNo{in.number()};
  record.app = AppNo{in.number32()};
  record.revision = in.number32();
  return rows::unpack_record(in.text(), record);
}

void pack_slice(Packer& out, Slice const& slice) {
  out.number(slice.batch.tenant.value);
  out.number(slice.batch.batch.value);
  out.number(slice.seq.value);
  out.number(slice.block ? *slice.block + std::uint64_t{1} : 0);
  out.signed_number(to_ms(slice.committed_at));
  out.text(rows::set_bytes(slice.delivered));
  out.text(rows::set_bytes(slice.failed));
}

Result<Slice> read_slice(Unpacker& in) {
  Slice slice;
  slice.batch.tenant = tenant_of(in);
  slice.batch.batch = BatchNo{in.number()};
  slice.seq = Seq{in.number()};
  if (auto const block = in.number(); block != 0) {
    slice.block = static_cast<BlockNo>(block - 1);
  }
  slice.committed_at = from_ms(in.signed_number());
  TRY(slice.delivered, rows::read_set(in.text()));
  TRY(slice.failed, rows::read_set(in.text()));
  return slice;
}

void pack_counters(Packer& out, Counters const& counters) {
  out.number(counters.next_batch.value);
  out.number(counters.next_queue_no);
  out.number(counters.seq.value);
  out.number(counters.next_media.value);
  out.number(counters.next_event.value);
  out.number(counters.next_chat.value);
}

Counters read_counters(Unpacker& in) {
  Counters out;
  out.next_batch = BatchNo{in.number()};
  out.next_queue_no = in.number();
  out.seq = Seq{in.number()};
  out.next_media = MediaNo{in.number()};
  out.next_event = EventNo{in.number()};
  out.next_chat = ChatNo{in.number()};
  return out;
}

void pack_directory(Packer& out, DirectoryRows const& rows) {
  section(out, Section::tenants, rows.tenants, [&](Tenant const& tenant) {
    out.number(tenant.no.value);
    out.text(pack(tenant));
  });
  section(out, Section::departments, rows.departments, [&](auto const& row) {
    out.number(row.first.value);
    out.number(row.second.no.value);
    out.text(pack(row.second));
  });
  Packer user;
  section(out, Section::users, rows.users, [&](auto const& row) {
    out.number(row.first.value);
    out.number(row.second.no.value);
    user.clear();
    rows::pack_user(user, row.second);
    out.text(user.bytes());
  });
  section(out, Section::chats, rows.chats, [&](auto const& row) {
    out.number(row.first.value);
    out.text(row.second.chat_id);
    out.text(row.second.name);
  });
  section(out, Section::images, rows.images, [&](auto const& row) {
    out.number(row.first.value);
    out.text(row.second.image_key);
    out.text(row.second.file);
    auto const& id = row.second.blob.id;
    out.raw({reinterpret_cast<char const*>(id.data()), id.size()});
    out.number(row.second.blob.bytes);
  });
  section(out, Section::developers, rows.developers, [&](Developer const& developer) {
    out.number(developer.no.value);
    out.text(developer.name);
  });
  section(out, Section::apps, rows.apps, [&](App const& app) {
    out.number(app.no.value);
    out.text(pack(app));
  });
  section(out, Section::installations, rows.installations, [&](Installation const& row) {
    out.number(row.tenant.value);
    out.number(row.app.value);
    out.number(row.installed ? 1 : 0);
    out.signed_number(row.agent_id);
  });
  section(out, Section::operators, rows.operators, [&](Operator const& account) {
    out.number(account.no.value);
    out.text(pack(account));
  });
}

// False for damaged bytes.
bool read_directory_row(Unpacker& in, Section section, DirectoryRows& rows) {
  switch (section) {
    case Section::tenants: {
      auto& tenant = rows.tenants.emplace_back();
      tenant.no = tenant_of(in);
      return unpack(in.text(), tenant);
    }
    case Section::departments: {
      auto& [tenant, department] = rows.departments.emplace_back();
      tenant = tenant_of(in);
      department.no = DepartmentNo{in.number32()};
      return unpack(in.text(), department);
    }
    case Section::users: {
      auto& [tenant, user] = rows.users.emplace_back();
      tenant = tenant_of(in);
      user.no = UserNo{in.number32()};
      return rows::unpack_user(in.text(), user);
    }
    case Section::chats: {
      auto const tenant = tenant_of(in);
      auto id = std::string(in.text());
      rows.chats.push_back({tenant, {std::move(id), std::string(in.text())}});
      return true;
    }
    case Section::images: {
      auto& [tenant, image] = rows.images.emplace_back();
      tenant = tenant_of(in);
      image.image_key = std::string(in.text());
      image.file = std::string(in.text());
      auto const id = in.raw(image.blob.id.size());
      std::copy(id.begin(), id.end(), image.blob.id.begin());
      image.blob.bytes = in.number();
      return true;
    }
    case Section::developers: {
      auto const no = DeveloperNo{in.number32()};
      rows.developers.push_back({no, std::string(in.text())});
      return true;
    }
    case Section::apps: {
      auto& app = rows.apps.emplace_back();
      app.no = AppNo{in.number32()};
      return unpack(in.text(), app);
    }
    case Section::installations: {
      auto& row = rows.installations.emplace_back();
      row.tenant = tenant_of(in);
      row.app = AppNo{in.number32()};
      row.installed = in.number() != 0;
      row.agent_id = in.signed_number();
      return true;
    }
    case Section::operators: {
      auto& account = rows.operators.emplace_back();
      account.no = OperatorNo{in.number32()};
      return unpack(in.text(), account);
    }
    default:
      return false;
  }
}

Result<bool> read_thing(Unpacker& in, Section section, Change& change) {
  switch (section) {
    case Section::counters: {
      auto const tenant = tenant_of(in);
      change.counters[tenant].to = read_counters(in);
      return true;
    }
    case Section::new_batches: {
      NewBatch batch;
      if (!unpack_batch(in, batch.record)) return false;
      change.new_batches.emplace(batch.record.key, std::move(batch));
      return true;
    }
    case Section::batch_moves: {
      BatchMove move;
      if (!unpack_batch(in, move.to)) return false;
      change.batch_moves[move.to.key] = move;
      return true;
    }
    case Section::slices: {
      TRY(auto slice, read_slice(in));
      change.slices.push_back(std::move(slice));
      return true;
    }
    case Section::quota: {
      QuotaKey key;
      key.tenant = tenant_of(in);
      key.app = AppNo{in.number32()};
      key.day = static_cast<Day>(in.signed_number());
      change.quota[key] = {.added = in.number(), .used_before = 0, .limit = 0};
      return true;
    }
    case Section::events: {
      auto& event = change.events.emplace_back();
      event.key.tenant = tenant_of(in);
      event.key.event = EventNo{in.number()};
      return rows::unpack_event(in.text(), event);
    }
    case Section::push: {
      PersonKey person;
      person.tenant = tenant_of(in);
      person.user = UserNo{in.number32()};
      auto& row = change.push[person];
      row.enabled = in.number() != 0;
      row.subscriptions.emplace_back();
      return true;
    }
    case Section::spent_tokens: {
      TokenId token{};
      auto const bytes = in.raw(token.size());
      std::copy(bytes.begin(), bytes.end(), token.begin());
      change.spent_tokens[token] = from_ms(in.signed_number());
      return true;
    }
    case Section::last_audit:
      change.audit.emplace_back().no = AuditNo{in.number()};
      return true;
    case Section::import: {
      auto file = std::string(in.text());
      change.import = ImportProgress{std::move(file), in.number()};
      return true;
    }
    case Section::event_moves: {
      EventKey key;
      key.tenant = tenant_of(in);
      key.event = EventNo{in.number()};
      auto& move = change.event_moves[key];
      move.gone = in.number() != 0;
      move.state = in.number() == 0 ? EventState::waiting : EventState::dead;
      move.attempts = in.number32();
      move.due = from_ms(in.signed_number());
      move.problem = std::string(in.text());
      return true;
    }
    case Section::event_tallies: {
      LaneKey lane;
      lane.tenant = tenant_of(in);
      lane.app = AppNo{in.number32()};
      auto& tally = change.event_tallies[lane];
      for (auto* const count : {&tally.told, &tally.refused, &tally.dead, &tally.dropped}) {
        *count = in.number();
      }
      return true;
    }
    case Section::event_duty:
      change.event_duty = in.number() == 0 ? EventDuty::released : EventDuty::claimed;
      return true;
    case Section::relocation: {
      TRY(change.relocation, rows::read_relocation(in.text()));
      return true;
    }
    case Section::purged: {
      auto const tenant = tenant_of(in);
      change.purged.push_back({tenant, BatchNo{in.number()}});
      return true;
    }
    default:
      return read_directory_row(in, section, change.directory);
  }
}

}  // namespace

std::string pack_log_entry(Change const& change) {
  Packer out;
  if (change.relocation) {
    // Whoever hears of it ends, so that nobody needs the rows that come with it.
    out.number(static_cast<std::uint8_t>(Section::relocation));
    out.number(1);
    out.text(rows::pack_relocation(*change.relocation));
    return out.take();
  }
  section(out, Section::counters, change.counters, [&](auto const& each) {
    out.number(each.first.value);
    pack_counters(out, each.second.to);
  });
  section(out, Section::new_batches, change.new_batches,
          [&](auto const& each) { pack_batch(out, each.second.record); });
  section(out, Section::batch_moves, change.batch_moves,
          [&](auto const& each) { pack_batch(out, each.second.to); });
  section(out, Section::slices, change.slices, [&](Slice const& slice) { pack_slice(out, slice); });
  section(out, Section::quota, change.quota, [&](auto const& each) {
    out.number(each.first.tenant.value);
    out.number(each.first.app.value);
    out.signed_number(each.first.day);
    out.number(each.second.used_before + each.second.added);
  });
  section(out, Section::events, change.events, [&](Event const& event) {
    out.number(event.key.tenant.value);
    out.number(event.key.event.value);
    out.text(rows::pack_event(event));
  });
  section(out, Section::event_moves, change.event_moves, [&](auto const& each) {
    auto const& [key, move] = each;
    out.number(key.tenant.value);
    out.number(key.event.value);
    out.number(move.gone ? 1 : 0);
    out.number(move.state == EventState::waiting ? 0 : 1);
    out.number(move.attempts);
    out.signed_number(to_ms(move.due));
    out.text(move.problem);
  });
  section(out, Section::event_tallies, change.event_tallies, [&](auto const& each) {
    out.number(each.first.tenant.value);
    out.number(each.first.app.value);
    auto const& tally = each.second;
    for (auto const count : {tally.told, tally.refused, tally.dead, tally.dropped}) {
      out.number(count);
    }
  });
  section(out, Section::push, change.push, [&](auto const& each) {
    out.number(each.first.tenant.value);
    out.number(each.first.user.value);
    out.number(each.second.active() ? 1 : 0);
  });
  section(out, Section::spent_tokens, change.spent_tokens, [&](auto const& each) {
    out.raw({reinterpret_cast<char const*>(each.first.data()), each.first.size()});
    out.signed_number(to_ms(each.second));
  });
  if (!change.audit.empty()) {
    out.number(static_cast<std::uint8_t>(Section::last_audit));
    out.number(1);
    out.number(change.audit.back().no.value);
  }
  if (change.import) {
    out.number(static_cast<std::uint8_t>(Section::import));
    out.number(1);
    out.text(change.import->staged_file);
    out.number(change.import->rows_done);
  }
  if (change.event_duty) {
    out.number(static_cast<std::uint8_t>(Section::event_duty));
    out.number(1);
    out.number(static_cast<std::uint8_t>(*change.event_duty));
  }
  section(out, Section::purged, change.purged, [&](BatchKey const& key) {
    out.number(key.tenant.value);
    out.number(key.batch.value);
  });
  pack_directory(out, change.directory);
  return out.take();
}

Result<Change> read_log_entry(std::string_view bytes) {
  Change change;
  Unpacker in(bytes);
  while (!in.at_end()) {
    auto const number = in.number();
    if (number == 0 || number > static_cast<std::uint8_t>(kLastSection)) {
      return fail(Errc::internal,
                  "the store's log of changes was written by a newer Carillon; install that "
                  "version");
    }
    auto const left = in.count();
    for (std::uint64_t i = 0; i < left; ++i) {
      TRY(bool const sound, read_thing(in, static_cast<Section>(number), change));
      if (!sound || !in.ok()) return fail(Errc::internal, "the store's log of changes is damaged");
    }
  }
  if (!in.ok()) return fail(Errc::internal, "the store's log of changes is damaged");
  return change;
}

}  // namespace carillon::postgres

#include "store/postgres/loading.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "store/postgres/change_sql.h"
#include "store/postgres/records.h"
#include "store/postgres/row_reading.h"
#include "store/rows/directory_rows.h"
#include "store/rows/quota_days.h"

namespace carillon::postgres {
namespace {

constexpr std::size_t kLoadPageRows = 4096;

constexpr Sql kMeta{"SELECT value FROM meta WHERE name = convert_from($1, 'UTF8')"};
constexpr Sql kCounters{
    "SELECT tenant, next_batch, next_queue_no, seq, next_media, next_event, next_chat"
    " FROM counters"};
constexpr Sql kQuota{"SELECT tenant, app, day, used FROM quota WHERE day >= $1"};
constexpr Sql kBatches{"SELECT " CARILLON_BATCH_COLUMNS
                       " FROM batches b WHERE (b.tenant, b.batch) > ($1, $2)"
                       " ORDER BY b.tenant, b.batch LIMIT $3"};
constexpr Sql kEvents{"SELECT " CARILLON_EVENT_COLUMNS
                      " FROM events e WHERE (e.tenant, e.event) > ($1, $2)"
                      " ORDER BY e.tenant, e.event LIMIT $3"};
constexpr Sql kTallies{"SELECT tenant, app, told, refused, dead, dropped FROM event_tallies"};
constexpr Sql kActivePush{
    "SELECT tenant, user_no FROM push WHERE active = 1 AND (tenant, user_no) > ($1, $2)"
    " ORDER BY tenant, user_no LIMIT $3"};
constexpr Sql kSpent{"SELECT token, expires FROM spent_tokens WHERE expires >= $1"};
constexpr Sql kHead{
    "SELECT newest, events_claimed_at, extract(epoch FROM now())::int8 FROM head WHERE id = 1"};
constexpr Sql kLastAudit{"SELECT entry FROM audit ORDER BY entry DESC LIMIT 1"};

constexpr Sql kTenants{"SELECT tenant, record FROM tenants ORDER BY tenant"};
constexpr Sql kDepartments{
    "SELECT tenant, department, record FROM departments WHERE (tenant, department) > ($1, $2)"
    " ORDER BY tenant, department LIMIT $3"};
constexpr Sql kUsers{
    "SELECT tenant, user_no, record FROM users WHERE (tenant, user_no) > ($1, $2)"
    " ORDER BY tenant, user_no LIMIT $3"};
constexpr Sql kChats{"SELECT tenant, chat_id, name FROM chats ORDER BY tenant, chat_id"};
constexpr Sql kImages{
    "SELECT tenant, image_key, file, blob, bytes FROM images ORDER BY tenant, image_key"};
constexpr Sql kDevelopers{"SELECT developer, name FROM developers ORDER BY developer"};
constexpr Sql kApps{"SELECT app, record FROM apps ORDER BY app"};
constexpr Sql kInstallations{
    "SELECT tenant, app, installed, agent_id FROM installations ORDER BY tenant, app"};
constexpr Sql kOperators{"SELECT operator, record FROM operators ORDER BY operator"};

// Calls read(row) for every row of a table, in the order of (tenant, number), its first columns.
template <class Read>
Result<void> each_row(Session& session, Sql const& page, Read const& read) {
  std::int64_t tenant = -1;
  std::int64_t number = -1;
  for (;;) {
    TRY(auto const rows, session.ask(page, tenant, number, kLoadPageRows));
    for (std::size_t i = 0; i < rows.size(); ++i) CHECK_OK(read(rows[i]));
    if (rows.size() < kLoadPageRows) return {};
    auto const last = rows[rows.size() - 1];
    tenant = last.integer(0);
    number = last.integer(1);
  }
}

using Take = std::function<Result<void>(DirectoryRows&& some_rows)>;

// All rows of a small table.
template <class Read>
Result<void> take_all(Session& session, Sql const& sql, Take const& take, Read const& read) {
  TRY(auto const rows, session.ask(sql));
  if (rows.empty()) return {};
  DirectoryRows out;
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK_OK(read(rows[i], out));
  return take(std::move(out));
}

Result<void> load_departments(Session& session, Take const& take) {
  DirectoryRows out;
  CHECK_OK(each_row(session, kDepartments, [&](Row const& row) -> Result<void> {
    Department department;
    department.no = DepartmentNo{number32(row, 1)};
    if (!unpack(row.bytes(2), department)) {
      return damaged("department", number64(row, 1), tenant_in(row));
    }
    out.departments.emplace_back(tenant_in(row), std::move(department));
    if (out.departments.size() < kLoadPageRows) return {};
    CHECK_OK(take(std::exchange(out, {})));
    return {};
  }));
  if (out.empty()) return {};
  return take(std::move(out));
}

// What was taken leaves memory behind; that of users is worth writing over.
void clear_but_users(DirectoryRows& rows) {
  auto users = std::move(rows.users);
  rows = {};
  rows.users = std::move(users);
}

Result<void> load_users(Session& session, Take const& take) {
  DirectoryRows out;
  std::size_t held = 0;
  CHECK_OK(each_row(session, kUsers, [&](Row const& row) -> Result<void> {
    if (out.users.size() <= held) out.users.resize(kLoadPageRows);
    auto& [tenant, user] = out.users[held++];
    tenant = tenant_in(row);
    user.no = UserNo{number32(row, 1)};
    if (!rows::unpack_user(row.bytes(2), user)) return damaged("user", user.no.value, tenant);
    if (held < kLoadPageRows) return {};
    CHECK_OK(take(std::move(out)));
    clear_but_users(out);
    held = 0;
    return {};
  }));
  if (held == 0) return {};
  out.users.resize(held);
  return take(std::move(out));
}

Result<void> load_rest(Session& session, Take const& take) {
  CHECK_OK(take_all(session, kChats, take, [](Row const& row, DirectoryRows& out) -> Result<void> {
    out.chats.push_back({tenant_in(row), {std::string(row.bytes(1)), std::string(row.bytes(2))}});
    return {};
  }));
  CHECK_OK(take_all(session, kImages, take, [](Row const& row, DirectoryRows& out) -> Result<void> {
    Image image{std::string(row.bytes(1)), std::string(row.bytes(2)), {}};
    if (read_blob_id(row.bytes(3), image.blob.id)) image.blob.bytes = number64(row, 4);
    out.images.push_back({tenant_in(row), std::move(image)});
    return {};
  }));
  CHECK_OK(
      take_all(session, kDevelopers, take, [](Row const& row, DirectoryRows& out) -> Result<void> {
        out.developers.push_back({DeveloperNo{number32(row, 0)}, std::string(row.bytes(1))});
        return {};
      }));
  CHECK_OK(take_all(session, kApps, take, [](Row const& row, DirectoryRows& out) -> Result<void> {
    auto& app = out.apps.emplace_back();
    app.no = AppNo{number32(row, 0)};
    if (unpack(row.bytes(1), app)) return {};
    return fail(Errc::internal, "the stored app " + std::to_string(app.no.value) + " is damaged");
  }));
  CHECK_OK(take_all(session, kInstallations, take,
                    [](Row const& row, DirectoryRows& out) -> Result<void> {
                      out.installations.push_back({.tenant = tenant_in(row),
                                                   .app = AppNo{number32(row, 1)},
                                                   .installed = row.integer(2) != 0,
                                                   .agent_id = row.integer(3)});
                      return {};
                    }));
  return take_all(
      session, kOperators, take, [](Row const& row, DirectoryRows& out) -> Result<void> {
        auto& account = out.operators.emplace_back();
        account.no = OperatorNo{number32(row, 0)};
        if (unpack(row.bytes(1), account)) return {};
        return fail(Errc::internal,
                    "the stored operator " + std::to_string(account.no.value) + " is damaged");
      });
}

Result<void> load_accounts(Session& session, Time now, StoredState& state) {
  Pipeline pipeline;
  pipeline.add(kCounters);
  pipeline.add(kQuota, rows::day_number(now) - rows::kQuotaDaysKept);
  pipeline.add(kTallies);
  pipeline.add(kSpent, to_ms(now));
  pipeline.add(kLastAudit);
  pipeline.add(kHead);
  TRY(auto const answers, session.ask(std::move(pipeline)));
  auto const each = [&](std::size_t answer, auto const& read) {
    for (std::size_t i = 0; i < answers[answer].size(); ++i) read(answers[answer][i]);
  };
  each(0, [&](Row const& row) {
    state.counters[tenant_in(row)] = {.next_batch = BatchNo{number64(row, 1)},
                                      .next_queue_no = number64(row, 2),
                                      .seq = Seq{number64(row, 3)},
                                      .next_media = MediaNo{number64(row, 4)},
                                      .next_event = EventNo{number64(row, 5)},
                                      .next_chat = ChatNo{number64(row, 6)}};
  });
  each(1, [&](Row const& row) {
    QuotaKey const key{tenant_in(row), AppNo{number32(row, 1)}, static_cast<Day>(row.integer(2))};
    state.quota[key] = number64(row, 3);
  });
  each(2, [&](Row const& row) {
    state.event_tallies[{tenant_in(row), AppNo{number32(row, 1)}}] = {
        number64(row, 2), number64(row, 3), number64(row, 4), number64(row, 5)};
  });
  each(3, [&](Row const& row) {
    auto const bytes = row.bytes(0);
    TokenId token{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), token.size()), token.begin());
    state.spent_tokens[token] = from_ms(row.integer(1));
  });
  each(4, [&](Row const& row) { state.last_audit = AuditNo{number64(row, 0)}; });
  each(5, [&](Row const& row) {
    state.position = number64(row, 0);
    if (row.integer(1) != 0) {
      state.events_claimed_ago = std::chrono::seconds(row.integer(2) - row.integer(1));
    }
  });
  return {};
}

}  // namespace

Result<std::string> read_meta(Session& session, std::string_view name) {
  TRY(auto const rows, session.ask(kMeta, name));
  return rows.empty() ? std::string() : std::string(rows[0].bytes(0));
}

Result<std::uint64_t> read_meta_number(Session& session, std::string_view name) {
  TRY(auto const text, read_meta(session, name));
  return std::strtoull(text.c_str(), nullptr, 10);
}

Result<StoredState> load_state(Session& session, Time now) {
  StoredState state;
  CHECK_OK(load_accounts(session, now, state));
  CHECK_OK(each_row(session, kBatches, [&](Row const& row) -> Result<void> {
    TRY(auto const record, read_batch(row));
    state.batches.push_back(record);
    return {};
  }));
  CHECK_OK(each_row(session, kEvents, [&](Row const& row) -> Result<void> {
    TRY(auto event, read_event(row));
    state.events.push_back(std::move(event));
    return {};
  }));
  CHECK_OK(each_row(session, kActivePush, [&](Row const& row) -> Result<void> {
    state.push[tenant_in(row)].add(UserNo{number32(row, 1)});
    return {};
  }));
  TRY(state.import.staged_file, read_meta(session, kImportFile));
  TRY(state.import.rows_done, read_meta_number(session, kImportRows));
  return state;
}

Result<void> load_directory(Session& session, Take const& take) {
  CHECK_OK(
      take_all(session, kTenants, take, [](Row const& row, DirectoryRows& out) -> Result<void> {
        auto& tenant = out.tenants.emplace_back();
        tenant.no = tenant_in(row);
        if (unpack(row.bytes(1), tenant)) return {};
        return damaged("organisation", tenant.no.value, tenant.no);
      }));
  CHECK_OK(load_departments(session, take));
  CHECK_OK(load_users(session, take));
  return load_rest(session, take);
}

}  // namespace carillon::postgres

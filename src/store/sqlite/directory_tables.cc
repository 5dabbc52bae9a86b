#include "store/sqlite/directory_tables.h"

#include <utility>

#include "store/rows/directory_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

#define TENANT_COLUMNS                                                              \
  "tenant, tenant_key, name, timezone, recall_hours, retention_days, mention_all, " \
  "corp_id"
#define DEPARTMENT_COLUMNS                                                               \
  "member, generation, department_id, open_alias, dept_number, parent, name, position, " \
  "deleted"
#define USER_COLUMNS "member, row"
#define CHAT_COLUMNS "tenant, chat_id, name"
#define IMAGE_COLUMNS "tenant, image_key, file, blob, bytes"
#define DEVELOPER_COLUMNS "developer, name"
#define APP_COLUMNS                                                     \
  "app, kind, app_id, name, tenant, developer, bot, enabled, deleted, " \
  "events_sealed, app_key, agent_id, lists"
#define INSTALLATION_COLUMNS "tenant, app, installed, agent_id"

// Rows are handed on in pieces that are large enough to forget the call's cost.
constexpr std::size_t kRowsAtOnce = 4096;

std::uint32_t number32(Cursor const& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}
std::string text(Cursor const& row, int column) { return std::string(row.bytes(column)); }

Tenant read_tenant(Cursor const& row) {
  return {.no = TenantNo{number32(row, 0)},
          .tenant_key = text(row, 1),
          .name = text(row, 2),
          .timezone = text(row, 3),
          .recall_hours = row.null(4) ? std::nullopt : std::optional(number32(row, 4)),
          .retention_days = number32(row, 5),
          .mention_all = row.integer(6) != 0,
          .corp_id = text(row, 7)};
}

std::pair<TenantNo, Department> read_department(Cursor const& row) {
  return {tenant_of_member(row.integer(0)),
          {.no = DepartmentNo{member_of(row.integer(0))},
           .generation = static_cast<std::uint8_t>(row.integer(1)),
           .department_id = text(row, 2),
           .open_alias = text(row, 3),
           .dept_number = row.integer(4),
           .parent = DepartmentNo{number32(row, 5)},
           .name = text(row, 6),
           .order = row.integer(7),
           .deleted = row.integer(8) != 0}};
}

Result<void> read_user(Cursor const& row, TenantNo& tenant, User& user) {
  auto const key = row.integer(0);
  tenant = tenant_of_member(key);
  user.no = UserNo{member_of(key)};
  if (unpack_user(row.bytes(1), user)) return {};
  return fail(Errc::internal, "the stored user " + std::to_string(user.no.value) + " of tenant " +
                                  std::to_string(tenant.value) + " is damaged");
}

Result<App> read_app(Cursor const& row) {
  App app{.no = AppNo{number32(row, 0)},
          .kind = static_cast<AppKind>(row.integer(1)),
          .app_id = text(row, 2),
          .name = text(row, 3),
          .tenant = TenantNo{number32(row, 4)},
          .developer = DeveloperNo{number32(row, 5)},
          .bot = row.integer(6) != 0,
          .enabled = row.integer(7) != 0,
          .deleted = row.integer(8) != 0,
          .scopes = {},
          .availability = {},
          .receipts = ReceiptPolicy::names,
          .ip_allow = {},
          .events_sealed = text(row, 9),
          .event_url = false,
          .long_connection = false,
          .app_key = text(row, 10),
          .agent_id = row.integer(11),
          .secrets = {}};
  if (unpack_app_lists(row.bytes(12), app)) return app;
  return fail(Errc::internal, "the stored app " + app.app_id + " is damaged");
}

// What was taken leaves memory behind; that of users is worth writing over (read_user).
void clear(DirectoryRows& rows, bool of_users) {
  auto users = of_users ? std::move(rows.users) : decltype(rows.users)();
  rows = {};
  rows.users = std::move(users);
}

// Runs `load`, lets `read` put each row into a DirectoryRows as the `held`th of its kind, and hands
// those on in pieces.
template <class Read>
Result<void> stream(Statement& statement,
                    std::function<Result<void>(DirectoryRows&& some_rows)> const& take,
                    Read const& read) {
  auto row = statement.query();
  DirectoryRows rows;
  std::size_t held = 0;
  while (row.next()) {
    CHECK_OK(read(row, rows, held));
    if (++held < kRowsAtOnce) continue;
    bool const of_users = !rows.users.empty();
    CHECK_OK(take(std::move(rows)));
    clear(rows, of_users);
    held = 0;
  }
  CHECK_OK(row.end());
  if (held == 0) return {};
  if (rows.users.size() > held) rows.users.resize(held);
  return take(std::move(rows));
}

}  // namespace

#define UPSERT "INSERT OR REPLACE INTO "

DirectoryTables::DirectoryTables(Database& db)
    : put_tenant(db, UPSERT "tenants(" TENANT_COLUMNS ") VALUES(?,?,?,?,?,?,?,?)"),
      load_tenants(db, "SELECT " TENANT_COLUMNS " FROM tenants ORDER BY tenant"),
      put_department(db, UPSERT "departments(" DEPARTMENT_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?)"),
      load_departments(db, "SELECT " DEPARTMENT_COLUMNS " FROM departments ORDER BY member"),
      put_user(db, UPSERT "users(" USER_COLUMNS ") VALUES(?,?)"),
      load_users(db, "SELECT " USER_COLUMNS " FROM users ORDER BY member"),
      put_chat(db, UPSERT "chats(" CHAT_COLUMNS ") VALUES(?,?,?)"),
      load_chats(db, "SELECT " CHAT_COLUMNS " FROM chats ORDER BY tenant, chat_id"),
      put_image(db, UPSERT "images(" IMAGE_COLUMNS ") VALUES(?,?,?,?,?)"),
      load_images(db, "SELECT " IMAGE_COLUMNS " FROM images ORDER BY tenant, image_key"),
      put_developer(db, UPSERT "developers(" DEVELOPER_COLUMNS ") VALUES(?,?)"),
      load_developers(db, "SELECT " DEVELOPER_COLUMNS " FROM developers ORDER BY developer"),
      put_app(db, UPSERT "apps(" APP_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      load_apps(db, "SELECT " APP_COLUMNS " FROM apps ORDER BY app"),
      put_installation(db, UPSERT "installations(" INSTALLATION_COLUMNS ") VALUES(?,?,?,?)"),
      load_installations(db,
                         "SELECT " INSTALLATION_COLUMNS " FROM installations ORDER BY tenant, app"),
      details(db) {}

Result<void> put(DirectoryTables& tables, DirectoryRows const& rows) {
  for (auto const& t : rows.tenants) {
    CHECK_OK(tables.put_tenant.run(t.no.value, t.tenant_key, t.name, t.timezone, t.recall_hours,
                                   t.retention_days, t.mention_all, t.corp_id));
  }
  for (auto const& [tenant, d] : rows.departments) {
    CHECK_OK(tables.put_department.run(member_key(tenant, d.no.value), d.generation,
                                       d.department_id, d.open_alias, d.dept_number, d.parent.value,
                                       d.name, d.order, d.deleted));
  }
  Packer packed;
  for (auto const& [tenant, user] : rows.users) {
    packed.clear();
    pack_user(packed, user);
    CHECK_OK(tables.put_user.run(member_key(tenant, user.no.value), Blob{packed.bytes()}));
  }
  for (auto const& [tenant, chat] : rows.chats) {
    CHECK_OK(tables.put_chat.run(tenant.value, chat.chat_id, chat.name));
  }
  for (auto const& [tenant, image] : rows.images) {
    auto const blob = image.blob.bytes == 0 ? std::string_view() : bytes_of(image.blob.id);
    CHECK_OK(tables.put_image.run(tenant.value, image.image_key, image.file, Blob{blob},
                                  image.blob.bytes));
  }
  for (auto const& developer : rows.developers) {
    CHECK_OK(tables.put_developer.run(developer.no.value, developer.name));
  }
  for (auto const& a : rows.apps) {
    CHECK_OK(tables.put_app.run(a.no.value, static_cast<int>(a.kind), a.app_id, a.name,
                                a.tenant.value, a.developer.value, a.bot, a.enabled, a.deleted,
                                Blob{a.events_sealed}, a.app_key, a.agent_id,
                                Blob{pack_app_lists(a)}));
  }
  for (auto const& i : rows.installations) {
    CHECK_OK(tables.put_installation.run(i.tenant.value, i.app.value, i.installed, i.agent_id));
  }
  return put_details(tables.details, rows);
}

Result<void> load(DirectoryTables& tables,
                  std::function<Result<void>(DirectoryRows&& some_rows)> const& take) {
  CHECK_OK(stream(tables.load_tenants, take,
                  [](auto const& row, auto& rows, std::size_t) -> Result<void> {
                    rows.tenants.push_back(read_tenant(row));
                    return {};
                  }));
  CHECK_OK(stream(tables.load_departments, take,
                  [](auto const& row, auto& rows, std::size_t) -> Result<void> {
                    rows.departments.push_back(read_department(row));
                    return {};
                  }));
  CHECK_OK(stream(tables.load_users, take,
                  [](auto const& row, auto& rows, std::size_t held) -> Result<void> {
                    if (rows.users.size() <= held) rows.users.resize(kRowsAtOnce);
                    auto& [tenant, user] = rows.users[held];
                    return read_user(row, tenant, user);
                  }));
  CHECK_OK(
      stream(tables.load_chats, take, [](auto const& row, auto& rows, std::size_t) -> Result<void> {
        rows.chats.push_back({TenantNo{number32(row, 0)}, {text(row, 1), text(row, 2)}});
        return {};
      }));
  CHECK_OK(stream(tables.load_images, take,
                  [](auto const& row, auto& rows, std::size_t) -> Result<void> {
                    Image image{text(row, 1), text(row, 2), {}};
                    if (read_blob_id(row.bytes(3), image.blob.id)) {
                      image.blob.bytes = static_cast<std::uint64_t>(row.integer(4));
                    }
                    rows.images.push_back({TenantNo{number32(row, 0)}, std::move(image)});
                    return {};
                  }));
  CHECK_OK(stream(tables.load_developers, take,
                  [](auto const& row, auto& rows, std::size_t) -> Result<void> {
                    rows.developers.push_back({DeveloperNo{number32(row, 0)}, text(row, 1)});
                    return {};
                  }));
  CHECK_OK(
      stream(tables.load_apps, take, [](auto const& row, auto& rows, std::size_t) -> Result<void> {
        TRY(auto app, read_app(row));
        rows.apps.push_back(std::move(app));
        return {};
      }));
  return stream(tables.load_installations, take,
                [](auto const& row, auto& rows, std::size_t) -> Result<void> {
                  rows.installations.push_back({.tenant = TenantNo{number32(row, 0)},
                                                .app = AppNo{number32(row, 1)},
                                                .installed = row.integer(2) != 0,
                                                .agent_id = row.integer(3)});
                  return {};
                });
}

}  // namespace carillon::sqlite

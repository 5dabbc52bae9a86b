#include "import/row_format.h"

#include <cstdint>
#include <cstring>
#include <optional>

namespace carillon {
namespace {

enum class RowKind : std::uint8_t {
  tenant = 1,
  developer = 2,
  app = 3,
  installation = 4,
  department = 5,
  user = 6,
  chat = 7,
  image = 8,
};

void put(std::string& out, std::uint64_t n) {
  while (n >= 0x80) {
    out += static_cast<char>(n | 0x80);
    n >>= 7;
  }
  out += static_cast<char>(n);
}

void put(std::string& out, std::string_view text) {
  put(out, text.size());
  out += text;
}

void put_kind(std::string& out, RowKind kind) { out += static_cast<char>(kind); }

// Reads what put() wrote; after a failure everything reads as empty and good() says so.
class RowReader {
 public:
  explicit RowReader(std::string_view bytes) : left_(bytes) {}

  bool good() const { return good_; }
  std::string_view left() const { return left_; }

  std::uint64_t number() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64 && !left_.empty(); shift += 7) {
      auto const byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      n |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return n;
    }
    good_ = false;
    return 0;
  }

  template <class T>
  T number_as() {
    if constexpr (requires { typename T::rep; }) {
      return T{number_as<typename T::rep>()};
    } else {
      auto const n = number();
      if (static_cast<std::uint64_t>(static_cast<T>(n)) != n) good_ = false;
      return static_cast<T>(n);
    }
  }
  bool flag() { return number_as<std::uint8_t>() != 0; }

  std::string text() {
    auto const size = number();
    if (size > left_.size()) {
      good_ = false;
      return {};
    }
    auto const out = left_.substr(0, size);
    left_.remove_prefix(size);
    return std::string(out);
  }

  // Calls item() as often as the count says; counts beyond the bytes left are damage.
  template <class Item>
  void list(Item const& item) {
    auto const count = number();
    if (count > left_.size()) good_ = false;
    for (std::uint64_t i = 0; i < count && good_; ++i) item();
  }

 private:
  std::string_view left_;
  bool good_ = true;
};

Tenant read_tenant(RowReader& in) {
  Tenant row;
  row.no = in.number_as<TenantNo>();
  row.tenant_key = in.text();
  row.name = in.text();
  row.timezone = in.text();
  if (in.flag()) row.recall_hours = in.number_as<std::uint32_t>();
  row.retention_days = in.number_as<std::uint32_t>();
  row.mention_all = in.flag();
  row.corp_id = in.text();
  return row;
}

App read_app(RowReader& in) {
  App row;
  row.no = in.number_as<AppNo>();
  row.kind = in.flag() ? AppKind::store : AppKind::custom;
  row.app_id = in.text();
  row.name = in.text();
  row.tenant = in.number_as<TenantNo>();
  row.developer = in.number_as<DeveloperNo>();
  row.bot = in.flag();
  row.enabled = in.flag();
  row.deleted = in.flag();
  in.list([&] { row.scopes.push_back(in.text()); });
  row.availability.all = in.flag();
  in.list([&] { row.availability.departments.push_back(in.number_as<DepartmentNo>()); });
  in.list([&] { row.availability.users.push_back(in.number_as<UserNo>()); });
  in.list([&] { row.ip_allow.push_back(in.text()); });
  row.events_sealed = in.text();
  row.event_url = in.flag();
  row.long_connection = in.flag();
  row.app_key = in.text();
  row.agent_id = in.number_as<std::int64_t>();
  in.list([&] {
    Secret secret;
    secret.version = in.number_as<std::uint8_t>();
    secret.use = in.flag() ? SecretUse::app_key : SecretUse::app_id;
    auto const hash = in.text();
    if (hash.size() == secret.hash.size()) {
      std::memcpy(secret.hash.data(), hash.data(), hash.size());
    }
    secret.withdrawn = in.flag();
    secret.created_at = from_ms(in.number_as<std::int64_t>());
    row.secrets.push_back(secret);
  });
  return row;
}

User read_user(RowReader& in) {
  User row;
  row.no = in.number_as<UserNo>();
  row.generation = in.number_as<std::uint8_t>();
  row.active = in.flag();
  row.resigned = in.flag();
  row.user_id = in.text();
  row.name = in.text();
  row.email = in.text();
  row.mobile = in.text();
  in.list([&] { row.departments.push_back(in.number_as<DepartmentNo>()); });
  in.list([&] {
    auto const developer = in.number_as<DeveloperNo>();
    row.union_aliases.emplace_back(developer, in.text());
  });
  in.list([&] {
    auto const app = in.number_as<AppNo>();
    row.open_aliases.emplace_back(app, in.text());
  });
  return row;
}

Department read_department(RowReader& in) {
  Department row;
  row.no = in.number_as<DepartmentNo>();
  row.generation = in.number_as<std::uint8_t>();
  row.department_id = in.text();
  row.open_alias = in.text();
  row.dept_number = in.number_as<std::int64_t>();
  row.parent = in.number_as<DepartmentNo>();
  row.name = in.text();
  row.order = in.number_as<std::int64_t>();
  row.deleted = in.flag();
  return row;
}

}  // namespace

void append_row(std::string& out, Tenant const& row) {
  put_kind(out, RowKind::tenant);
  put(out, row.no.value);
  put(out, row.tenant_key);
  put(out, row.name);
  put(out, row.timezone);
  put(out, row.recall_hours ? 1U : 0U);
  if (row.recall_hours) put(out, *row.recall_hours);
  put(out, row.retention_days);
  put(out, row.mention_all ? 1U : 0U);
  put(out, row.corp_id);
}

void append_row(std::string& out, Developer const& row) {
  put_kind(out, RowKind::developer);
  put(out, row.no.value);
  put(out, row.name);
}

void append_row(std::string& out, App const& row) {
  put_kind(out, RowKind::app);
  put(out, row.no.value);
  put(out, row.kind == AppKind::store ? 1U : 0U);
  put(out, row.app_id);
  put(out, row.name);
  put(out, row.tenant.value);
  put(out, row.developer.value);
  put(out, row.bot ? 1U : 0U);
  put(out, row.enabled ? 1U : 0U);
  put(out, row.deleted ? 1U : 0U);
  put(out, row.scopes.size());
  for (auto const& scope : row.scopes) put(out, scope);
  put(out, row.availability.all ? 1U : 0U);
  put(out, row.availability.departments.size());
  for (auto const department : row.availability.departments) put(out, department.value);
  put(out, row.availability.users.size());
  for (auto const user : row.availability.users) put(out, user.value);
  put(out, row.ip_allow.size());
  for (auto const& pattern : row.ip_allow) put(out, pattern);
  put(out, row.events_sealed);
  put(out, row.event_url ? 1U : 0U);
  put(out, row.long_connection ? 1U : 0U);
  put(out, row.app_key);
  put(out, static_cast<std::uint64_t>(row.agent_id));
  put(out, row.secrets.size());
  for (auto const& secret : row.secrets) {
    put(out, secret.version);
    put(out, secret.use == SecretUse::app_key ? 1U : 0U);
    put(out,
        std::string_view(reinterpret_cast<char const*>(secret.hash.data()), secret.hash.size()));
    put(out, secret.withdrawn ? 1U : 0U);
    put(out, static_cast<std::uint64_t>(to_ms(secret.created_at)));
  }
}

void append_row(std::string& out, Installation const& row) {
  put_kind(out, RowKind::installation);
  put(out, row.tenant.value);
  put(out, row.app.value);
  put(out, row.installed ? 1U : 0U);
  put(out, static_cast<std::uint64_t>(row.agent_id));
}

void append_row(std::string& out, TenantNo tenant, Department const& row) {
  put_kind(out, RowKind::department);
  put(out, tenant.value);
  put(out, row.no.value);
  put(out, row.generation);
  put(out, row.department_id);
  put(out, row.open_alias);
  put(out, static_cast<std::uint64_t>(row.dept_number));
  put(out, row.parent.value);
  put(out, row.name);
  put(out, static_cast<std::uint64_t>(row.order));
  put(out, row.deleted ? 1U : 0U);
}

void append_row(std::string& out, TenantNo tenant, User const& row) {
  put_kind(out, RowKind::user);
  put(out, tenant.value);
  put(out, row.no.value);
  put(out, row.generation);
  put(out, row.active ? 1U : 0U);
  put(out, row.resigned ? 1U : 0U);
  put(out, row.user_id);
  put(out, row.name);
  put(out, row.email);
  put(out, row.mobile);
  put(out, row.departments.size());
  for (auto const department : row.departments) put(out, department.value);
  put(out, row.union_aliases.size());
  for (auto const& [developer, alias] : row.union_aliases) {
    put(out, developer.value);
    put(out, alias);
  }
  put(out, row.open_aliases.size());
  for (auto const& [app, alias] : row.open_aliases) {
    put(out, app.value);
    put(out, alias);
  }
}

void append_row(std::string& out, TenantNo tenant, Chat const& row) {
  put_kind(out, RowKind::chat);
  put(out, tenant.value);
  put(out, row.chat_id);
  put(out, row.name);
}

void append_row(std::string& out, TenantNo tenant, Image const& row) {
  put_kind(out, RowKind::image);
  put(out, tenant.value);
  put(out, row.image_key);
  put(out, row.file);
  put(out, bytes_of(row.blob.id));
  put(out, row.blob.bytes);
}

Result<void> read_row(std::string_view& bytes, DirectoryRows& rows) {
  RowReader in(bytes);
  switch (static_cast<RowKind>(in.number_as<std::uint8_t>())) {
    case RowKind::tenant:
      rows.tenants.push_back(read_tenant(in));
      break;
    case RowKind::developer: {
      auto const no = in.number_as<DeveloperNo>();
      rows.developers.push_back({no, in.text()});
      break;
    }
    case RowKind::app:
      rows.apps.push_back(read_app(in));
      break;
    case RowKind::installation: {
      Installation row;
      row.tenant = in.number_as<TenantNo>();
      row.app = in.number_as<AppNo>();
      row.installed = in.flag();
      row.agent_id = in.number_as<std::int64_t>();
      rows.installations.push_back(row);
      break;
    }
    case RowKind::department: {
      auto const tenant = in.number_as<TenantNo>();
      rows.departments.emplace_back(tenant, read_department(in));
      break;
    }
    case RowKind::user: {
      auto const tenant = in.number_as<TenantNo>();
      rows.users.emplace_back(tenant, read_user(in));
      break;
    }
    case RowKind::chat: {
      auto const tenant = in.number_as<TenantNo>();
      auto id = in.text();
      rows.chats.emplace_back(tenant, Chat{std::move(id), in.text()});
      break;
    }
    case RowKind::image: {
      auto const tenant = in.number_as<TenantNo>();
      auto key = in.text();
      Image row{std::move(key), in.text(), {}};
      bool const has_id = read_blob_id(in.text(), row.blob.id);
      row.blob.bytes = in.number();
      if (!has_id) return fail(Errc::internal, "the staged import is damaged");
      rows.images.emplace_back(tenant, std::move(row));
      break;
    }
    default:
      return fail(Errc::internal, "the staged import is damaged");
  }
  if (!in.good()) return fail(Errc::internal, "the staged import is damaged");
  bytes = in.left();
  return {};
}

}  // namespace carillon

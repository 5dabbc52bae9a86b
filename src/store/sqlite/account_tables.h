// SQL and rows of what a tenant's commits count and remember: counters, quota, answered calls, and
// the store's own facts (meta).
#pragma once

#include <string>
#include <string_view>

#include "ledger/ledger.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct AccountTables {
  explicit AccountTables(Database& db);

  Statement move_counters;    // to: counters, tenant, from: counters
  Statement insert_counters;  // tenant, counters; only if there are none
  Statement all_counters;     // -> tenant, counters

  Statement use_quota;     // tenant, app, day, added, used before, limit
  Statement quota_from;    // day -> tenant, app, day, used
  Statement delete_quota;  // tenant, before day, limit

  Statement insert_call;  // call, call columns; only if the key is free
  Statement forget_call;  // tenant, app, key, not younger than
  Statement last_call;    // first, last -> call
  Statement find_call;    // tenant, app, key -> body_hash, batch, at
  Statement trim_calls;   // first, last, limit, before

  Statement get_meta;  // name -> value
  Statement set_meta;  // name, value
};

// Whether the expectation held; the change is written then.
Result<bool> apply(AccountTables& tables, TenantNo tenant, CounterMove const& move);
Result<bool> apply(AccountTables& tables, QuotaKey const& key, QuotaUse const& use);
Result<bool> apply(AccountTables& tables, CallKey const& key, AnsweredCall const& call);

Result<void> load_accounts(AccountTables& tables, Time now, StoredState& state);

Result<std::optional<AnsweredCall>> find_call(AccountTables& tables, CallKey const& key,
                                              Time not_before);

Result<std::string> read_meta(AccountTables& tables, std::string_view name);
Result<std::uint64_t> read_meta_number(AccountTables& tables, std::string_view name);

// Names in meta.
inline constexpr std::string_view kKeyCheck = "key_check";
inline constexpr std::string_view kGeneration = "generation";
inline constexpr std::string_view kCopy = "copy";
inline constexpr std::string_view kFileIdentity = "file_identity";
inline constexpr std::string_view kImportFile = "import_file";
inline constexpr std::string_view kImportRows = "import_rows";
inline constexpr std::string_view kRelocation = "relocation";

}  // namespace carillon::sqlite

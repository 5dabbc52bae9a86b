// Rows that only this store packs whole: SQLite keeps them in columns.
//
// Shape   A record begins with the number of its form, so that a later version may say more.
// Errors  The unpacking ones give false for damaged bytes; any bytes may be given.
#pragma once

#include <string>
#include <string_view>

#include "access/app.h"
#include "access/operator.h"
#include "directory/entities.h"
#include "ledger/audit.h"

namespace carillon::postgres {

// All but the number, which is the key.
std::string pack(Tenant const& tenant);
bool unpack(std::string_view bytes, Tenant& tenant);
std::string pack(Department const& department);
bool unpack(std::string_view bytes, Department& department);
std::string pack(App const& app);
bool unpack(std::string_view bytes, App& app);
std::string pack(Operator const& account);
bool unpack(std::string_view bytes, Operator& account);

// All but number, time and how it ended.
std::string pack(AuditEntry const& entry);
bool unpack(std::string_view bytes, AuditEntry& entry);

}  // namespace carillon::postgres

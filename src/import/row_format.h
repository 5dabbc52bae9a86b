// Rows of a directory as bytes, for the staged file. Numbers are varints, texts have a length
// before them; a row begins with its kind.
//
// Errors  read_row() takes any bytes: internal for what append_row() cannot have written.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "ledger/change.h"

namespace carillon {

void append_row(std::string& out, Tenant const& row);
void append_row(std::string& out, Developer const& row);
void append_row(std::string& out, App const& row);
void append_row(std::string& out, Installation const& row);
void append_row(std::string& out, TenantNo tenant, Department const& row);
void append_row(std::string& out, TenantNo tenant, User const& row);
void append_row(std::string& out, TenantNo tenant, Chat const& row);
void append_row(std::string& out, TenantNo tenant, Image const& row);

// Moves the first row of `bytes` into `rows`.
Result<void> read_row(std::string_view& bytes, DirectoryRows& rows);

}  // namespace carillon

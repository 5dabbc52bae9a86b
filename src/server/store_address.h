// The stores that a command names: a folder with a store of its own, or a database's address.
#pragma once

#include <string>

namespace carillon::server {

// Whether it is what --store takes, and not a folder.
bool is_database(std::string const& address);
// The same without a password, to be shown and kept.
std::string without_password(std::string const& address);
// A folder as every process may call it; a database's address without a password.
std::string name_of_store(std::string const& address);

}  // namespace carillon::server

// The installation key: 32 random bytes as hex in a file that only its owner may read. All ids,
// tokens and kept secrets depend on it; every node of an installation has the same.
#pragma once

#include <string>

#include "base/result.h"
#include "crypto/crypto.h"

namespace carillon::server {

// Reads the key; makes it first if the file does not exist and `may_create` says so.
Result<Key> read_key_file(std::string const& path, bool may_create);
// The secret in one file into another, which only its owner may read; nothing if `from` is missing.
// Errors  invalid_field: there is another secret at `to`.
Result<void> copy_secret(std::string const& from, std::string const& to);
// What the store keeps, so that a server with another key refuses to start.
std::string key_check(Key const& key);

// The operator's bearer token: from CARILLON_ADMIN_TOKEN, else from DATA/admin.token, made on the
// first start. `made` tells that it is new, so that its place can be printed.
struct AdminToken {
  std::string token;
  std::string file;  // empty: from the environment
  bool made = false;
};
Result<AdminToken> read_admin_token(std::string const& data_folder);

}  // namespace carillon::server

// Passwords of people, kept as Argon2id hashes.
//
// Shape   A hash is text that holds its own salt and costs ("$argon2id$v=19$m=65536,t=3,p=1$...").
// Source  RFC 9106, section 4, the second recommended option; over libsodium.
// Errors  hash_password() throws std::runtime_error if there is no memory for it.
// Cost    64 MiB and about a tenth of a second each: never on a thread that others wait for.
#pragma once

#include <string>
#include <string_view>

namespace carillon {

std::string hash_password(std::string_view password);
bool password_matches(std::string const& hash, std::string_view password);

}  // namespace carillon

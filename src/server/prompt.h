// Asking for a secret that must not stand on the command line, where every process sees it.
#pragma once

#include <string>

#include "base/result.h"

namespace carillon::server {

// On a terminal, asks twice without showing what is typed; else the first line of stdin.
// Errors  invalid_field: nothing came, or the two differ.
Result<std::string> ask_new_password();

}  // namespace carillon::server

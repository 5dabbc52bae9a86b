// Fresh names and secrets for apps.
#pragma once

#include <string>

namespace carillon::console {

std::string new_app_id();  // "cli_" and 16 hex digits
std::string new_secret();  // 32 letters and digits, some 190 bits

}  // namespace carillon::console

// The description of our own API, openapi.json as the build found it beside this file.
#pragma once

#include <string_view>

namespace carillon::console {

std::string_view openapi_document();  // OpenAPI 3.1

}  // namespace carillon::console

// What is made of a whole JSON value by walking through it.
//
// Cost    Linear in the value, but for the sorting of keys. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/reader.h"

namespace carillon::json {

// Every string inside, one a line, but those under the keys named.
void append_strings(std::string& out, Value value, std::span<std::string_view const> hidden_keys);

// JSON in which two values that mean the same are the same bytes: keys in order, members that are
// null left out, and numbers and booleans as strings, since clients send them either way.
std::string canonical(Value value);

}  // namespace carillon::json

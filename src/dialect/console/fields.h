// Reading what callers send: members of a JSON body, and query parameters.
//
// Shape   A body is one object whose members are all known; null is not a value. A query parameter
//         that is absent or empty counts as not given; unknown ones are not looked at.
// Errors  bad_json: not JSON, or not an object. invalid_field names the member or parameter.
//         Both are HTTP 400.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "json/reader.h"

namespace carillon::console {

inline constexpr std::size_t kIdBytesMax = 64;
inline constexpr std::size_t kNameBytesMax = 255;
inline constexpr std::size_t kSecretBytesMax = 255;
inline constexpr std::size_t kListItemsMax = 1000;
inline constexpr std::size_t kPageUsual = 20;  // of a list whose `limit` is not given

enum class EmptyBody : std::uint8_t { refused, is_an_object };

// The body as an object that has no other members than these.
Result<json::Document> parse_body(http::Request const& request,
                                  std::initializer_list<std::string_view> members,
                                  EmptyBody empty = EmptyBody::refused);
Result<void> check_members(json::Value object, std::initializer_list<std::string_view> members);

// Text without control characters, 1 to `bytes_max` bytes.
Result<std::string> get_text(json::Value object, std::string_view name, std::size_t bytes_max);
Result<std::optional<std::string>> find_text(json::Value object, std::string_view name,
                                             std::size_t bytes_max);
Result<std::optional<bool>> find_flag(json::Value object, std::string_view name);
// A list of at most `items_max` such texts.
Result<std::optional<std::vector<std::string>>> find_texts(json::Value object,
                                                           std::string_view name,
                                                           std::size_t bytes_max,
                                                           std::size_t items_max = kListItemsMax);

// `limit`, at least 1; above `most` it counts as `most`.
Result<std::size_t> read_limit(http::Request const& request, std::size_t usual, std::size_t most);

// Decimal digits and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace carillon::console

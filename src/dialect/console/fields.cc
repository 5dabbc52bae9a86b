#include "dialect/console/fields.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace carillon::console {
namespace {

Error wrong_field(std::string_view name, std::string const& what) {
  return fail(Errc::invalid_field, std::string(name) + " " + what);
}

Result<std::string> read_text(json::Value value, std::string_view name, std::size_t bytes_max) {
  if (!value.is_string()) return wrong_field(name, "must be a string");
  auto const text = value.string();
  if (text.empty()) return wrong_field(name, "must not be empty");
  if (text.size() > bytes_max) {
    return wrong_field(name, "is longer than " + std::to_string(bytes_max) + " bytes");
  }
  bool const control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (control) return wrong_field(name, "holds a control character");
  return std::string(text);
}

}  // namespace

Result<json::Document> parse_body(http::Request const& request,
                                  std::initializer_list<std::string_view> members,
                                  EmptyBody empty) {
  bool const absent = request.body.empty() && empty == EmptyBody::is_an_object;
  TRY(auto document, json::parse_json(absent ? "{}" : request.body));
  if (!document.root().is_object()) return fail(Errc::bad_json, "the body must be a JSON object");
  CHECK_OK(check_members(document.root(), members));
  return document;
}

Result<void> check_members(json::Value object, std::initializer_list<std::string_view> members) {
  for (auto const member : object.members()) {
    if (std::find(members.begin(), members.end(), member.key) == members.end()) {
      return wrong_field(member.key, "is not a member of this body");
    }
  }
  return {};
}

Result<std::string> get_text(json::Value object, std::string_view name, std::size_t bytes_max) {
  auto const value = object.find(name);
  if (!value) return wrong_field(name, "is missing");
  return read_text(*value, name, bytes_max);
}

Result<std::optional<std::string>> find_text(json::Value object, std::string_view name,
                                             std::size_t bytes_max) {
  auto const value = object.find(name);
  if (!value) return std::optional<std::string>{};
  TRY(auto text, read_text(*value, name, bytes_max));
  return std::optional(std::move(text));
}

Result<std::optional<bool>> find_flag(json::Value object, std::string_view name) {
  auto const value = object.find(name);
  if (!value) return std::optional<bool>{};
  if (!value->is_bool()) return wrong_field(name, "must be true or false");
  return std::optional(value->boolean());
}

Result<std::optional<std::vector<std::string>>> find_texts(json::Value object,
                                                           std::string_view name,
                                                           std::size_t bytes_max,
                                                           std::size_t items_max) {
  using Texts = std::optional<std::vector<std::string>>;
  auto const value = object.find(name);
  if (!value) return Texts{};
  if (!value->is_array()) return wrong_field(name, "must be a list of strings");
  if (value->size() > items_max) {
    return wrong_field(name, "has more than " + std::to_string(items_max) + " items");
  }
  std::vector<std::string> out;
  out.reserve(value->size());
  for (auto const item : value->elements()) {
    TRY(auto text, read_text(item, name, bytes_max));
    out.push_back(std::move(text));
  }
  return Texts(std::move(out));
}

Result<std::size_t> read_limit(http::Request const& request, std::size_t usual, std::size_t most) {
  auto const text = request.query_param("limit");
  if (text.empty()) return std::min(usual, most);
  auto const n = parse_number(text);
  if (!n || *n == 0) return fail(Errc::invalid_field, "limit must be a number from 1 on");
  return static_cast<std::size_t>(std::min<std::uint64_t>(*n, most));
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t n = 0;
  auto const* end = text.data() + text.size();
  auto const [at, error] = std::from_chars(text.data(), end, n);
  if (error != std::errc{} || at != end) return std::nullopt;
  return n;
}

}  // namespace carillon::console

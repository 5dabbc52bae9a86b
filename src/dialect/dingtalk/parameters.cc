#include "dialect/dingtalk/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "dialect/dingtalk/form.h"
#include "http/text.h"

namespace carillon::dingtalk {
namespace {

using json::Value;

constexpr double kExactMax = 9007199254740992.0;  // 2^53

std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  auto const first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_present(std::optional<Value> const& value) {
  return value && !(value->is_string() && value->string().empty());
}

// Most calls have nothing but the token there.
bool holds_only_token(std::string_view query) {
  return query.find('&') == std::string_view::npos &&
         (query.empty() || query.starts_with("access_token="));
}

Result<std::optional<json::Document>> read_body(std::string_view body) {
  auto const text = trim_blanks(body);
  if (text.empty()) return std::optional<json::Document>{};
  if (text.front() == '[') return fail(Errc::bad_json, "not an object");
  if (text.front() != '{') {
    TRY(auto form, json::parse_json(form_as_json(text)));
    return std::optional<json::Document>(std::move(form));
  }
  TRY(auto document, json::parse_json(body));
  return std::optional<json::Document>(std::move(document));
}

}  // namespace

Error wrong_parameter(std::string_view name, std::string_view what) {
  return fail(Errc::invalid_field, std::string(name).append(": ").append(what));
}

std::optional<std::string> scalar_text(Value value) {
  if (value.is_string()) return std::string(value.string());
  if (value.is_number() || value.is_bool()) return json::minified(value);
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(Value value) {
  if (auto const n = value.integer()) return n;
  if (value.is_number()) {
    auto const real = value.number();
    if (std::trunc(real) != real || std::abs(real) > kExactMax) return std::nullopt;
    return static_cast<std::int64_t>(real);
  }
  auto const text = trim_blanks(value.string());
  std::int64_t n = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return n;
}

Result<Parameters> Parameters::read(http::Request const& request) {
  Parameters out;
  TRY(out.body_, read_body(request.body));
  if (!holds_only_token(request.query)) {
    TRY(out.query_, json::parse_json(form_as_json(request.query)));
  }
  return out;
}

std::optional<Value> Parameters::find(std::string_view name) const {
  for (auto const* document : {&body_, &query_}) {
    if (!*document) continue;
    auto const value = (*document)->root().find_present(name);
    if (is_present(value)) return value;
  }
  return std::nullopt;
}

Result<std::optional<std::string>> Parameters::find_text(std::string_view name) const {
  auto const value = find(name);
  if (!value) return std::optional<std::string>{};
  auto text = scalar_text(*value);
  if (!text) return wrong_parameter(name, "must be a text");
  return text;
}

Result<std::string> Parameters::text(std::string_view name) const {
  TRY(auto text, find_text(name));
  if (!text) return wrong_parameter(name, "is missing");
  return *std::move(text);
}

Result<std::optional<std::int64_t>> Parameters::find_number(std::string_view name) const {
  auto const value = find(name);
  if (!value) return std::optional<std::int64_t>{};
  auto const number = whole_number(*value);
  if (!number) return wrong_parameter(name, "must be a whole number");
  return number;
}

Result<std::int64_t> Parameters::number(std::string_view name) const {
  TRY(auto const number, find_number(name));
  if (!number) return wrong_parameter(name, "is missing");
  return *number;
}

Result<bool> Parameters::flag(std::string_view name, bool if_absent) const {
  TRY(auto const text, find_text(name));
  if (!text) return if_absent;
  if (http::same_token(*text, "true") || *text == "1") return true;
  if (http::same_token(*text, "false") || *text == "0") return false;
  return wrong_parameter(name, "must be true or false");
}

Result<Value> Parameters::unpack(std::string_view name, Value value, char opening) {
  if (!value.is_string() || !trim_blanks(value.string()).starts_with(opening)) return value;
  auto inner = json::parse_json(value.string());
  if (!inner) return wrong_parameter(name, "is not JSON");
  inner_.push_back(*std::move(inner));
  return inner_.back().root();
}

Result<std::vector<std::string>> Parameters::list(std::string_view name, char separator) {
  std::vector<std::string> out;
  auto const found = find(name);
  if (!found) return out;
  TRY(auto const value, unpack(name, *found, '['));
  std::unordered_set<std::string> seen;
  auto const take = [&](std::string_view entry) {
    auto const text = trim_blanks(entry);
    if (!text.empty() && seen.emplace(text).second) out.emplace_back(text);
  };
  if (value.is_array()) {
    for (auto const entry : value.elements()) {
      auto const text = scalar_text(entry);
      if (!text) return wrong_parameter(name, "must be a list of texts");
      take(*text);
    }
    return out;
  }
  auto const text = scalar_text(value);
  if (!text) return wrong_parameter(name, "must be a list of texts");
  std::string_view rest = *text;
  for (;;) {
    auto const end = rest.find(separator);
    take(rest.substr(0, end));
    if (end == std::string_view::npos) return out;
    rest.remove_prefix(end + 1);
  }
}

Result<std::optional<Value>> Parameters::find_object(std::string_view name) {
  auto const found = find(name);
  if (!found) return std::optional<Value>{};
  TRY(auto const value, unpack(name, *found, '{'));
  if (!value.is_object()) return wrong_parameter(name, "must be an object");
  return std::optional<Value>(value);
}

}  // namespace carillon::dingtalk

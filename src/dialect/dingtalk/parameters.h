// The parameters of a classic call, in whichever of its encodings they came: a JSON body, a form,
// or the query.
//
// Shape   The body's members come before the query's. A form becomes a tree first: PHP's
//         "msg[text][content]=hi" is an object in an object, "list[]=a" an array. Scalars are taken
//         as themselves or as text, objects and arrays as themselves or as JSON text.
// Source  docs/wire/dingtalk/gateway.md: Content-Type decides nothing, since clients set it anyhow.
//         Null and the empty text count as absent.
// Errors  bad_json: a body that begins like JSON and is none; invalid_field, naming the parameter.
// Cost    Linear in the request. Values that object() gives live as long as the Parameters do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "json/reader.h"

namespace carillon::dingtalk {

class Parameters {
 public:
  static Result<Parameters> read(http::Request const& request);

  std::optional<json::Value> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }

  // Those without `find` fail if the parameter is absent.
  Result<std::optional<std::string>> find_text(std::string_view name) const;
  Result<std::string> text(std::string_view name) const;
  Result<std::optional<std::int64_t>> find_number(std::string_view name) const;
  Result<std::int64_t> number(std::string_view name) const;
  Result<bool> flag(std::string_view name, bool if_absent) const;
  // Commas or an array; blanks around entries, empty entries and doubles are dropped.
  Result<std::vector<std::string>> list(std::string_view name, char separator = ',');
  Result<std::optional<json::Value>> find_object(std::string_view name);

 private:
  // The value itself, or what its text holds if that begins with `opening`.
  Result<json::Value> unpack(std::string_view name, json::Value value, char opening);

  std::optional<json::Document> body_;
  std::optional<json::Document> query_;
  std::vector<json::Document> inner_;
};

// What a parameter is refused with.
Error wrong_parameter(std::string_view name, std::string_view what);

// A scalar as text; empty of other things.
std::optional<std::string> scalar_text(json::Value value);
// A number or a text that is one.
std::optional<std::int64_t> whole_number(json::Value value);

}  // namespace carillon::dingtalk

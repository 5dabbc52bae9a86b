// The fields of one entity, read with their rules: what does not fit goes to Problems and reads
// as absent.
//
// Shape   absent -> nullopt; null -> the empty value, where the field may be empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/names.h"
#include "import/problems.h"
#include "json/reader.h"

namespace carillon {

class Fields {
 public:
  // `prefix` stands before the names in problems, such as "dingtalk.".
  Fields(json::Value object, Place const& place, Problems& problems, std::string prefix = {})
      : object_(object), place_(place), problems_(problems), prefix_(std::move(prefix)) {}

  // False, with a problem, if this is no object.
  bool check_object() const;
  void problem(std::string_view field, std::string_view what) const;

  bool has(std::string_view field) const { return object_.find(field).has_value(); }
  std::optional<json::Value> value(std::string_view field) const { return object_.find(field); }
  // An id that must be there; empty with a problem.
  std::string required_id(std::string_view field) const;
  // An id that may be empty, and must begin with the prefix if it is not.
  std::optional<std::string> optional_id(std::string_view field,
                                         std::string_view prefix = {}) const;
  std::optional<std::string> name(std::string_view field) const;
  std::optional<bool> boolean(std::string_view field) const;  // null counts as absent
  // Null reads as `min`.
  std::optional<std::int64_t> integer(std::string_view field, std::int64_t min,
                                      std::int64_t max) const;
  // A list of texts, each an id; null is the empty list.
  std::optional<std::vector<std::string>> ids(std::string_view field) const;
  // An object inside this one; null and absent are alike.
  std::optional<Fields> object(std::string_view field) const;
  // A value that lies in one of the fields, for its own fields.
  Fields within(std::string_view field, json::Value inner) const {
    return Fields(inner, place_, problems_, prefix_ + std::string(field) + ".");
  }

 private:
  json::Value object_;
  Place const& place_;
  Problems& problems_;
  std::string prefix_;
};

}  // namespace carillon

#include "import/fields.h"

namespace carillon {

bool Fields::check_object() const {
  if (object_.is_object()) return true;
  problems_.add(place_, prefix_, "must be an object");
  return false;
}

void Fields::problem(std::string_view field, std::string_view what) const {
  problems_.add(place_, prefix_ + std::string(field), what);
}

std::string Fields::required_id(std::string_view field) const {
  auto const found = object_.find_present(field);
  if (!found) {
    problem(field, "is missing");
    return {};
  }
  if (!found->is_string()) {
    problem(field, "must be text");
    return {};
  }
  if (auto const wrong = id_problem(found->string()); !wrong.empty()) {
    problem(field, wrong);
    return {};
  }
  return std::string(found->string());
}

std::optional<std::string> Fields::optional_id(std::string_view field,
                                               std::string_view prefix) const {
  auto const found = object_.find(field);
  if (!found) return std::nullopt;
  if (found->is_null()) return "";
  if (!found->is_string()) {
    problem(field, "must be text");
    return std::nullopt;
  }
  auto const text = found->string();
  if (text.empty()) return "";
  if (auto const wrong = id_problem(text); !wrong.empty()) {
    problem(field, wrong);
    return std::nullopt;
  }
  if (!text.starts_with(prefix)) {
    problem(field, "must begin with " + in_quotes(prefix));
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<std::string> Fields::name(std::string_view field) const {
  auto const found = object_.find(field);
  if (!found) return std::nullopt;
  if (found->is_null()) return "";
  if (!found->is_string()) {
    problem(field, "must be text");
    return std::nullopt;
  }
  if (auto const wrong = name_problem(found->string()); !wrong.empty()) {
    problem(field, wrong);
    return std::nullopt;
  }
  return std::string(found->string());
}

std::optional<bool> Fields::boolean(std::string_view field) const {
  auto const found = object_.find_present(field);
  if (!found) return std::nullopt;
  if (!found->is_bool()) {
    problem(field, "must be true or false");
    return std::nullopt;
  }
  return found->boolean();
}

std::optional<std::int64_t> Fields::integer(std::string_view field, std::int64_t min,
                                            std::int64_t max) const {
  auto const found = object_.find(field);
  if (!found) return std::nullopt;
  if (found->is_null()) return min;
  auto const n = found->integer();
  if (!n || *n < min || *n > max) {
    problem(field,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return n;
}

std::optional<std::vector<std::string>> Fields::ids(std::string_view field) const {
  auto const found = object_.find(field);
  if (!found) return std::nullopt;
  std::vector<std::string> out;
  if (found->is_null()) return out;
  if (!found->is_array()) {
    problem(field, "must be a list");
    return std::nullopt;
  }
  for (auto const element : found->elements()) {
    if (!element.is_string()) {
      problem(field, "must be a list of texts");
      return std::nullopt;
    }
    if (auto const wrong = id_problem(element.string()); !wrong.empty()) {
      problem(field, "one of them " + std::string(wrong));
      return std::nullopt;
    }
    out.emplace_back(element.string());
  }
  return out;
}

std::optional<Fields> Fields::object(std::string_view field) const {
  auto const found = object_.find_present(field);
  if (!found) return std::nullopt;
  Fields const out(*found, place_, problems_, prefix_ + std::string(field) + ".");
  if (!found->is_object()) {
    problem(field, "must be an object");
    return std::nullopt;
  }
  return out;
}

}  // namespace carillon

#include "import/problems.h"

#include <utility>

namespace carillon {

std::string_view name_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::tenant:
      return "tenant";
    case EntityKind::department:
      return "department";
    case EntityKind::user:
      return "user";
    case EntityKind::app:
      return "app";
    case EntityKind::chat:
      return "chat";
    case EntityKind::image:
      return "image";
  }
  return "";
}

std::string Place::text(std::string_view field) const {
  auto out = "line " + std::to_string(line);
  std::string path;
  if (tenant != kNone) path = "tenants[" + std::to_string(tenant) + "]";
  if (item != kNone) {
    if (!path.empty()) path += '.';
    path.append(name_of(kind)).append("s[").append(std::to_string(item)).append("]");
  } else if (tenant == kNone && !in_csv) {
    path = name_of(kind);
  }
  if (!field.empty()) {
    if (!path.empty()) path += '.';
    path += field;
  }
  if (!path.empty()) out += ", " + path;
  return out;
}

void Problems::add(Place const& place, std::string_view field, std::string_view what) {
  add_text(place.text(field).append(": ").append(what));
}

void Problems::add(std::uint64_t line, std::string_view what) {
  add_text(("line " + std::to_string(line) + ": ").append(what));
}

void Problems::add_text(std::string text) {
  if (listed_.size() < kListedMax) listed_.push_back(std::move(text));
  ++count_;
}

Error Problems::error() const {
  std::string text;
  for (auto const& line : listed_) text.append(text.empty() ? "" : "\n").append(line);
  if (count_ > listed_.size()) {
    text += "\nand " + std::to_string(count_ - listed_.size()) + " more";
  }
  return fail(Errc::import_invalid, std::move(text));
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShownMax = 64;
  std::string out = "\"";
  if (text.size() > kShownMax) {
    auto end = kShownMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    out.append(text.substr(0, end)).append("...");
  } else {
    out.append(text);
  }
  return out + "\"";
}

}  // namespace carillon

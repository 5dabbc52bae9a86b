// What is wrong with a file, and where: collected, so that one run shows more than one problem.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace carillon {

enum class EntityKind : std::uint8_t { tenant, department, user, app, chat, image };

std::string_view name_of(EntityKind kind);

// Where an entity stands: `line 17, tenants[0].users[3]` in a JSON document, `line 17, user` in
// lines of JSON, `line 17` in CSV.
struct Place {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint64_t line = 0;
  EntityKind kind = EntityKind::tenant;
  bool in_csv = false;
  std::uint32_t tenant = kNone;  // index in the document's "tenants"
  std::uint32_t item = kNone;    // index in its list; kNone in lines of JSON

  std::string text(std::string_view field) const;
};

class Problems {
 public:
  void add(Place const& place, std::string_view field, std::string_view what);
  void add(std::uint64_t line, std::string_view what);
  bool any() const { return count_ != 0; }
  bool many() const { return count_ >= kListedMax; }
  // import_invalid with a line for each; any() must hold.
  Error error() const;

 private:
  static constexpr std::size_t kListedMax = 20;

  void add_text(std::string text);

  std::vector<std::string> listed_;
  std::size_t count_ = 0;
};

// For messages: in quotes, and not longer than an id may be.
std::string in_quotes(std::string_view text);

}  // namespace carillon

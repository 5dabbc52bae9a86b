// An organisation file as a stream of entities, whatever its format.
//
// Shape   JSON document: {"tenants":[{...,"users":[...]}],"apps":[...]} is taken apart while it is
//         read, one entity at a time, so that it may be of any size. Lines of JSON: one
//         {"user":{...}} (or another kind) a line. CSV: rows of users, turned into the same JSON.
//         A file is read several times, each time for some kinds of entities.
// Errors  What is wrong with the file goes to Problems, with its line; reading goes on where that
//         makes sense. unavailable: the file could not be read.
#pragma once

#include <functional>
#include <string>

#include "import/problems.h"
#include "json/reader.h"

namespace carillon {

struct Entity {
  Place place;
  json::Value fields;  // of any type; good until the next entity
  // Index in the document's "tenants" of the tenant around it; else fields may name a tenant_key.
  std::uint32_t tenant = Place::kNone;
};

enum class Wanted { users, all_but_users };

class Source {
 public:
  // Finds out the format.
  static Result<Source> open(std::string const& path);

  using Take = std::function<void(Entity const&)>;
  // Tenants come after what they contain in a JSON document. Stops early after many problems.
  Result<void> read(Wanted wanted, Problems& problems, Take const& take) const;

 private:
  enum class Format { json, json_lines, csv };

  std::string path_;
  Format format_ = Format::json;
};

}  // namespace carillon

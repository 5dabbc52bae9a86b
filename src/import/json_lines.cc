#include <optional>

#include "import/formats.h"

namespace carillon {
namespace {

constexpr EntityKind kKinds[] = {EntityKind::tenant, EntityKind::department, EntityKind::user,
                                 EntityKind::app,    EntityKind::chat,       EntityKind::image};

// Whether the line begins like an entity of a user; what else it holds is not looked at.
bool begins_with_user(std::string_view line) {
  auto const skip_space = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip_space();
  if (!line.starts_with('{')) return false;
  line.remove_prefix(1);
  skip_space();
  return line.starts_with("\"user\"");
}

}  // namespace

void read_json_lines(ByteReader& in, Wanted wanted, Problems& problems, Source::Take const& take) {
  std::string line;
  json::Document document;
  while (!problems.many()) {
    Place place;
    place.line = in.line();
    if (!in.read_line(line, kEntityBytesMax)) {
      if (!line.empty()) problems.add(place.line, "the line is longer than 16 MB");
      return;
    }
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    // Each line is judged in one of the two readings only.
    if (begins_with_user(line) != (wanted == Wanted::users)) continue;
    if (auto const read = document.parse(line); !read) {
      problems.add(place.line, read.error().detail);
      continue;
    }
    std::size_t entities = 0;
    Entity entity;
    for (auto const [key, value] : document.root().members()) {
      for (auto const kind : kKinds) {
        if (key != name_of(kind)) continue;
        ++entities;
        place.kind = kind;
        entity.fields = value;
      }
    }
    entity.place = place;
    if (entities == 1 && (place.kind != EntityKind::user || wanted == Wanted::users)) {
      take(entity);
    } else {
      problems.add(place.line,
                   "must be an object with one of tenant, department, user, app, chat, image, "
                   "as its first member");
    }
  }
}

}  // namespace carillon

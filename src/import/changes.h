// What an import would change, for people to look at before they let it.
//
// Shape   The first so many things that a plan creates or updates, each with the members of the
//         organisation file that differ: tenants, departments, users, apps, chats, images.
// Cost    Linear in what is listed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "import/import.h"

namespace carillon {

struct ImportChange {
  std::string_view kind;   // "tenant", "department", "user", "app", "chat", "image"
  std::string tenant_key;  // empty: of no one tenant
  std::string id;
  bool created = false;
  std::vector<std::string_view> fields;
};

struct ImportPreview {
  ImportCounts counts;
  std::vector<ImportChange> changes;
};

std::vector<ImportChange> list_changes(Organisation const& now, PlannedImport const& plan,
                                       std::size_t limit);

}  // namespace carillon

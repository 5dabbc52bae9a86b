#include "dialect/console/openapi.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "json/reader.h"

namespace carillon::console {
namespace {

json::Document load() { return *json::parse_json(openapi_document()); }

// Every "$ref" below `value` must lead to something.
void check_references(json::Value root, json::Value value) {
  for (auto const item : value.elements()) check_references(root, item);
  for (auto const member : value.members()) {
    if (member.key != "$ref") {
      check_references(root, member.value);
      continue;
    }
    auto path = member.value.string();
    ASSERT_TRUE(path.starts_with("#/")) << path;
    auto at = root;
    for (path.remove_prefix(2); !path.empty();) {
      auto const step = path.substr(0, path.find('/'));
      path.remove_prefix(std::min(path.size(), step.size() + 1));
      auto const next = at.find(step);
      ASSERT_TRUE(next) << member.value.string();
      at = *next;
    }
  }
}

TEST(Openapi, EveryReferenceLeadsSomewhere) {
  auto const document = load();
  EXPECT_EQ(document.root().find("openapi")->string(), "3.1.0");
  check_references(document.root(), document.root());
}

TEST(Openapi, ObjectsSayWhetherTheyAreClosed) {
  auto const document = load();
  auto const schemas = *document.root().find("components")->find("schemas");
  for (auto const schema : schemas.members()) {
    if (schema.value.find("properties")) {
      EXPECT_EQ(schema.value.find("additionalProperties")->boolean(), false) << schema.key;
    }
  }
}

}  // namespace
}  // namespace carillon::console

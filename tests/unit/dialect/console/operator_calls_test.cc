// The table of operators' calls is complete: as long as the document's list of them.

#include "dialect/console/operator_calls.h"

#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "dialect/console/openapi.h"
#include "json/reader.h"

namespace carillon::console {
namespace {

// Questions that are too long for a query.
std::set<std::string_view> const kOnlyLook = {"/api/v1/audience"};

using Call = std::pair<std::string, std::string>;  // "GET", "/api/v1/apps/:"

std::string method_name(http::Method method) {
  switch (method) {
    case http::Method::get:
      return "get";
    case http::Method::post:
      return "post";
    case http::Method::put:
      return "put";
    case http::Method::patch:
      return "patch";
    case http::Method::delete_:
      return "delete";
    default:
      return "";
  }
}

// Parameters have other names in the routes than in the document.
std::string without_names(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    auto const segment = path.substr(0, path.find('/', 1));
    path.remove_prefix(segment.size());
    bool const parameter = segment.starts_with("/:") || segment.starts_with("/{");
    out += parameter ? std::string_view("/:") : segment;
  }
  return out;
}

bool is_for_operators(json::Value operation) {
  auto const security = operation.find("security");
  if (!security) return false;
  for (auto const entry : security->elements()) {
    if (entry.find("operator")) return true;
  }
  return false;
}

TEST(OperatorCalls, HaveARowEach) {
  auto const document = *json::parse_json(openapi_document());
  std::set<Call> declared;
  for (auto const path : document.root().find("paths")->members()) {
    for (auto const operation : path.value.members()) {
      if (operation.value.is_object() && is_for_operators(operation.value)) {
        declared.emplace(operation.key, without_names(path.key));
      }
    }
  }
  std::set<Call> listed;
  for (auto const& call : operator_calls()) {
    EXPECT_TRUE(listed.emplace(method_name(call.method), without_names(call.pattern)).second)
        << call.pattern << " is listed twice";
  }
  EXPECT_EQ(listed, declared);
}

TEST(OperatorCalls, WhatMayChangeSomethingIsWrittenDown) {
  for (auto const& call : operator_calls()) {
    bool const may_change = call.method != http::Method::get && !kOnlyLook.contains(call.pattern);
    if (!may_change) continue;  // some of them are written down all the same
    EXPECT_FALSE(call.action.empty()) << call.pattern;
    EXPECT_GE(call.role, Role::sender) << call.pattern;
  }
  EXPECT_EQ(find_operator_call(http::Method::get, "/api/v1/inbox"), nullptr);
}

}  // namespace
}  // namespace carillon::console

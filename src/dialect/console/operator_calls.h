// What each call of operators needs and is called: the role, and its name in the audit log.
//
// Shape   A row for every route of /api/v1 that operators may call; openapi_test.cc checks that
//         there is none without. make_route() looks its row up, so an endpoint cannot forget it.
#pragma once

#include <span>
#include <string_view>

#include "access/operator.h"
#include "http/message.h"

namespace carillon::console {

struct OperatorCall {
  http::Method method;
  std::string_view pattern;
  Role role;                // at least
  std::string_view action;  // empty: it changes nothing, and is not written down
};

std::span<OperatorCall const> operator_calls();
// Null: no call of operators.
OperatorCall const* find_operator_call(http::Method method, std::string_view pattern);

}  // namespace carillon::console

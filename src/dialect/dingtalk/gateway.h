// The gateway: who is calling, and may this app call this API from there, now?
//
// Shape   admit() asks in this order and refuses at the first no: token there and good -> app in
//         use -> address -> scope -> rate. The token stands in the query, in the body, or in the
//         new-style header, and is looked for in that order.
// Source  docs/wire/dingtalk/gateway.md. A token is refused with the code that makes clients fetch
//         another one only where another one helps.
// Errors  Rendered here, as the API's family tells them.
// Cost    Memory only, under a microsecond; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "access/caller.h"
#include "dialect/dingtalk/dialect.h"
#include "dialect/dingtalk/parameters.h"
#include "http/message.h"

namespace carillon::dingtalk {

// One API as the gateway sees it.
struct Api {
  std::uint16_t number;  // of its own rate; apart from those of other dialects
  Family family;
  std::span<std::string_view const> any_scope = {};  // one of these; none: every app may
};

using Admitted = std::variant<Caller, http::Response>;

// `parameters` is null where the body could not be read.
Admitted admit(Context& context, http::Request const& request, Parameters const* parameters,
               Api const& api);

// The token, wherever it stands; empty if there is none.
std::string find_token(http::Request const& request, Parameters const* parameters);

// The number of the app in that tenant; 0 if it has none.
std::int64_t agent_of(Organisation const& organisation, TenantNo tenant, App const& app);
// Is it the caller's own that `name` gives?
// Errors  invalid_field.
Result<void> check_agent(Caller const& caller, Parameters const& parameters,
                         std::string_view name = "agent_id");

}  // namespace carillon::dingtalk

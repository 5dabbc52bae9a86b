// The gateway: who is calling, and may this app call this API from there, now?
//
// Shape   admit() asks in this order and refuses at the first no: token present -> its kind ->
//         valid -> app enabled and installed -> address -> scope -> rate. What the token says is
//         asked before any look at path parameters or body.
// Source  docs/wire/feishu/gateway.md. On batch_send a deleted, disabled or withdrawn app gets the
//         service's own codes; its scopes depend on the targets and are asked after the body.
// Errors  Rendered here, as the API's family tells them.
// Cost    Memory only, under a microsecond; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "access/caller.h"
#include "dialect/feishu/dialect.h"
#include "dialect/feishu/errors.h"
#include "http/message.h"

namespace carillon::feishu {

// One API as the gateway sees it.
struct Api {
  std::uint16_t number;  // of its own rate; apart from those of other dialects
  Family family;
  std::span<std::string_view const> any_scope;  // one of these; none: asked later
};

using Admitted = std::variant<Caller, http::Response>;

Admitted admit(Context& context, http::Request const& request, Api const& api);

// What the Authorization header holds, as far as its form goes.
enum class TokenForm : std::uint8_t {
  missing,     // no header, another scheme, or nothing after the scheme
  tenant,      // "t-": may be good
  other_kind,  // "a-", "u-", "eyJ", or the scheme once more
  malformed,   // like no kind of token
};
struct TokenText {
  TokenForm form = TokenForm::missing;
  std::string_view hex;  // of a tenant token: what follows the prefix
};
TokenText read_authorization(std::string_view header);

bool holds_any(App const& app, std::span<std::string_view const> scopes);

}  // namespace carillon::feishu

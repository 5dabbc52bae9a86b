// The bodies that every answer is put in: {"code","msg","data"} and, with some failures, "error".
//
// Source  docs/wire/feishu/gateway.md. The msg is the documented text and nothing else, so that
//         whoever compares it finds it; what is wrong in particular is told in error.message.
//         `error` is an object or absent: Go decodes it into a struct.
// Cost    One string each; pure. The log id also goes out as headers, which http adds.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "access/rate_limit.h"
#include "base/result.h"
#include "dialect/feishu/dialect.h"
#include "dialect/feishu/errors.h"
#include "http/message.h"

namespace carillon::feishu {

// code 0 with `data_json` as data.
http::Response success(std::string_view msg, std::string_view data_json);

// A failure of an endpoint or of the gateway, as its family tells it.
http::Response failure(Settings const& settings, Family family, Error const& error,
                       std::string_view log_id);

// A refusal of the gateway; `error` of it points to the log id.
http::Response gateway_failure(WireError const& error, std::string_view log_id);
// What a scope opens: an API, or a field of its request or answer.
enum class ScopeKind : std::uint8_t { action, field };
// None of `scopes` is held: named in the text and, one by one, in permission_violations.
http::Response scope_failure(WireError const& error, std::span<std::string_view const> scopes,
                             std::uint16_t api, std::string_view log_id,
                             ScopeKind kind = ScopeKind::action);
// With both x-ogw-ratelimit headers.
http::Response rate_failure(WireError const& error, RateRefusal const& refusal);

// An unknown path, and a known one by another method.
http::Response page_not_found();

}  // namespace carillon::feishu

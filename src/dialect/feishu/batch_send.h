// POST /open-apis/message/v4/batch_send/
//
// Source  docs/wire/feishu/batch_send.md; which code for which fault: quirks.md.
// In      msg_type, content or card (an object, never escaped text), four lists of ids; an
//         Idempotency-Key header if wanted. A list counts up to 200 entries before doubles
//         collapse.
// Out     The batch's id and what of the lists named nobody; all five keys, always.
// Errors  HTTP 200 (Settings::batch_error_status) with the service's codes; the gateway's keep
//         their own. Asked in this order: gateway, JSON 99991300, fields 10003 and 11101, sizes
//         10002, the app's rights 11205 11223 11203 11204, content 11246, audit 11312, and with
//         the writing 11227 11231 11235 10002 11247.
// Cost    Parsing on the io thread, linear in the body; then one decision of the writer.
#pragma once

#include <string>
#include <string_view>

#include "core/send_batch.h"
#include "dialect/feishu/content_rules.h"
#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "http/message.h"
#include "json/reader.h"

namespace carillon::feishu {

inline constexpr Api kBatchSend{0x101, Family::batch_send, {}};
inline constexpr std::size_t kListMax = 200;

void batch_send(Context& context, http::Request const& request, http::Reply reply);

// The request's fields; `content` points into the document that was parsed.
struct BatchSendFields {
  MsgType type;
  json::Value content;  // the content, or the card
  AudienceRequest audience;
};
// Errors  bad_json if the root is no object, invalid_field, bad_open_id.
Result<BatchSendFields> parse_batch_send(json::Value root);

// The `data` member. `batch_hex` are the digits of the batch's id.
std::string render_batch_send(InvalidIds const& invalid, std::string_view batch_hex);

}  // namespace carillon::feishu

// What a failure is called on the wire: the code, the fixed text and the HTTP status.
//
// Shape   One table per family of endpoints, a switch without default over Errc each, so that a
//         new Errc does not compile until it has its place here. The gateway's own codes, those
//         about tokens, addresses, rates and broken JSON, are the same in every family.
// Source  docs/wire/feishu/errors.md, where each code has the input that provokes it.
// Cost    Pure; the texts are literals.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace carillon::feishu {

struct WireError {
  int code;
  std::string_view msg;
  int status;

  friend bool operator==(WireError const&, WireError const&) = default;
};

enum class Family : std::uint8_t {
  auth,                 // the token endpoints: HTTP 200
  batch_send,           // message/v4: HTTP 200
  query,                // im/v1 get_progress and read_user: HTTP 400
  recall,               // im/v1 delete: as query, but for another app's batch
  contact_users,        // contact/v3/users, and the older user/v1
  contact_departments,  // contact/v3/departments and scopes
  image,                // images: HTTP 400, 2340xx
  message,              // messages to one person, sent and looked at: HTTP 400
  readers,              // who has read such a message
  message_recall,
  chat,  // chats: HTTP 400, 2320xx
  bot,   // bot/v3/info: HTTP 200
};

// A token that starts like none of the vendor's kinds; found before any Errc exists.
inline constexpr WireError kTokenMalformed{
    99991671, "Invalid access token for authorization. Please make a request with token attached.",
    400};

// A field's type, length or range; named in field_violations.
inline constexpr WireError kFieldsInvalid{99992402, "field validation failed", 400};
// An id that nobody has under the kind of id that was said; the msg names it.
inline constexpr WireError kIdUnknown{99992360, "The request you send is not a valid id", 400};

WireError wire_error(Family family, Errc code);
// Likewise, of the two contact families only.
WireError contact_error(Family family, Errc code);

// Whether this is one of the gateway's codes, which keep their HTTP status in every family.
constexpr bool is_gateway(WireError const& error) { return error.code >= 99'990'000; }

}  // namespace carillon::feishu

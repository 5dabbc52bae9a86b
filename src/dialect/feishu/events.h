// Events as the vendor's receivers expect them: schema 2.0 bodies, encryption, signature, the check
// of a URL, and the older schema in which store apps are told their ticket.
//
// Source  docs/wire/feishu/events.md. Encryption: AES-256-CBC under SHA-256 of the encrypt key, the
//         IV before the ciphertext, base64. Signature: SHA-256 of timestamp, nonce, encrypt key and
//         body, only with an encrypt key.
// Cost    A few hashes and one block cipher pass; pure but for the clock and the nonce.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "access/event_settings.h"
#include "access/token.h"
#include "dispatch/event_format.h"
#include "engine/engine.h"

namespace carillon::feishu {

// Our own event types, beside the vendor's.
inline constexpr std::string_view kReadEvent = "im.message.message_read_v1";
inline constexpr std::string_view kSentEvent = "carillon.batch_message.sent_v1";
inline constexpr std::string_view kRecalledEvent = "carillon.batch_message.recalled_v1";

class Events final : public EventFormat {
 public:
  Events(Engine const& engine, Key const& installation_key, Tokens const& tokens)
      : engine_(engine), key_(installation_key), tokens_(tokens) {}

  Result<std::optional<OutgoingEvent>> render(Event const& event) override;
  // Store apps hear their ticket.
  std::vector<AppNo> regular_apps() override;
  Result<std::optional<OutgoingEvent>> render_regular(AppNo app) override;

 private:
  Engine const& engine_;
  Key const& key_;
  Tokens const& tokens_;
};

std::string_view event_type(EventKind kind);

// A call with that text, encrypted and signed as the settings ask for.
OutgoingCall make_call(EventSettings const& settings, std::string_view text, Time now);

// The check of a URL: what is posted, and whether the answer is the right one.
std::string challenge_text(EventSettings const& settings, std::string_view challenge);
Result<void> check_challenge(int status, std::string_view body, std::string_view challenge);

}  // namespace carillon::feishu

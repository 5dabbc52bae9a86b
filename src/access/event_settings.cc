#include "access/event_settings.h"

#include <utility>

namespace carillon {
namespace {

Key events_key(Key const& installation_key) { return derive_key(installation_key, "events"); }

// No field holds a NUL: whoever takes them in from outside refuses control characters.
constexpr char kBetween = '\0';

}  // namespace

Result<EventSettings> read_event_settings(Key const& installation_key, App const& app) {
  EventSettings out;
  if (app.events_sealed.empty()) return out;
  auto const text = unseal(events_key(installation_key), app.events_sealed);
  auto const first = text ? text->find(kBetween) : std::string::npos;
  auto const second = first == std::string::npos ? first : text->find(kBetween, first + 1);
  if (second == std::string::npos) {
    return fail(Errc::internal, "the event settings of app " + app.app_id + " cannot be read");
  }
  out.url = text->substr(0, first);
  out.encrypt_key = text->substr(first + 1, second - first - 1);
  out.verification_token = text->substr(second + 1);
  return out;
}

void set_event_settings(Key const& installation_key, EventSettings const& settings, App& app) {
  app.event_url = !settings.url.empty();
  if (settings == EventSettings{}) {
    app.events_sealed.clear();
    return;
  }
  auto const known = read_event_settings(installation_key, app);
  if (known && *known == settings) return;
  auto const text =
      settings.url + kBetween + settings.encrypt_key + kBetween + settings.verification_token;
  app.events_sealed = seal(events_key(installation_key), text);
}

}  // namespace carillon

#include "server/push_service.h"

#include <utility>

#include "core/change_push.h"
#include "server/log.h"

namespace carillon::server {
namespace {

constexpr char kKeyPurpose[] = "web push";

// A push service writes there if something is wrong with our pushes.
std::string contact_of(Config const& config) {
  if (!config.push.contact.empty()) return config.push.contact;
  if (config.public_url.starts_with("https://")) return config.public_url;
  return "mailto:postmaster@localhost";
}

webpush::PushChannel::Ports ports_of(Engine& engine) {
  webpush::PushChannel::Ports out;
  out.read = [&engine](std::function<void(Reader&)> job) { return engine.read(std::move(job)); };
  out.find = [&engine](BatchKey const& batch) { return engine.find_batch(batch); };
  out.pushable = [&engine](TenantNo tenant, UserSet const& users) {
    return engine.pushable(tenant, users);
  };
  out.active = [&engine](PersonKey const& person) {
    auto const organisation = engine.organisation();
    auto const* const directory = organisation->find(person.tenant);
    return directory != nullptr && directory->active().contains(person.user);
  };
  out.write = [&engine](std::vector<PushGivenUp> given_up, std::function<void(bool)> done) {
    engine.write<bool>(
        [given_up = std::move(given_up)](View& view) { return note_push_failures(view, given_up); },
        [done = std::move(done)](Result<bool> const& written) {
          if (!written) {
            log(Level::warn, "what became of pushes was not written",
                {{"problem", written.error().detail}});
          }
          done(bool(written));
        });
  };
  return out;
}

}  // namespace

Result<std::unique_ptr<webpush::PushChannel>> make_push_channel(Config const& config,
                                                                Clock const& clock, Engine& engine,
                                                                Key const& installation_key,
                                                                webpush::PushFormat const& format) {
  auto const& settings = config.push;
  webpush::PushOptions options;
  TRY(options.limits.retries, parse_retries(settings.retry_after));
  options.limits.ttl = std::chrono::hours(settings.ttl_hours);
  options.rules.allowed = settings.allow_addresses;
  options.rules.timeout = settings.timeout;
  options.rules.ca_file = settings.ca_file;
  options.rules.setting = "push.allow_addresses";
  options.threads_max = settings.threads;
  options.per_second = settings.per_second;
  options.contact = contact_of(config);
  return std::make_unique<webpush::PushChannel>(clock, ports_of(engine), format,
                                                P256Key::derive(installation_key, kKeyPurpose),
                                                std::move(options));
}

}  // namespace carillon::server

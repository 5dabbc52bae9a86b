#include "server/oidc_service.h"

#include <fstream>
#include <iterator>
#include <utility>

namespace carillon::server {
namespace {

constexpr std::size_t kSecretBytesMax = 4096;

// The file's text without the line end that editors put there.
Result<std::string> read_secret(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (in && !text.empty() && text.size() <= kSecretBytesMax) return text;
  return fail(Errc::invalid_field, "oidc.client_secret_file: no secret can be read from " + file);
}

}  // namespace

Result<std::unique_ptr<oidc::Provider>> make_provider(Config& config, Clock const& clock) {
  auto const& settings = config.oidc;
  if (settings.issuer.empty()) return std::unique_ptr<oidc::Provider>();
  if (settings.client_id.empty()) {
    return fail(Errc::invalid_field, "oidc.client_id: needed together with oidc.issuer");
  }
  if (!settings.issuer.starts_with("https://") && settings.allow_addresses.empty()) {
    return fail(Errc::invalid_field,
                "oidc.issuer: must begin with https://, but where oidc.allow_addresses is set");
  }
  for (auto const& text : settings.operator_roles) {
    TRY(auto role, parse_group_role(text));
    config.console.oidc.operator_roles.push_back(std::move(role));
  }
  oidc::ProviderOptions options;
  options.issuer = settings.issuer;
  options.client_id = settings.client_id;
  if (!settings.client_secret_file.empty()) {
    TRY(options.client_secret, read_secret(settings.client_secret_file));
  }
  options.scopes = settings.scopes;
  options.rules.allowed = settings.allow_addresses;
  options.rules.timeout = settings.timeout;
  options.rules.ca_file = settings.ca_file;
  options.rules.setting = "oidc.allow_addresses";
  return std::make_unique<oidc::Provider>(clock, std::move(options));
}

}  // namespace carillon::server

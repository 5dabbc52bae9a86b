// An app as our API shows it to the operator, and what may be said of one in a request.
//
// Shape   {app_id, name, type, tenant_key, developer, bot, enabled, scopes, ip_allow, availability,
//         receipts, dingtalk, secrets:[{version,use,created_at,withdrawn}], installations:[..]}.
//         Secrets are versions and dates only. Availability is {"all":true} or outside ids of
//         departments ("0" is the root) and users; a store app's is {"all":true} only, as ids are a
//         tenant's.
// Errors  invalid_field names the id that is not there.
// Cost    Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/organisation.h"
#include "base/result.h"
#include "crypto/sealed_id.h"
#include "json/reader.h"
#include "json/writer.h"

namespace carillon::console {

// Errors  not_found, also for a deleted app.
Result<App const*> get_app(Organisation const& organisation, std::string const& app_id);

std::string_view name_of(ReceiptPolicy policy);
std::optional<ReceiptPolicy> find_receipt_policy(std::string_view name);
std::string_view name_of(SecretUse use);
std::optional<SecretUse> find_secret_use(std::string_view name);

void append_app(json::Writer& json, Organisation const& organisation, App const& app);

Result<Availability> parse_availability(json::Value value, Organisation const& organisation,
                                        App const& app, IdSealer const& ids);

}  // namespace carillon::console

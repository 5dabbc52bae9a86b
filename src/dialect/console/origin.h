// Does one of our own pages make this call? Browsers say so, and no page can say otherwise.
//
// Source  fetch.spec.whatwg.org on the Origin header; W3C Fetch Metadata on Sec-Fetch-Site.
#pragma once

#include <cstdint>

#include "dialect/console/dialect.h"
#include "http/message.h"

namespace carillon::console {

enum class CallFrom : std::uint8_t { own_page, elsewhere, unsaid };

// Our own is the origin of the public URL, and the one that the call was sent to (Host).
CallFrom call_from(Context const& context, http::Request const& request);

}  // namespace carillon::console

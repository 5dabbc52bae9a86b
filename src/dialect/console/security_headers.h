// What every answer of ours says to browsers, besides its content.
//
// Source  OWASP Secure Headers; fetch.spec.whatwg.org on Cross-Origin-Resource-Policy.
#pragma once

#include <string_view>

#include "http/message.h"

namespace carillon::console {

enum class Scheme : bool { http, https };  // by which people reach us

// On answers to calls: never to be taken for another type, nor shown on another site's page.
void add_security_headers(http::Response& response, Scheme scheme);

// Whether a page plays sounds that we have.
enum class Sounds : bool { none, own };

// On the pages: besides, what they may load (themselves and nothing else). `nonce` is that of the
// one answer, or empty: styles that the page's script makes are allowed with it.
void add_page_headers(http::Response& response, Scheme scheme, std::string_view nonce,
                      Sounds sounds = Sounds::none);

}  // namespace carillon::console

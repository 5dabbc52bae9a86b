#include "http/websocket_handshake.h"

#include <array>
#include <utility>

#include <openssl/evp.h>

#include "http/text.h"

namespace carillon::http {
namespace {

constexpr std::size_t kKeyChars = 24;

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// Sixteen bytes in base64: 22 digits and "==".
bool is_key(std::string_view key) {
  if (key.size() != kKeyChars || !key.ends_with("==")) return false;
  for (char const c : key.substr(0, kKeyChars - 2)) {
    if (!is_base64(c)) return false;
  }
  return true;
}

// Is `token` in any header of that name, each a comma-separated list?
bool lists_token(Request const& request, std::string_view name, std::string_view token) {
  for (auto const& header : request.headers) {
    if (!same_token(header.name, name)) continue;
    auto rest = header.value;
    for (;;) {
      auto const comma = rest.find(',');
      if (same_token(trim(rest.substr(0, comma)), token)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

Response refusal(int status, std::string body) {
  Response out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::move(body);
  out.headers.emplace_back("Upgrade", "websocket");
  out.headers.emplace_back("Sec-WebSocket-Version", "13");
  return out;
}

}  // namespace

std::string websocket_accept_key(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> coded{};
  auto const length = EVP_EncodeBlock(coded.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<char const*>(coded.data()), static_cast<std::size_t>(length)};
}

bool asks_for_websocket(Request const& request) {
  return lists_token(request, "Upgrade", "websocket") &&
         lists_token(request, "Connection", "upgrade");
}

Response accept_websocket(Request const& request, std::unique_ptr<WebSocketHandler> handler,
                          WebSocketOptions const& options) {
  if (request.method != Method::get || !asks_for_websocket(request)) {
    return refusal(400, "a WebSocket is opened here: send Connection: Upgrade\n");
  }
  if (trim(request.header("Sec-WebSocket-Version")) != "13") {
    return refusal(426, "the WebSocket version is 13\n");
  }
  auto const key = trim(request.header("Sec-WebSocket-Key"));
  if (!is_key(key)) return refusal(400, "Sec-WebSocket-Key is not 16 bytes in base64\n");
  Response out;
  out.status = 101;
  out.headers.emplace_back("Upgrade", "websocket");
  out.headers.emplace_back("Connection", "Upgrade");
  out.headers.emplace_back("Sec-WebSocket-Accept", websocket_accept_key(key));
  out.websocket = std::make_unique<WebSocketStart>(WebSocketStart{std::move(handler), options});
  return out;
}

}  // namespace carillon::http

// The opening handshake: is this request one for a WebSocket, and the answer that makes it one.
//
// Source  RFC 6455, 4.2. Extensions are never agreed to (no compression: it would cost every idle
//         socket its window). A subprotocol is the endpoint's matter.
// Errors  400 for a request that is none, 426 for another version than 13, both with the headers
//         that say what is wanted.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/websocket.h"

namespace carillon::http {

// Names both headers that every such request has.
bool asks_for_websocket(Request const& request);

// The 101 that hands the connection to `handler`, or the refusal.
Response accept_websocket(Request const& request, std::unique_ptr<WebSocketHandler> handler,
                          WebSocketOptions const& options = {});

// What Sec-WebSocket-Accept says to this Sec-WebSocket-Key.
std::string websocket_accept_key(std::string_view key);

}  // namespace carillon::http

// What one socket says and hears in each of the protocols that bench/fanout.cc subscribes by.
//
// Shape   A Protocol has no state of its own beyond the options: a socket's is its `phase`, so that
//         18,000 of them stay small. hello() is sent when the socket is connected; take() is given
//         what came and eats whole units from its front, one a call; what is left comes again with
//         more behind it.
// Limits  No more of a protocol than the server in question says to a client that behaves: a unit
//         that is not expected ends the program, it is never passed over in silence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carillon::bench {

struct ProtocolOptions {
  std::string name;                // raw, ws, redis, nats, mqtt, xmpp
  std::string path = "/";          // ws: what is asked for
  std::string channel = "bench";   // redis, nats, mqtt: what is subscribed to; xmpp: the host
  std::string ready;               // ws: what the message has that ends the sign-in, "": none does
  std::size_t bytes = 0;           // raw: of each message
  std::vector<std::string> lines;  // ws: a bearer token for each socket; empty: none is sent
};

enum class Heard : std::uint8_t { more_needed, nothing, subscribed, message };

struct Unit {
  Heard heard = Heard::more_needed;
  std::size_t bytes = 0;          // eaten
  std::string_view payload = {};  // of a message
  std::string reply = {};         // to be sent, if not empty
};

class Protocol {
 public:
  virtual ~Protocol() = default;
  virtual std::string hello(std::size_t socket) const = 0;
  virtual Unit take(std::uint8_t& phase, std::string_view bytes) const = 0;
  // A socket that has nothing to hear before it is subscribed.
  virtual bool subscribed_at_once() const { return false; }
};

std::unique_ptr<Protocol> make_protocol(ProtocolOptions options);

// Ends the program with status 1.
[[noreturn]] void die(std::string const& what);

}  // namespace carillon::bench

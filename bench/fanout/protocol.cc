// The six protocols; see protocol.h.

#include "fanout/protocol.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace carillon::bench {
namespace {

std::size_t number(std::string_view digits) {
  std::size_t out = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), out).ec != std::errc{}) {
    die("not a number: " + std::string(digits));
  }
  return out;
}

// The line at the front without its end; `next`: where the one behind it begins, 0: no whole line.
struct Line {
  std::string_view text;
  std::size_t next = 0;
};

Line first_line(std::string_view bytes) {
  auto const end = bytes.find("\r\n");
  if (end == std::string_view::npos) return {};
  return {bytes.substr(0, end), end + 2};
}

class Raw final : public Protocol {
 public:
  explicit Raw(std::size_t bytes) : bytes_(bytes) {
    if (bytes == 0) die("raw needs --bytes");
  }
  std::string hello(std::size_t) const override { return {}; }
  bool subscribed_at_once() const override { return true; }
  Unit take(std::uint8_t&, std::string_view bytes) const override {
    if (bytes.size() < bytes_) return {};
    return {Heard::message, bytes_, bytes.substr(0, bytes_), {}};
  }

 private:
  std::size_t const bytes_;
};

// RFC 6455, the client's side. Phases: 0 waits for the 101, 1 for the `ready` message, 2 is live.
class WebSocket final : public Protocol {
 public:
  explicit WebSocket(ProtocolOptions options) : options_(std::move(options)) {}

  std::string hello(std::size_t socket) const override {
    std::string out =
        "GET " + options_.path +
        " HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y2FyaWxsb24gYmVuY2ggMQ==\r\n";
    if (!options_.lines.empty()) {
      out += "Authorization: Bearer " + options_.lines.at(socket) + "\r\n";
    }
    return out + "\r\n";
  }

  Unit take(std::uint8_t& phase, std::string_view bytes) const override {
    if (phase == 0) return upgraded(phase, bytes);
    if (bytes.size() < 2) return {};
    auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    std::size_t length = byte(1);  // a server does not mask
    std::size_t header = 2;
    if (length >= 126) {
      std::size_t const width = length == 126 ? 2 : 8;
      header += width;
      if (bytes.size() < header) return {};
      length = 0;
      for (std::size_t at = 2; at < header; ++at) length = length << 8 | byte(at);
    }
    if (bytes.size() < header + length) return {};
    auto const payload = bytes.substr(header, length);
    auto const size = header + length;
    if (byte(0) == 0x89) return {Heard::nothing, size, {}, pong(payload)};
    if (byte(0) != 0x81 && byte(0) != 0x82) {
      die("ws: a frame that is no message: " + std::to_string(byte(0)) + " " +
          std::string(payload.substr(payload.size() < 2 ? 0 : 2)));
    }
    if (phase == 1) {
      if (payload.find(options_.ready) == std::string_view::npos) return {Heard::nothing, size};
      phase = 2;
      return {Heard::subscribed, size};
    }
    return {Heard::message, size, payload, {}};
  }

 private:
  Unit upgraded(std::uint8_t& phase, std::string_view bytes) const {
    auto const end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return {};
    if (!bytes.starts_with("HTTP/1.1 101")) die("ws: " + std::string(bytes.substr(0, 300)));
    phase = options_.ready.empty() ? 2 : 1;
    return {phase == 2 ? Heard::subscribed : Heard::nothing, end + 4};
  }

  // Masked with zeros, as a client must and may.
  static std::string pong(std::string_view payload) {
    std::string out{'\x8a', static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
    return out.append(payload);
  }

  ProtocolOptions const options_;
};

// RESP: an array of three, each a bulk string or a number.
class Redis final : public Protocol {
 public:
  explicit Redis(std::string channel) : channel_(std::move(channel)) {}

  std::string hello(std::size_t) const override {
    return "*2\r\n$9\r\nSUBSCRIBE\r\n$" + std::to_string(channel_.size()) + "\r\n" + channel_ +
           "\r\n";
  }

  Unit take(std::uint8_t&, std::string_view bytes) const override {
    auto line = first_line(bytes);
    if (line.next == 0) return {};
    if (line.text != "*3") die("redis: " + std::string(line.text));
    std::array<std::string_view, 3> parts;
    std::size_t at = line.next;
    for (auto& part : parts) {
      line = first_line(bytes.substr(at));
      if (line.next == 0) return {};
      at += line.next;
      if (line.text.front() != '$') continue;  // a number, after its colon
      auto const size = number(line.text.substr(1));
      if (bytes.size() < at + size + 2) return {};
      part = bytes.substr(at, size);
      at += size + 2;
    }
    if (parts[0] == "subscribe") return {Heard::subscribed, at};
    return {Heard::message, at, parts[2], {}};
  }

 private:
  std::string const channel_;
};

class Nats final : public Protocol {
 public:
  explicit Nats(std::string channel) : channel_(std::move(channel)) {}

  std::string hello(std::size_t) const override {
    return R"(CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1"})"
           "\r\nSUB " +
           channel_ + " 1\r\nPING\r\n";
  }

  Unit take(std::uint8_t& phase, std::string_view bytes) const override {
    auto const line = first_line(bytes);
    if (line.next == 0) return {};
    if (line.text.starts_with("MSG ")) {
      auto const size = number(line.text.substr(line.text.rfind(' ') + 1));
      if (bytes.size() < line.next + size + 2) return {};
      return {Heard::message, line.next + size + 2, bytes.substr(line.next, size), {}};
    }
    if (line.text == "PING") return {Heard::nothing, line.next, {}, "PONG\r\n"};
    if (line.text == "PONG") {
      auto const heard = phase == 0 ? Heard::subscribed : Heard::nothing;
      phase = 1;
      return {heard, line.next};
    }
    if (!line.text.starts_with("INFO ")) die("nats: " + std::string(line.text));
    return {Heard::nothing, line.next};
  }

 private:
  std::string const channel_;
};

// MQTT 3.1.1, QoS 0.
class Mqtt final : public Protocol {
 public:
  explicit Mqtt(std::string channel) : channel_(std::move(channel)) {}

  std::string hello(std::size_t socket) const override {
    auto const client = "bench-" + std::to_string(socket);
    std::string body{0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0};  // clean session, no keep-alive
    return packet('\x10', body + text(client));
  }

  Unit take(std::uint8_t&, std::string_view bytes) const override {
    std::size_t length = 0;
    std::size_t at = 1;
    for (unsigned shift = 0;; shift += 7) {
      if (at >= bytes.size()) return {};
      auto const byte = static_cast<unsigned char>(bytes[at++]);
      length |= std::size_t{byte & 0x7fU} << shift;
      if (byte < 0x80) break;
    }
    if (bytes.size() < at + length) return {};
    auto const body = bytes.substr(at, length);
    auto const size = at + length;
    switch (static_cast<unsigned char>(bytes[0]) >> 4) {
      case 2:
        if (body[1] != 0) die("mqtt: refused");
        return {
            Heard::nothing, size, {}, packet('\x82', std::string{0, 1} + text(channel_) + '\0')};
      case 9:
        return {Heard::subscribed, size};
      case 3:
        return {Heard::message, size, body.substr(2 + channel_.size()), {}};
      default:
        die("mqtt: a packet that is not expected");
    }
  }

 private:
  static std::string text(std::string const& value) {
    return std::string{static_cast<char>(value.size() >> 8), static_cast<char>(value.size())} +
           value;
  }
  static std::string packet(char kind, std::string const& body) {
    if (body.size() > 127) die("mqtt: too long a name");
    return std::string{kind, static_cast<char>(body.size())} + body;
  }

  std::string const channel_;
};

// XMPP as far as a message from the server needs it: PLAIN, a second stream, bind, presence.
// Phases: 0 first features, 1 success, 2 second features, 3 bound, 4 own presence, 5 live.
class Xmpp final : public Protocol {
 public:
  explicit Xmpp(std::string host) : host_(std::move(host)) {}

  std::string hello(std::size_t) const override { return open(); }

  Unit take(std::uint8_t& phase, std::string_view bytes) const override {
    // Anything of the server's is short but the messages; the socket's number is in no phase, so
    // each signs in by the name that the server makes up for it (ANONYMOUS).
    struct Step {
      std::string_view until;
      std::string reply;
    };
    std::array<Step, 5> const steps{{
        {"</stream:features>",
         "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"},
        {"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", open()},
        {"</stream:features>",
         "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"},
        {"</iq>", "<presence/>"},
        {"<presence", ""},
    }};
    if (bytes.find("<failure") != std::string_view::npos ||
        bytes.find("<stream:error") != std::string_view::npos) {
      die("xmpp: " + std::string(bytes.substr(0, 300)));
    }
    if (phase < steps.size()) {
      auto const& step = steps[phase];
      auto at = bytes.find(step.until);
      if (at == std::string_view::npos) return {};
      at += step.until.size();
      if (phase == 4) {
        at = bytes.find('>', at);  // ours, come back: it has no children
        if (at == std::string_view::npos) return {};
        ++at;
      }
      ++phase;
      return {phase == 5 ? Heard::subscribed : Heard::nothing, at, {}, step.reply};
    }
    constexpr std::string_view kEnd = "</message>";
    auto const end = bytes.find(kEnd);
    if (end == std::string_view::npos) return {};
    return {Heard::message, end + kEnd.size(), bytes.substr(0, end), {}};
  }

 private:
  std::string open() const {
    return "<?xml version='1.0'?><stream:stream to='" + host_ +
           "' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
           "version='1.0'>";
  }

  std::string const host_;
};

}  // namespace

std::unique_ptr<Protocol> make_protocol(ProtocolOptions options) {
  if (options.name == "raw") return std::make_unique<Raw>(options.bytes);
  if (options.name == "ws") return std::make_unique<WebSocket>(std::move(options));
  if (options.name == "redis") return std::make_unique<Redis>(options.channel);
  if (options.name == "nats") return std::make_unique<Nats>(options.channel);
  if (options.name == "mqtt") return std::make_unique<Mqtt>(options.channel);
  if (options.name == "xmpp") return std::make_unique<Xmpp>(options.channel);
  die("no such protocol: " + options.name);
}

void die(std::string const& what) {
  std::fprintf(stderr, "fanout: %s\n", what.c_str());
  std::exit(1);
}

}  // namespace carillon::bench

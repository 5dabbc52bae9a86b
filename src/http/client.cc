#include "http/client.h"

#include <fstream>
#include <optional>

#include "http/client_socket.h"
#include "http/response_parser.h"
#include "http/text.h"

namespace carillon::http {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kLineBytesMax = 16 << 20;
constexpr std::size_t kExcerptBytes = 500;
constexpr int kInterimAnswersMax = 8;

}  // namespace

std::string_view ClientResponse::header(std::string_view name) const {
  for (auto const& [key, value] : headers) {
    if (same_token(key, name)) return value;
  }
  return {};
}

class Client::Impl {
 public:
  explicit Impl(ClientOptions given) : options(std::move(given)) {}

  Result<void> read_url() {
    std::string_view rest = options.url;
    tls = rest.starts_with("https://");
    if (!tls && !rest.starts_with("http://")) return bad_url();
    rest.remove_prefix(tls ? 8 : 7);
    rest = rest.substr(0, rest.find('/'));
    authority = rest;
    std::string_view digits;
    if (rest.starts_with('[')) {
      auto const end = rest.find(']');
      if (end == std::string_view::npos) return bad_url();
      host = rest.substr(1, end - 1);
      digits = rest.substr(end + 1);
    } else {
      host = rest.substr(0, rest.find(':'));
      digits = rest.substr(host.size());
    }
    if (host.empty() || (!digits.empty() && !digits.starts_with(':'))) return bad_url();
    port = digits.empty() ? (tls ? "443" : "80") : digits.substr(1);
    if (port.empty() || port.find_first_not_of("0123456789") != std::string::npos) return bad_url();
    return {};
  }

  Result<void> connect() {
    auto const until = options.total.count() == 0
                           ? ClientSocket::kNoDeadline
                           : std::chrono::steady_clock::now() + options.total;
    if (socket && socket->readable()) socket.reset();  // the server has closed it meanwhile
    if (!socket) {
      TRY(auto fresh, ClientSocket::connect(options, host, port, tls, until));
      socket.emplace(std::move(fresh));
    }
    socket->set_deadline(until);
    return {};
  }

  std::string head(std::string_view method, std::string_view target, ClientHeaders const& headers,
                   std::optional<std::uint64_t> length) const {
    std::string out;
    out.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ");
    out.append(authority).append("\r\n");
    for (auto const& [name, value] : headers) {
      out.append(name).append(": ").append(value).append("\r\n");
    }
    if (length) out.append("Content-Length: ").append(std::to_string(*length)).append("\r\n");
    return out.append("\r\n");
  }

  // Reads one answer, over any 100 Continue before it. The body of a success goes to `take` if
  // there is one, else it is kept.
  Result<ClientResponse> receive(bool bodiless,
                                 std::function<bool(std::string_view)> const& take = {}) {
    std::string held;
    for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
      ClientResponse response;
      bool too_large = false;
      ResponseParser parser(response, [&](std::string_view piece) {
        if (take && response.status / 100 == 2) return take(piece);
        too_large = response.body.size() + piece.size() > options.body_bytes_max;
        if (!too_large) response.body.append(piece);
        return !too_large;
      });
      if (bodiless) parser.expect_no_body();
      auto outcome = receive_into(parser, held);
      if (outcome && too_large) outcome = fail(Errc::unavailable, "the answer is too large");
      if (!outcome || !parser.keep_alive()) socket.reset();
      if (!outcome) return std::move(outcome).error();
      if (response.status / 100 != 1) return response;
    }
    socket.reset();
    return fail(Errc::unavailable, "the server announces an answer over and over");
  }

  ClientOptions options;
  bool tls = false;
  std::string authority;
  std::string host;
  std::string port;
  std::optional<ClientSocket> socket;

 private:
  Error bad_url() const {
    return fail(Errc::invalid_field,
                "'" + options.url + "' is not an address like http://127.0.0.1:8080");
  }

  Result<void> receive_into(ResponseParser& parser, std::string& held) {
    char buffer[kPieceBytes];
    for (;;) {
      if (!held.empty()) {
        TRY(auto const used, parser.parse(held));
        held.erase(0, used);
      }
      if (parser.done()) return {};
      TRY(auto const got, socket->read(buffer, sizeof buffer));
      if (got == 0) return parser.parse_end();
      held.append(buffer, got);
    }
  }
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

bool Client::connected() const { return impl_->socket.has_value(); }

Result<Client> Client::open(ClientOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  CHECK_OK(impl->read_url());
  return Client(std::move(impl));
}

Result<ClientResponse> Client::send(std::string_view method, std::string_view target,
                                    ClientHeaders const& headers, std::string_view body) {
  CHECK_OK(impl_->connect());
  bool const bodiless = body.empty() && (method == "GET" || method == "HEAD" || method == "DELETE");
  auto bytes = impl_->head(method, target, headers,
                           bodiless ? std::nullopt : std::optional<std::uint64_t>(body.size()));
  bytes.append(body);
  auto const sent = impl_->socket->write(bytes);
  // A server that refuses a body answers before it has read all of it.
  if (!sent && !impl_->socket->readable()) {
    impl_->socket.reset();
    return sent.error();
  }
  return impl_->receive(method == "HEAD");
}

Result<ClientResponse> Client::send_file(std::string_view method, std::string_view target,
                                         ClientHeaders const& headers,
                                         std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code problem;
  auto const size = std::filesystem::file_size(file, problem);
  if (!in || problem) return fail(Errc::invalid_field, "cannot read " + file.string());
  CHECK_OK(impl_->connect());
  auto& socket = *impl_->socket;
  CHECK_OK(socket.write(impl_->head(method, target, headers, size)));
  std::string piece(kPieceBytes, '\0');
  std::uint64_t left = size;
  bool early = false;
  while (left > 0 && !early) {
    auto const wanted = std::min<std::uint64_t>(left, kPieceBytes);
    if (!in.read(piece.data(), static_cast<std::streamsize>(wanted))) {
      impl_->socket.reset();
      return fail(Errc::invalid_field, file.string() + " became shorter while it was sent");
    }
    auto const sent = socket.write(std::string_view(piece).substr(0, wanted));
    early = socket.readable();
    if (!sent && !early) {
      impl_->socket.reset();
      return sent.error();
    }
    left -= wanted;
  }
  TRY(auto response, impl_->receive(false));
  if (left > 0) impl_->socket.reset();
  return response;
}

Result<void> Client::stream_lines(std::string_view target, ClientHeaders const& headers,
                                  std::function<bool(std::string_view line)> const& line) {
  CHECK_OK(impl_->connect());
  CHECK_OK(impl_->socket->write(impl_->head("GET", target, headers, std::nullopt)));
  std::string held;
  bool too_long = false;
  auto const take = [&](std::string_view piece) {
    held.append(piece);
    std::size_t begin = 0;
    for (auto end = held.find('\n'); end != std::string::npos; end = held.find('\n', begin)) {
      auto text = std::string_view(held).substr(begin, end - begin);
      if (text.ends_with('\r')) text.remove_suffix(1);
      begin = end + 1;
      if (!line(text)) return false;
    }
    held.erase(0, begin);
    too_long = held.size() > kLineBytesMax;
    return !too_long;
  };
  TRY(auto const response, impl_->receive(false, take));
  if (too_long) return fail(Errc::unavailable, "a line of the stream is too long");
  if (response.status / 100 != 2) {
    return fail(Errc::unavailable, "the server answered " + std::to_string(response.status) + ": " +
                                       response.body.substr(0, kExcerptBytes));
  }
  return {};
}

}  // namespace carillon::http

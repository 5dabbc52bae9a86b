#include "http/client_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "http/client.h"
#include "http/proxies.h"
#include "http/tls.h"

namespace carillon::http {
namespace {

// A connection that ends without a word gives OpenSSL no reason.
constexpr char kNoReason[] = "connection lost";

Error unreachable(std::string const& host, std::string const& port, std::string_view why) {
  return fail(Errc::unavailable,
              "cannot connect to " + host + ":" + port + ": " + std::string(why));
}

std::string numeric_address(addrinfo const& address) {
  char text[NI_MAXHOST];
  int const problem = getnameinfo(address.ai_addr, address.ai_addrlen, text, sizeof text, nullptr,
                                  0, NI_NUMERICHOST);
  return problem == 0 ? text : "an unreadable address";
}

}  // namespace

ClientSocket::ClientSocket(ClientSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      timeout_(other.timeout_),
      until_(other.until_),
      context_(std::move(other.context_)),
      ssl_(std::move(other.ssl_)) {}

ClientSocket::~ClientSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Result<ClientSocket> ClientSocket::connect(ClientOptions const& options, std::string const& host,
                                           std::string const& port, bool tls, Deadline until) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int const problem = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); problem != 0) {
    return unreachable(host, port, gai_strerror(problem));
  }
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> const addresses(found, freeaddrinfo);
  std::string why = "no address";
  for (auto const* a = found; a; a = a->ai_next) {
    if (options.allow) {
      if (auto const allowed = options.allow(numeric_address(*a)); !allowed) {
        why = allowed.error().detail;
        continue;
      }
    }
    ClientSocket socket(
        ::socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol),
        options.timeout);
    socket.until_ = until;
    if (socket.fd_ < 0) {
      why = std::strerror(errno);
      continue;
    }
    int problem = ::connect(socket.fd_, a->ai_addr, a->ai_addrlen) == 0 ? 0 : errno;
    if (problem == EINPROGRESS) {
      problem = ETIMEDOUT;
      if (socket.wait(POLLOUT, options.connect_timeout)) {
        socklen_t size = sizeof problem;
        getsockopt(socket.fd_, SOL_SOCKET, SO_ERROR, &problem, &size);
      }
    }
    if (problem != 0) {
      why = std::strerror(problem);
      continue;
    }
    int const on = 1;
    setsockopt(socket.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls) CHECK_OK(socket.start_tls(options, host));
    return socket;
  }
  return unreachable(host, port, why);
}

Result<void> ClientSocket::start_tls(ClientOptions const& options, std::string const& host) {
  ERR_clear_error();
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!context_) return fail(Errc::unavailable, "TLS: " + openssl_reason(kNoReason));
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_verify(context_.get(), options.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(context_.get());
  if (!options.ca_file.empty() &&
      SSL_CTX_load_verify_locations(context_.get(), options.ca_file.c_str(), nullptr) != 1) {
    return fail(Errc::invalid_field,
                "cannot read " + options.ca_file + ": " + openssl_reason(kNoReason));
  }
  ssl_.reset(SSL_new(context_.get()));
  if (!ssl_ || SSL_set_fd(ssl_.get(), fd_) != 1) {
    return fail(Errc::unavailable, "TLS: " + openssl_reason(kNoReason));
  }
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (parse_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    SSL_set1_host(ssl_.get(), host.c_str());
  }
  for (;;) {
    ERR_clear_error();
    int const outcome = SSL_connect(ssl_.get());
    if (outcome == 1) return {};
    if (long const verified = SSL_get_verify_result(ssl_.get());
        verified != X509_V_OK && !options.insecure) {
      return fail(Errc::unavailable, "the certificate of " + host + " is not trusted: " +
                                         X509_verify_cert_error_string(verified) +
                                         "; --insecure accepts any certificate");
    }
    CHECK_OK(wait_for(outcome, "the TLS handshake"));
  }
}

Result<void> ClientSocket::wait(short events, std::chrono::seconds time) const {
  pollfd fd{fd_, events, 0};
  auto const until = std::min(std::chrono::steady_clock::now() + time, until_);
  for (;;) {
    auto const left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    int const ready = ::poll(&fd, 1, static_cast<int>(std::max<long>(0, left.count())));
    if (ready > 0) return {};
    if (ready == 0) return fail(Errc::unavailable, "the server did not answer in time");
    if (errno != EINTR) return fail(Errc::unavailable, std::strerror(errno));
  }
}

Result<void> ClientSocket::wait_for(int outcome, std::string_view doing) {
  switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      return wait(POLLIN, timeout_);
    case SSL_ERROR_WANT_WRITE:
      return wait(POLLOUT, timeout_);
    default:
      return fail(Errc::unavailable, std::string(doing) + " failed: " + openssl_reason(kNoReason));
  }
}

// Also for a peer that never lets it wait.
Result<void> ClientSocket::check_deadline() const {
  if (std::chrono::steady_clock::now() < until_) return {};
  return fail(Errc::unavailable, "the server did not answer in time");
}

Result<std::size_t> ClientSocket::read(char* to, std::size_t size) {
  CHECK_OK(check_deadline());
  for (;;) {
    if (ssl_) {
      ERR_clear_error();
      std::size_t bytes = 0;
      int const outcome = SSL_read_ex(ssl_.get(), to, size, &bytes);
      if (outcome == 1) return bytes;
      if (SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
      CHECK_OK(wait_for(outcome, "reading"));
      continue;
    }
    auto const n = ::recv(fd_, to, size, 0);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EAGAIN && errno != EINTR) return fail(Errc::unavailable, std::strerror(errno));
    CHECK_OK(wait(POLLIN, timeout_));
  }
}

Result<void> ClientSocket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    CHECK_OK(check_deadline());
    if (ssl_) {
      ERR_clear_error();
      std::size_t written = 0;
      int const outcome = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
      if (outcome == 1) {
        bytes.remove_prefix(written);
      } else {
        CHECK_OK(wait_for(outcome, "writing"));
      }
      continue;
    }
    auto const n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN || errno == EINTR) {
      CHECK_OK(wait(POLLOUT, timeout_));
    } else {
      return fail(Errc::unavailable, std::strerror(errno));
    }
  }
  return {};
}

bool ClientSocket::readable() const {
  if (ssl_ && SSL_has_pending(ssl_.get()) == 1) return true;
  pollfd fd{fd_, POLLIN, 0};
  return ::poll(&fd, 1, 0) > 0;
}

}  // namespace carillon::http

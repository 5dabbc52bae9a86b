#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/x509err.h>

namespace carillon::http {

std::string openssl_reason(char const* otherwise) {
  auto const code = ERR_get_error();
  ERR_clear_error();
  char const* const reason = ERR_reason_error_string(code);
  return reason ? reason : otherwise;
}

Result<TlsContext> load_tls(std::string const& cert_file, std::string const& key_file) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return fail(Errc::unavailable, "TLS: " + openssl_reason());
  auto* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(raw, cert_file.c_str()) != 1) {
    return fail(Errc::invalid_field,
                "cannot read the TLS certificate " + cert_file + ": " + openssl_reason());
  }
  if (SSL_CTX_use_PrivateKey_file(raw, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    if (ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH) {
      ERR_clear_error();
      return fail(Errc::invalid_field,
                  "the TLS key " + key_file + " does not belong to the certificate " + cert_file);
    }
    return fail(Errc::invalid_field,
                "cannot read the TLS key " + key_file + ": " + openssl_reason());
  }
  return context;
}

TlsStream::TlsStream(Socket socket, TlsContext const& context)
    : socket_(std::move(socket)), ssl_(SSL_new(context.get())) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1) broken_ = true;
}

IoResult TlsStream::result(int outcome, std::size_t bytes) {
  if (outcome > 0) return {IoResult::Kind::moved, bytes, Socket::wait_read};
  switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:  // only after the socket had no more
      socket_.used_up(Socket::wait_read);
      return {IoResult::Kind::wait, 0, Socket::wait_read};
    case SSL_ERROR_WANT_WRITE:
      socket_.used_up(Socket::wait_write);
      return {IoResult::Kind::wait, 0, Socket::wait_write};
    case SSL_ERROR_ZERO_RETURN:
      return {};
    default:
      broken_ = true;
      return {};  // after this OpenSSL allows no further call, no shutdown
  }
}

IoResult TlsStream::handshake() {
  if (broken_) return {};
  ERR_clear_error();
  return result(SSL_accept(ssl_.get()), 0);
}

IoResult TlsStream::read(char* to, std::size_t size) {
  ERR_clear_error();
  std::size_t bytes = 0;
  int const outcome = SSL_read_ex(ssl_.get(), to, size, &bytes);
  return result(outcome, bytes);
}

IoResult TlsStream::write(char const* from, std::size_t size) {
  ERR_clear_error();
  std::size_t bytes = 0;
  int const outcome = SSL_write_ex(ssl_.get(), from, size, &bytes);
  return result(outcome, bytes);
}

void TlsStream::finish() {
  ERR_clear_error();
  if (!broken_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

}  // namespace carillon::http

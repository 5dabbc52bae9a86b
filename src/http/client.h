// A small blocking HTTP/1.1 client, for the command line and for calls that we make to others: one
// connection, kept alive, plain or TLS. Redirects are answers like any other.
//
// Errors  invalid_field for an address or a file that cannot be used; unavailable for a server that
//         cannot be reached, is too slow or talks nonsense. An HTTP status is not a failure, but in
//         stream_lines(), which has nothing to read then.
// Threads One at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace carillon::http {

struct ClientOptions {
  std::string url;        // "http://host:port" or "https://host:port"; a path is not taken
  bool insecure = false;  // accept any certificate
  std::string ca_file;    // trusted besides the system's; PEM
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds timeout{60};         // without progress; also between two events of a stream
  std::chrono::milliseconds total{0};       // of one send(), looking up the name excepted; 0: none
  std::size_t body_bytes_max = 256u << 20;  // of an answer kept in memory
  // Asked about each address that the name stands for, before it is called; unset: any.
  std::function<Result<void>(std::string_view address)> allow = {};
};

using ClientHeaders = std::vector<std::pair<std::string, std::string>>;

struct ClientResponse {
  int status = 0;
  ClientHeaders headers;
  std::string body;

  // The first header of that name in any case; empty if none.
  std::string_view header(std::string_view name) const;
};

class Client {
 public:
  // Reads the address; connects only with the first request.
  static Result<Client> open(ClientOptions options);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // There is a connection from an earlier call, which may have been closed meanwhile.
  bool connected() const;

  // Headers are sent besides Host and Content-Length.
  Result<ClientResponse> send(std::string_view method, std::string_view target,
                              ClientHeaders const& headers, std::string_view body);
  // The body is the file, read as it is sent. An answer that comes before its end is taken.
  Result<ClientResponse> send_file(std::string_view method, std::string_view target,
                                   ClientHeaders const& headers, std::filesystem::path const& file);
  // GET; each line of the body without its line end, until the body ends or `line` says false.
  Result<void> stream_lines(std::string_view target, ClientHeaders const& headers,
                            std::function<bool(std::string_view line)> const& line);

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon::http

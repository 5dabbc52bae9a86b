// A running server as the commands talk to it: JSON there and back, and failures as one sentence.
//
// Shape   call() is for our own API, feishu() and dingtalk() for the vendors' paths, which say in
//         `code` and in `errcode` whether they worked. The first two send the bearer token that
//         was given; the last one's is part of its target.
// Errors  Whatever the server refuses comes back with its own words, the call and the HTTP status;
//         unavailable if it cannot be reached.
// Threads One at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/client.h"
#include "json/reader.h"
#include "json/writer.h"

namespace carillon::server {

struct ServerAddress {
  std::string url = "http://127.0.0.1:8080";
  std::string ca_file;
  bool insecure = false;
};

class ApiClient {
 public:
  static Result<ApiClient> open(ServerAddress const& address, std::string bearer = {});

  void set_bearer(std::string token) { bearer_ = std::move(token); }
  // The answer's JSON; null if it has no body.
  Result<json::Document> call(std::string_view method, std::string_view target,
                              std::string_view body = {}, http::ClientHeaders headers = {});
  Result<json::Document> feishu(std::string_view method, std::string_view target,
                                std::string_view body = {}, http::ClientHeaders headers = {});
  Result<json::Document> dingtalk(std::string_view method, std::string_view target,
                                  std::string_view body = {});
  // POSTs a file, read as it is sent, and waits as long as the server works on it.
  Result<json::Document> upload(std::string_view target, std::filesystem::path const& file);
  // The same with several files, as a multipart form that lies in a temporary file meanwhile.
  struct FormFile {
    std::string field;
    std::filesystem::path path;
  };
  Result<json::Document> upload_form(std::string_view target, std::vector<FormFile> const& files);
  // The answer's text as it is; for /metrics.
  Result<std::string> text(std::string_view target);

 private:
  ApiClient(ServerAddress address, http::Client client, std::string bearer)
      : address_(std::move(address)), client_(std::move(client)), bearer_(std::move(bearer)) {}
  http::ClientHeaders headers(bool has_body) const;
  Result<json::Document> send_file(std::string_view target, std::filesystem::path const& file,
                                   std::string content_type);

  ServerAddress address_;
  http::Client client_;
  std::string bearer_;
};

// tenant_access_token of a custom app, by its credentials.
Result<std::string> fetch_app_token(ApiClient& api, std::string const& app_id,
                                    std::string const& app_secret);

// The same by the app's other name.
Result<std::string> fetch_key_token(ApiClient& api, std::string const& app_key,
                                    std::string const& app_secret);

// A member of an answer; empty, or 0, if there is none of that type.
std::string text_of(json::Value object, std::string_view name);
std::uint64_t number_of(json::Value object, std::string_view name);

// A list of a body; an empty one is left out.
void add_list(json::Writer& json, std::string_view name, std::vector<std::string> const& ids);

}  // namespace carillon::server

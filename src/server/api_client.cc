#include "server/api_client.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>

#include "crypto/crypto.h"
#include "http/percent.h"
#include "http/spool_file.h"
#include "json/writer.h"

namespace carillon::server {
namespace {

constexpr std::chrono::seconds kUploadTimeout{
    3600};  // an import of millions is answered at its end
constexpr std::size_t kExcerptBytes = 200;

http::ClientOptions options_for(ServerAddress const& address) {
  http::ClientOptions out;
  out.url = address.url;
  out.insecure = address.insecure;
  out.ca_file = address.ca_file;
  return out;
}

// What an RFC 9457 problem or a vendor's envelope says in words.
std::string words_of(http::ClientResponse const& response) {
  auto const document = json::parse_json(response.body);
  if (!document) return response.body.substr(0, kExcerptBytes);
  auto const root = document->root();
  auto const text = [&](std::string_view key) {
    auto const value = root.find_present(key);
    return std::string(value ? value->string() : std::string_view{});
  };
  if (auto const problems = root.find_present("problems")) {
    auto out = text("title");
    for (auto const problem : problems->elements()) {
      out.append("\n  ").append(problem.string());
    }
    return out;
  }
  if (auto const detail = text("detail"); !detail.empty()) return text("title") + ": " + detail;
  if (auto title = text("title"); !title.empty()) return title;
  auto out = text("msg");
  if (auto const code = root.find_present("code")) {
    out = "code " + std::to_string(code->integer().value_or(0)) + ", " + out;
  }
  if (auto const error = root.find_present("error")) {
    auto const message = error->find_present("message");
    if (message) out.append(" (").append(message->string()).append(")");
  }
  return out;
}

Error refusal(std::string_view method, std::string_view target,
              http::ClientResponse const& response) {
  auto text = std::string(method) + " " + std::string(target) + ": " + words_of(response);
  if (response.status != 200) text += " (HTTP " + std::to_string(response.status) + ")";
  if (response.status == 401 && target.starts_with("/api/v1/")) {
    text +=
        "\nThe operator's token is CARILLON_ADMIN_TOKEN of the server, else the one in its "
        "DIR/admin.token";
  }
  return fail(response.status == 404 ? Errc::not_found : Errc::unavailable, std::move(text));
}

Result<json::Document> read_answer(std::string_view method, std::string_view target,
                                   http::ClientResponse const& response) {
  if (response.status < 200 || response.status > 299) return refusal(method, target, response);
  if (response.body.empty()) return json::Document();
  auto document = json::parse_json(response.body);
  if (!document) {
    return fail(Errc::unavailable, std::string(method) + " " + std::string(target) +
                                       ": the answer is not JSON; is this a Carillon server?");
  }
  return document;
}

}  // namespace

Result<ApiClient> ApiClient::open(ServerAddress const& address, std::string bearer) {
  TRY(auto client, http::Client::open(options_for(address)));
  return ApiClient(address, std::move(client), std::move(bearer));
}

http::ClientHeaders ApiClient::headers(bool has_body) const {
  http::ClientHeaders out;
  if (!bearer_.empty()) out.emplace_back("Authorization", "Bearer " + bearer_);
  if (has_body) out.emplace_back("Content-Type", "application/json; charset=utf-8");
  return out;
}

Result<json::Document> ApiClient::call(std::string_view method, std::string_view target,
                                       std::string_view body, http::ClientHeaders extra) {
  auto all = headers(!body.empty());
  for (auto& header : extra) all.push_back(std::move(header));
  TRY(auto const response, client_.send(method, target, all, body));
  return read_answer(method, target, response);
}

Result<json::Document> ApiClient::feishu(std::string_view method, std::string_view target,
                                         std::string_view body, http::ClientHeaders extra) {
  auto all = headers(!body.empty());
  for (auto& header : extra) all.push_back(std::move(header));
  TRY(auto const response, client_.send(method, target, all, body));
  TRY(auto document, read_answer(method, target, response));
  auto const code = document.root().find_present("code");
  if (!code || code->integer() != 0) return refusal(method, target, response);
  return document;
}

Result<json::Document> ApiClient::dingtalk(std::string_view method, std::string_view target,
                                           std::string_view body) {
  TRY(auto document, call(method, target, body));
  auto const code = document.root().find_present("errcode");
  if (code && code->integer() == 0) return document;
  auto const text = document.root().find_present("errmsg").value_or(json::Value());
  return fail(Errc::unavailable, std::string(method) + " " +
                                     std::string(target.substr(0, target.find('?'))) + ": " +
                                     std::string(text.string()));
}

Result<json::Document> ApiClient::upload(std::string_view target,
                                         std::filesystem::path const& file) {
  return send_file(target, file, "application/octet-stream");
}

Result<json::Document> ApiClient::upload_form(std::string_view target,
                                              std::vector<FormFile> const& files) {
  std::uint8_t random[16];
  random_bytes(random, sizeof(random));
  auto const boundary = "carillon-" + to_hex(random, sizeof(random));
  http::SpoolFile form(std::filesystem::temp_directory_path());
  for (auto const& [field, path] : files) {
    auto name = path.filename().string();
    std::replace(name.begin(), name.end(), '"', '_');
    auto head = "--" + boundary;
    head.append("\r\nContent-Disposition: form-data; name=\"").append(field);
    head.append("\"; filename=\"").append(name).append("\"\r\n\r\n");
    CHECK_OK(form.append(head));
    std::ifstream file(path, std::ios::binary);
    std::string piece(256 * 1024, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
           file.gcount() > 0) {
      CHECK_OK(
          form.append(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount()))));
    }
    CHECK_OK(form.append("\r\n"));
  }
  CHECK_OK(form.append("--" + boundary + "--\r\n"));
  return send_file(target, form.path(), "multipart/form-data; boundary=" + boundary);
}

Result<json::Document> ApiClient::send_file(std::string_view target,
                                            std::filesystem::path const& file,
                                            std::string content_type) {
  auto options = options_for(address_);
  options.timeout = kUploadTimeout;
  TRY(auto client, http::Client::open(std::move(options)));
  auto all = headers(false);
  all.emplace_back("Content-Type", std::move(content_type));
  TRY(auto const response, client.send_file("POST", target, all, file));
  return read_answer("POST", target, response);
}

Result<std::string> ApiClient::text(std::string_view target) {
  TRY(auto response, client_.send("GET", target, headers(false), {}));
  if (response.status != 200) return refusal("GET", target, response);
  return std::move(response.body);
}

Result<std::string> fetch_app_token(ApiClient& api, std::string const& app_id,
                                    std::string const& app_secret) {
  std::string body;
  json::Writer(body)
      .begin_object()
      .field("app_id", app_id)
      .field("app_secret", app_secret)
      .end_object();
  TRY(auto const answer,
      api.feishu("POST", "/open-apis/auth/v3/tenant_access_token/internal", body));
  auto const token = answer.root().find_present("tenant_access_token");
  if (!token) return fail(Errc::unavailable, "the server's answer holds no tenant_access_token");
  return std::string(token->string());
}

Result<std::string> fetch_key_token(ApiClient& api, std::string const& app_key,
                                    std::string const& app_secret) {
  TRY(auto const answer, api.dingtalk("GET", "/gettoken?appkey=" + http::percent_encode(app_key) +
                                                 "&appsecret=" + http::percent_encode(app_secret)));
  auto const token = answer.root().find_present("access_token");
  if (!token) return fail(Errc::unavailable, "the server's answer holds no access_token");
  return std::string(token->string());
}

std::string text_of(json::Value object, std::string_view name) {
  auto const value = object.find_present(name);
  return std::string(value ? value->string() : std::string_view{});
}

std::uint64_t number_of(json::Value object, std::string_view name) {
  auto const value = object.find_present(name);
  return value ? value->unsigned_integer().value_or(0) : 0;
}

void add_list(json::Writer& json, std::string_view name, std::vector<std::string> const& ids) {
  if (!ids.empty()) json.texts(name, ids);
}

}  // namespace carillon::server

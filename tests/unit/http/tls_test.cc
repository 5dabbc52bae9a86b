#include <cstdio>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "http/client.h"
#include "tests/unit/http/serving.h"

namespace carillon::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Writes a new self-signed certificate for 127.0.0.1 and its key.
void make_certificate(std::string const& cert_file, std::string const& key_file) {
  auto* const key = EVP_EC_gen("P-256");
  auto* const cert = X509_new();
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
  X509_set_pubkey(cert, key);
  auto* const name = X509_get_subject_name(cert);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>("test"), -1, -1, 0);
  X509_set_issuer_name(cert, name);
  auto* const alternative =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(cert, alternative, -1);
  X509_EXTENSION_free(alternative);
  X509_sign(cert, key, EVP_sha256());
  auto* out = std::fopen(cert_file.c_str(), "w");
  PEM_write_X509(out, cert);
  std::fclose(out);
  out = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(cert);
  EVP_PKEY_free(key);
}

class TlsTest : public Serving {
 protected:
  TlsTest() {
    folder = std::filesystem::path(testing::TempDir()) / ("tls" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    options.tls_cert_file = folder / "cert.pem";
    options.tls_key_file = folder / "key.pem";
    make_certificate(options.tls_cert_file, options.tls_key_file);
  }
  ~TlsTest() override {
    listener.reset();
    std::filesystem::remove_all(folder);
  }
  Client client(std::string ca_file) {
    ClientOptions how;
    how.url = "https://127.0.0.1:" + std::to_string(port());
    how.ca_file = std::move(ca_file);
    how.insecure = how.ca_file.empty();
    return *Client::open(how);
  }
  std::string hello(Client& client) {
    auto const answer = client.send("GET", "/hello", {}, "");
    return answer ? answer->body : answer.error().detail;
  }

  std::filesystem::path folder;
};

TEST_F(TlsTest, ServesTls) {
  start();
  auto trusting = client(options.tls_cert_file);
  EXPECT_EQ(hello(trusting), "hello");
  EXPECT_EQ(hello(trusting), "hello");
  EXPECT_EQ(listener->stats().connections_accepted, 1u) << "the connection is kept";
  auto careless = client("");
  EXPECT_EQ(hello(careless), "hello");
}

TEST_F(TlsTest, LargeBodiesGoBothWays) {
  add(Method::post, "/mirror", [](Request const& request, Reply reply) {
    reply(text(std::string(request.body)));
  }).body_bytes_max = 10 << 20;
  readd();
  start();
  auto trusting = client(options.tls_cert_file);
  std::string body;
  for (int i = 0; body.size() < 4 << 20; ++i) body += std::to_string(i);
  auto const answer = trusting.send("POST", "/mirror", {}, body);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_TRUE(answer->body == body);
}

TEST_F(TlsTest, AReloadedCertificateIsForNewConnections) {
  start();
  auto before = client(options.tls_cert_file);
  EXPECT_EQ(hello(before), "hello");
  auto const old_cert = (folder / "old.pem").string();
  std::filesystem::copy_file(options.tls_cert_file, old_cert);
  make_certificate(options.tls_cert_file, options.tls_key_file);
  ASSERT_TRUE(listener->reload_tls());
  EXPECT_EQ(hello(before), "hello") << "an old connection goes on";
  auto after = client(options.tls_cert_file);
  EXPECT_EQ(hello(after), "hello");
  auto distrusting = client(old_cert);
  EXPECT_THAT(hello(distrusting), HasSubstr("not trusted"));
}

TEST_F(TlsTest, AFailedReloadKeepsTheOldCertificate) {
  start();
  auto const good = (folder / "good.pem").string();
  std::filesystem::copy_file(options.tls_cert_file, good);
  make_certificate(options.tls_cert_file, folder / "other-key.pem");
  auto const reloaded = listener->reload_tls();
  ASSERT_FALSE(reloaded);
  EXPECT_THAT(reloaded.error().detail, HasSubstr("does not belong"));
  std::filesystem::remove(options.tls_cert_file);
  EXPECT_FALSE(listener->reload_tls());
  auto trusting = client(good);
  EXPECT_EQ(hello(trusting), "hello");
}

TEST_F(TlsTest, WhoDoesNotSpeakTlsIsClosed) {
  options.header_timeout = 1s;
  start();
  Wire plain(port());
  plain.send(get("/hello"));
  EXPECT_EQ(plain.answer().status, 0);
  Wire silent(port());
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(eventually([&] { return listener->stats().connections_open == 0; }));
}

}  // namespace
}  // namespace carillon::http

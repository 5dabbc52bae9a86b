#include "http/answer.h"

#include <gtest/gtest.h>

namespace carillon::http {
namespace {

AnswerFrame frame() { return {"ID", "DATE", 1, false, true}; }

TEST(Answer, IsWrittenExactlySo) {
  Response response;
  response.body = "{}";
  response.headers = {{"x-ogw-ratelimit-limit", "50"}};
  std::string out;
  append_answer(out, response, frame());
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
            "Content-Length: 2\r\nX-Tt-Logid: ID\r\nX-Request-Id: ID\r\nDate: DATE\r\n"
            "x-ogw-ratelimit-limit: 50\r\n\r\n{}");
}

TEST(Answer, NoContentHasNoLength) {
  Response response;
  response.status = 204;
  response.body = "ignored";
  std::string out;
  append_answer(out, response, frame());
  EXPECT_EQ(out,
            "HTTP/1.1 204 No Content\r\nX-Tt-Logid: ID\r\nX-Request-Id: ID\r\nDate: DATE\r\n\r\n");
}

TEST(Answer, AHeaderCannotSmuggleAnother) {
  Response response;
  response.headers = {{"Location", "/x\r\nSet-Cookie: a=b"}, {"A\nB", "x"}, {"Good", "y"}};
  std::string out;
  append_answer(out, response, frame());
  EXPECT_EQ(out.find("Set-Cookie"), std::string::npos);
  EXPECT_EQ(out.find("A\nB"), std::string::npos);
  EXPECT_NE(out.find("Good: y\r\n"), std::string::npos);
}

TEST(Answer, SaysWhetherTheConnectionGoesOn) {
  Response const response;
  auto about = frame();
  std::string out;
  append_answer(out, response, about);
  EXPECT_EQ(out.find("Connection"), std::string::npos);
  about.minor_version = 0;
  append_answer(out, response, about);
  EXPECT_NE(out.find("Connection: keep-alive\r\n"), std::string::npos);
  about.keep_alive = false;
  append_answer(out, response, about);
  EXPECT_NE(out.find("Connection: close\r\n"), std::string::npos);
}

}  // namespace
}  // namespace carillon::http

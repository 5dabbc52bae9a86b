// What a failure is called on the wire: the code and its text in two languages.
//
// Shape   The classic APIs have numbers, one switch without default over Errc, so that a new Errc
//         does not compile until it has its place here; a family that calls something by another
//         name says so before it. The new-style APIs have words and HTTP statuses.
// Source  docs/wire/dingtalk/errors.md, where each code has the input that provokes it.
// Cost    Pure; the texts are literals.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace carillon::dingtalk {

enum class Language : std::uint8_t {
  mixed,  // each text as the vendor's own pages show it: most in Chinese, some in English
  chinese,
  english,
};

struct WireError {
  int code;
  std::string_view chinese;
  std::string_view english;
  Language usual = Language::chinese;

  std::string_view text(Language language) const {
    auto const wanted = language == Language::mixed ? usual : language;
    return wanted == Language::english ? english : chinese;
  }
  friend bool operator==(WireError const&, WireError const&) = default;
};

enum class Family : std::uint8_t {
  token,        // gettoken with an app's key
  corp_token,   // gettoken with a corpid
  topapi,       // refusals of the gateway are wrapped in code 88
  send,         // as topapi
  progress,     // as topapi
  plain,        // the other classic paths
  media,        // as plain
  users,        // of the directory, as topapi
  departments,  // likewise
};

WireError wire_error(Family family, Errc code);

// Whether the gateway's refusal is wrapped in code 88 on this family's paths.
bool is_wrapped(Family family, Errc code);

// Of the new-style APIs.
struct NewError {
  int status;
  std::string_view code;
  std::string_view chinese;
  std::string_view english;

  std::string_view text(Language language) const {
    return language == Language::english ? english : chinese;
  }
  friend bool operator==(NewError const&, NewError const&) = default;
};

NewError new_error(Errc code);

// Found before any Errc exists.
inline constexpr WireError kKeyMissing{40035, "缺少参数 corpid or appkey",
                                       "Missing parameter corpid or appkey"};
inline constexpr WireError kSecretMissing{40035, "缺少参数 corpsecret or appsecret",
                                          "Missing parameter corpsecret or appsecret"};
inline constexpr WireError kGetWanted{43001, "需要GET请求", "A GET request is required"};
inline constexpr WireError kPostWanted{43002, "需要POST请求", "A POST request is required"};
inline constexpr WireError kUnknownPath{404, "请求的URI地址不存在",
                                        "The requested URI does not exist"};
inline constexpr WireError kMessageIncomplete{34014, "消息体不完整", "The message is incomplete"};
inline constexpr WireError kContentTooLong{34016, "消息内容长度超过限制",
                                           "The content is too long"};
inline constexpr WireError kRootNotUpdated{60018, "不允许更新根部门",
                                           "The root department cannot be updated"};
inline constexpr NewError kBodyMissing{400, "Missingbody", "body is mandatory for this action.",
                                       "body is mandatory for this action."};
inline constexpr NewError kUnknownAction{
    404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.",
    "Specified api is not found, please check your url and method."};

}  // namespace carillon::dingtalk

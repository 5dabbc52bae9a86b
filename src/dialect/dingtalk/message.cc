#include "dialect/dingtalk/message.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "crypto/crypto.h"
#include "dialect/dingtalk/media.h"
#include "dialect/dingtalk/parameters.h"
#include "json/walk.h"
#include "json/writer.h"

namespace carillon::dingtalk {
namespace {

using json::Value;
using Fault = std::optional<WireError>;

constexpr WireError kBadMessageType{34004, "无效的会话消息的类型", "Invalid message type"};
constexpr WireError kNoImage{34008, "图片消息内容不能为空", "The image message has no content"};
constexpr WireError kNoLink{34009, "链接消息内容不能为空", "The link message has no content"};
constexpr WireError kNoFile{34010, "文件消息内容不能为空", "The file message has no content"};
constexpr WireError kNoVoice{34011, "语音消息内容不能为空", "The voice message has no content"};

constexpr std::size_t kContentMax = 5000;
constexpr std::size_t kTitleMax = 64;
constexpr std::size_t kButtonTitleMax = 20;
constexpr std::size_t kUrlMax = 500;
constexpr std::size_t kButtonsMax = 1000;
constexpr std::int64_t kVoiceSecondsMax = 59;

// Strings that readers never see; a word of the audit inside them says nothing.
constexpr std::array<std::string_view, 7> kHidden{
    "media_id", "duration", "bgcolor", "status_bg", "btn_orientation", "image", "picUrl"};

// Characters, not bytes.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// A scalar member as text; empty if it is missing or no scalar.
std::string text_of(Value object, std::string_view key) {
  return scalar_text(object.find_present(key).value_or(Value())).value_or("");
}

bool is_longer(Value object, std::string_view key, std::size_t length_max) {
  return length_of(text_of(object, key)) > length_max;
}

bool has_all(Value object, std::initializer_list<std::string_view> keys) {
  return std::all_of(keys.begin(), keys.end(),
                     [&](std::string_view key) { return !text_of(object, key).empty(); });
}

Fault check_text(Value body) {
  if (!has_all(body, {"content"})) return kMessageIncomplete;
  if (is_longer(body, "content", kContentMax)) return kContentTooLong;
  return {};
}

Fault check_image(Value body) {
  if (!has_all(body, {"media_id"})) return kNoImage;
  return {};
}

Fault check_voice(Value body) {
  auto const seconds = whole_number(body.find_present("duration").value_or(Value()));
  if (!has_all(body, {"media_id"}) || !seconds || *seconds < 1 || *seconds > kVoiceSecondsMax) {
    return kNoVoice;
  }
  return {};
}

Fault check_file(Value body) {
  if (!has_all(body, {"media_id"})) return kNoFile;
  return {};
}

Fault check_link(Value body) {
  if (!has_all(body, {"messageUrl", "picUrl", "title", "text"})) return kNoLink;
  return {};
}

Fault check_oa(Value body) {
  auto const head = body.find_present("head").value_or(Value());
  auto const content = body.find_present("body").value_or(Value());
  if (!has_all(body, {"message_url"}) || !head.is_object() || !content.is_object()) {
    return kMessageIncomplete;
  }
  auto const bar = body.find_present("status_bar");
  if (bar && (!bar->is_object() || !has_all(*bar, {"status_value"}))) return kMessageIncomplete;
  if (is_longer(content, "title", kTitleMax) || is_longer(content, "content", kContentMax)) {
    return kContentTooLong;
  }
  return {};
}

Fault check_markdown(Value body) {
  if (!has_all(body, {"title", "text"})) return kMessageIncomplete;
  if (is_longer(body, "title", kTitleMax) || is_longer(body, "text", kContentMax)) {
    return kContentTooLong;
  }
  return {};
}

Fault check_buttons(Value buttons) {
  if (!buttons.is_array() || buttons.size() == 0) return kMessageIncomplete;
  for (auto const button : buttons.elements()) {
    if (!has_all(button, {"title", "action_url"})) return kMessageIncomplete;
  }
  if (length_of(json::minified(buttons)) > kButtonsMax) return kContentTooLong;
  return {};
}

// One button for the whole card, or a row of them.
Fault check_action_card(Value body) {
  if (!has_all(body, {"markdown"})) return kMessageIncomplete;
  if (is_longer(body, "title", kTitleMax) || is_longer(body, "markdown", kContentMax) ||
      is_longer(body, "single_title", kButtonTitleMax) || is_longer(body, "single_url", kUrlMax)) {
    return kContentTooLong;
  }
  if (auto const buttons = body.find_present("btn_json_list")) return check_buttons(*buttons);
  if (!has_all(body, {"single_title", "single_url"})) return kMessageIncomplete;
  return {};
}

struct Type {
  std::string_view name;
  Fault (*check)(Value body);
};
constexpr std::array<Type, 8> kTypes{{
    {"text", check_text},
    {"image", check_image},
    {"voice", check_voice},
    {"file", check_file},
    {"link", check_link},
    {"oa", check_oa},
    {"markdown", check_markdown},
    {"action_card", check_action_card},
}};

std::string hash_of(std::string_view type, Value body) {
  std::string text(type);
  text += '\n';
  text += json::canonical(body);
  auto const hash = sha256(text);
  return {hash.begin(), hash.end()};
}

Type const* find_type(std::string_view name) {
  auto const known = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](Type const& each) { return each.name == name; });
  return known == kTypes.end() ? nullptr : &*known;
}

}  // namespace

bool is_msg_type(std::string_view type) { return find_type(type) != nullptr; }

ReadMessage read_message(Value msg) {
  auto const type = text_of(msg, "msgtype");
  return read_message(type, msg.find_present(type).value_or(Value()));
}

ReadMessage read_message(std::string_view type, Value body) {
  auto const* const known = find_type(type);
  if (known == nullptr) return kBadMessageType;
  if (!body.is_object()) return kMessageIncomplete;
  if (auto const fault = known->check(body)) return *fault;
  Message out;
  out.type = type;
  out.json = json::minified(body);
  out.hash = hash_of(type, body);
  if (auto media = text_of(body, "media_id"); !media.empty()) {
    out.media_ids.push_back(std::move(media));
    out.media_are = find_media_use(type).value_or(MediaUse::image);
  }
  json::append_strings(out.visible_text, body, kHidden);
  return out;
}

}  // namespace carillon::dingtalk

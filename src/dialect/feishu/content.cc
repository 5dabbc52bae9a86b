#include "dialect/feishu/content.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dialect/feishu/post.h"
#include "http/text.h"
#include "json/walk.h"

namespace carillon::feishu {
namespace {

using json::Value;

constexpr std::array<std::pair<std::string_view, MsgType>, 5> kMsgTypes{{
    {"text", MsgType::text},
    {"image", MsgType::image},
    {"post", MsgType::post},
    {"share_chat", MsgType::share_chat},
    {"interactive", MsgType::interactive},
}};

// Strings that readers never see; a word of the audit inside them says nothing.
constexpr std::array<std::string_view, 4> kHidden{"tag", "img_key", "image_key", "template_id"};

Result<std::string> required_content_text(Value content, std::string_view key) {
  auto const value = content.find_present(key);
  if (!value || !value->is_string() || value->string().empty()) {
    return fail(Errc::bad_content, "content." + std::string(key) + ": a text is required");
  }
  return std::string(value->string());
}

Result<Message> read_text(Value content) {
  Message out;
  TRY(out.visible_text, required_content_text(content, "text"));
  out.mentions_all = mentions_all(out.visible_text);
  return out;
}

Result<Message> read_image(Value content) {
  Message out;
  TRY(auto key, required_content_text(content, "image_key"));
  out.image_keys.push_back(std::move(key));
  return out;
}

Result<Message> read_share_chat(Value content) {
  Message out;
  TRY(out.chat_id, required_content_text(content, "share_chat_id"));
  return out;
}

Result<void> check_template(Value card) {
  auto const data = card.find_present("data");
  if (!data || !data->is_object()) {
    return fail(Errc::bad_content, "card.data: an object is required with type template");
  }
  auto const id = data->find_present("template_id");
  if (!id || id->string().empty()) {
    return fail(Errc::bad_content, "card.data.template_id: a text is required");
  }
  auto const variables = data->find_present("template_variable");
  if (variables && !variables->is_object()) {
    return fail(Errc::bad_content, "card.data.template_variable: must be an object");
  }
  return {};
}

// Card JSON 1.0 has elements, or i18n_elements a language; 2.0 has a body.
Result<void> check_card_json(Value card) {
  auto const elements = card.find_present("elements");
  auto const localized = card.find_present("i18n_elements");
  auto const body = card.find_present("body");
  if (!elements && !localized && !body) {
    return fail(Errc::bad_content, "card: needs elements, i18n_elements, body or a template");
  }
  if (elements && !elements->is_array()) {
    return fail(Errc::bad_content, "card.elements: must be an array");
  }
  if (localized && !localized->is_object()) {
    return fail(Errc::bad_content, "card.i18n_elements: must be an object");
  }
  if (body && !body->is_object()) return fail(Errc::bad_content, "card.body: must be an object");
  return {};
}

Result<Message> read_card(Value card) {
  auto const type = card.find_present("type");
  if (type && type->string() == "template") {
    CHECK_OK(check_template(card));
  } else {
    CHECK_OK(check_card_json(card));
  }
  Message out;
  json::append_strings(out.visible_text, card, kHidden);
  return out;
}

// The value of the attribute user_id in the inside of a tag, without quotes; empty if none.
std::string_view user_id_of(std::string_view inside) {
  constexpr std::string_view kName = "user_id";
  auto at = inside.find(kName);
  while (at != std::string_view::npos) {
    auto rest = http::trim(inside.substr(at + kName.size()));
    bool const whole_name = at > 0 && (inside[at - 1] == ' ' || inside[at - 1] == '\t');
    if (whole_name && rest.starts_with('=')) {
      rest = http::trim(rest.substr(1));
      if (rest.empty()) return {};
      char const quote = rest.front();
      if (quote == '"' || quote == '\'') {
        rest.remove_prefix(1);
        return rest.substr(0, rest.find(quote));
      }
      return rest.substr(0, rest.find_first_of(" \t/"));
    }
    at = inside.find(kName, at + 1);
  }
  return {};
}

}  // namespace

std::optional<MsgType> find_msg_type(std::string_view name) {
  for (auto const& [known, type] : kMsgTypes) {
    if (known == name) return type;
  }
  return std::nullopt;
}

std::string_view name_of(MsgType type) { return kMsgTypes[static_cast<std::size_t>(type)].first; }

Result<Message> read_message(MsgType type, Value value) {
  switch (type) {
    case MsgType::text:
      return read_text(value);
    case MsgType::image:
      return read_image(value);
    case MsgType::post:
      return read_post(value);
    case MsgType::share_chat:
      return read_share_chat(value);
    case MsgType::interactive:
      return read_card(value);
  }
  return fail(Errc::bad_content);
}

bool mentions_all(std::string_view text) {
  constexpr std::size_t kTagBytesMax = 256;  // keeps a hostile text's cost linear
  auto at = text.find("<at");
  while (at != std::string_view::npos) {
    auto const inside = text.substr(at + 3, kTagBytesMax);
    auto const end = inside.find_first_of("<>");
    if (end != std::string_view::npos && inside[end] == '>' &&
        http::same_token(user_id_of(inside.substr(0, end)), "all")) {
      return true;
    }
    at = text.find("<at", at + 3);
  }
  return false;
}

}  // namespace carillon::feishu

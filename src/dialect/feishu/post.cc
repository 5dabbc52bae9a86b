#include "dialect/feishu/post.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace carillon::feishu {
namespace {

using json::Value;

constexpr std::array<std::string_view, 5> kLocales{"zh_cn", "en_us", "ja_jp", "zh_hk", "zh_tw"};

enum class Blank { refused, allowed };

// What each tag must have; the second field is empty where one is enough.
struct Tag {
  std::string_view name;
  std::string_view field;
  Blank blank;
  std::string_view second;
  bool alone;  // must be the only element of its paragraph
};
constexpr std::array<Tag, 6> kTags{{
    {"text", "text", Blank::allowed, "", false},
    {"a", "text", Blank::allowed, "href", false},
    {"at", "user_id", Blank::refused, "", false},
    {"img", "image_key", Blank::refused, "", true},
    {"media", "file_key", Blank::refused, "", true},
    {"emotion", "emoji_type", Blank::refused, "", false},
}};

Error bad(std::string const& place, std::string_view what) {
  return fail(Errc::bad_content, place + ": " + std::string(what));
}

std::string_view text_of(Value element, std::string_view key) {
  auto const value = element.find(key);
  return value ? value->string() : std::string_view{};
}

Result<void> check_field(Value element, std::string_view key, Blank blank,
                         std::string const& place) {
  auto const value = element.find_present(key);
  if (!value || !value->is_string()) {
    return bad(place + "." + std::string(key), "a text is required");
  }
  if (blank == Blank::refused && value->string().empty()) {
    return bad(place + "." + std::string(key), "must not be empty");
  }
  return {};
}

Result<Tag const*> check_element(Value element, std::string const& place) {
  if (!element.is_object()) return bad(place, "must be an object");
  auto const name = text_of(element, "tag");
  auto const* tag = std::find_if(kTags.begin(), kTags.end(),
                                 [&](Tag const& known) { return known.name == name; });
  if (tag == kTags.end()) return bad(place, "has no tag that batch messages take");
  CHECK_OK(check_field(element, tag->field, tag->blank, place));
  if (!tag->second.empty()) CHECK_OK(check_field(element, tag->second, Blank::refused, place));
  return tag;
}

// Notes what the element names and shows; `links` are shown apart from the line of text.
void note(Value element, Tag const& tag, Message& out, std::string& links) {
  if (tag.name == "text" || tag.name == "a") out.visible_text += text_of(element, "text");
  if (tag.name == "a") links.append(text_of(element, "href")).append("\n");
  if (tag.name == "at") {
    out.visible_text += text_of(element, "user_name");
    if (text_of(element, "user_id") == "all") out.mentions_all = true;
  }
  if (tag.name == "img") out.image_keys.emplace_back(text_of(element, "image_key"));
}

Result<void> read_paragraph(Value paragraph, std::string const& place, Message& out) {
  if (!paragraph.is_array()) return bad(place, "must be an array of elements");
  std::string links;
  std::size_t n = 0;
  for (auto const element : paragraph.elements()) {
    auto const at = place + "[" + std::to_string(n++) + "]";
    TRY(auto const* tag, check_element(element, at));
    if (tag->alone && paragraph.size() != 1) {
      return bad(at, std::string(tag->name) + " must be alone in its paragraph");
    }
    note(element, *tag, out, links);
  }
  out.visible_text += '\n';
  out.visible_text += links;
  return {};
}

Result<void> read_locale(Value locale, std::string const& place, Message& out) {
  if (!locale.is_object()) return bad(place, "must be an object");
  auto const title = locale.find_present("title");
  if (title && !title->is_string()) return bad(place + ".title", "must be a text");
  if (title) out.visible_text.append(title->string()).append("\n");
  auto const content = locale.find_present("content");
  if (!content || !content->is_array()) {
    return bad(place + ".content", "an array of paragraphs is required");
  }
  if (content->size() == 0 && (!title || title->string().empty())) {
    return bad(place, "has neither title nor content");
  }
  std::size_t n = 0;
  for (auto const paragraph : content->elements()) {
    CHECK_OK(read_paragraph(paragraph, place + ".content[" + std::to_string(n++) + "]", out));
  }
  return {};
}

}  // namespace

Result<Message> read_post(Value content) {
  auto const post = content.find_present("post");
  if (!post || !post->is_object()) return bad("content.post", "an object is required");
  if (post->size() == 0) return bad("content.post", "needs at least one locale");
  Message out;
  for (auto const [name, locale] : post->members()) {
    auto const place = "content.post." + std::string(name);
    if (std::find(kLocales.begin(), kLocales.end(), name) == kLocales.end()) {
      return bad(place, "is not a locale that messages have");
    }
    CHECK_OK(read_locale(locale, place, out));
  }
  return out;
}

}  // namespace carillon::feishu

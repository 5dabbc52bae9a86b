#include "json/reader.h"

#include <algorithm>
#include <bit>

#include <simdjson.h>

#include "json/writer.h"

namespace carillon::json {
namespace {

// Beyond this a thread's parser and its copy of the text are given back after use.
constexpr std::size_t kKeptBytesMax = 200'000;
constexpr std::size_t kSpareBytesMax = 16'384;

// simdjson reads up to SIMDJSON_PADDING bytes past the text, so each thread parses from a copy.
class ThreadParser {
 public:
  simdjson::error_code parse(std::string_view text, std::size_t depth_max,
                             simdjson::dom::document& into) {
    if (depth_ != depth_max) {
      parser_ = std::make_unique<simdjson::dom::parser>();
      // Its own count starts at the document, hence one more than objects and arrays.
      if (auto const error = parser_->allocate(kFirstBytes, depth_max + 1)) {
        parser_.reset();
        depth_ = 0;
        return error;
      }
      depth_ = depth_max;
    }
    padded_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    padded_.assign(text);
    padded_.append(simdjson::SIMDJSON_PADDING, ' ');
    return parser_->parse_into_document(into, padded_.data(), text.size(), false).error();
  }

  void give_back(std::size_t text_bytes) {
    if (text_bytes <= kKeptBytesMax) return;
    depth_ = 0;
    parser_.reset();
    std::string().swap(padded_);
  }

 private:
  static constexpr std::size_t kFirstBytes = 4096;
  std::unique_ptr<simdjson::dom::parser> parser_;
  std::size_t depth_ = 0;
  std::string padded_;
};

// The text with ".0" after each integer of more than 18 digits, which simdjson would refuse.
std::string with_big_integers_as_reals(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 64);
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    out += c;
    if (in_string) {
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    auto const digit = [&](std::size_t n) {
      return n < text.size() && text[n] >= '0' && text[n] <= '9';
    };
    if (!digit(i) || (i > 0 && (digit(i - 1) || text[i - 1] == '.' || text[i - 1] == 'e' ||
                                text[i - 1] == 'E' || text[i - 1] == '+'))) {
      continue;
    }
    std::size_t end = i + 1;
    while (digit(end)) out += text[end++];
    bool const exponent = i > 1 && text[i - 1] == '-' && (text[i - 2] == 'e' || text[i - 2] == 'E');
    bool const plain =
        end == text.size() || (text[end] != '.' && text[end] != 'e' && text[end] != 'E');
    if (plain && !exponent && end - i > 18) out += ".0";
    i = end - 1;
  }
  return out;
}

void append(Writer& out, Value value) {
  switch (value.type()) {
    case Type::null:
      out.null();
      return;
    case Type::boolean:
      out.boolean(value.boolean());
      return;
    case Type::integer:
      if (auto const n = value.integer()) {
        out.integer(*n);
      } else {
        out.integer(*value.unsigned_integer());
      }
      return;
    case Type::real:
      out.real(value.number());
      return;
    case Type::string:
      out.string(value.string());
      return;
    case Type::array:
      out.begin_array();
      for (auto const element : value.elements()) append(out, element);
      out.end_array();
      return;
    case Type::object:
      out.begin_object();
      for (auto const [key, member] : value.members()) {
        out.key(key);
        append(out, member);
      }
      out.end_object();
      return;
  }
}

}  // namespace

struct Document::Impl {
  simdjson::dom::document document;
  std::size_t text_bytes = 0;  // the longest it was used for
};

namespace {

// The memory of the thread's last small document, for the next one.
thread_local std::unique_ptr<Document::Impl> spare_document;

}  // namespace

Document::Document() = default;
Document::~Document() {
  if (impl_ && !spare_document && impl_->text_bytes <= kSpareBytesMax) {
    spare_document = std::move(impl_);
  }
}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Result<void> Document::parse(std::string_view text, std::size_t depth_max) {
  thread_local ThreadParser parser;
  root_ = Value();
  if (!impl_) impl_ = spare_document ? std::move(spare_document) : std::make_unique<Impl>();
  impl_->text_bytes = std::max(impl_->text_bytes, text.size());
  auto error = parser.parse(text, depth_max, impl_->document);
  if (error == simdjson::NUMBER_ERROR) {
    error = parser.parse(with_big_integers_as_reals(text), depth_max, impl_->document);
  }
  parser.give_back(text.size());
  if (error) return fail(Errc::bad_json, simdjson::error_message(error));
  auto const* tape = impl_->document.tape.get();
  root_ = Value(tape, tape + 1, impl_->document.string_buf.get());
  return {};
}

Result<Document> parse_json(std::string_view text, std::size_t depth_max) {
  Document document;
  CHECK_OK(document.parse(text, depth_max));
  return document;
}

std::string minified(Value value) {
  std::string out;
  append_minified(out, value);
  return out;
}

void append_minified(std::string& out, Value value) {
  Writer writer(out);
  append(writer, value);
}

Type Value::type() const {
  switch (tag()) {
    case 't':
    case 'f':
      return Type::boolean;
    case 'l':
    case 'u':
      return Type::integer;
    case 'd':
      return Type::real;
    case '"':
      return Type::string;
    case '[':
      return Type::array;
    case '{':
      return Type::object;
    default:
      return Type::null;
  }
}

std::optional<std::int64_t> Value::integer() const {
  if (tag() == 'l') return static_cast<std::int64_t>(at_[1]);
  return std::nullopt;  // 'u' is used only for what does not fit
}

std::optional<std::uint64_t> Value::unsigned_integer() const {
  if (tag() == 'u' || (tag() == 'l' && static_cast<std::int64_t>(at_[1]) >= 0)) return at_[1];
  return std::nullopt;
}

double Value::number() const {
  switch (tag()) {
    case 'l':
      return static_cast<double>(static_cast<std::int64_t>(at_[1]));
    case 'u':
      return static_cast<double>(at_[1]);
    case 'd':
      return std::bit_cast<double>(at_[1]);
    default:
      return 0;
  }
}

std::optional<Value> Value::find(std::string_view key) const {
  std::optional<Value> found;
  for (auto const [name, value] : members()) {
    if (name == key) found = value;
  }
  return found;
}

std::optional<Value> Value::find_present(std::string_view key) const {
  auto const found = find(key);
  return found && !found->is_null() ? found : std::nullopt;
}

ElementRange Value::elements() const {
  if (!is_array()) return {Value(), Value()};
  return {Value(tape_, at_ + 1, strings_), Value(tape_, next() - 1, strings_)};
}

MemberRange Value::members() const {
  if (!is_object()) return {Value(), Value()};
  return {Value(tape_, at_ + 1, strings_), Value(tape_, next() - 1, strings_)};
}

std::size_t Value::size() const {
  if (!is_array() && !is_object()) return 0;
  constexpr std::size_t kCountMax = 0xffffff;
  auto const counted = static_cast<std::size_t>(*at_ >> 32 & kCountMax);
  if (counted < kCountMax) return counted;
  std::size_t n = 0;
  if (is_array()) {
    for ([[maybe_unused]] auto const element : elements()) ++n;
  } else {
    for ([[maybe_unused]] auto const member : members()) ++n;
  }
  return n;
}

}  // namespace carillon::json

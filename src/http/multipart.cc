#include "http/multipart.h"

#include <algorithm>
#include <utility>

#include "http/percent.h"
#include "http/text.h"

namespace carillon::http {
namespace {

constexpr std::size_t kHeaderBytesMax = 8 * 1024;
constexpr std::size_t kBoundaryBytesMax = 256;
constexpr std::size_t kPaddingMax = 64;  // blanks after a boundary
constexpr int kPartsMax = 1024;

Error bad(std::string detail) { return fail(Errc::invalid_field, "multipart: " + detail); }

// "name=value" of a header, one a call, with or without quotes and blanks.
struct Parameter {
  std::string_view name;
  std::string value;
};

std::string take_quoted(std::string_view& rest) {
  std::string out;
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    // Only these two are escaped: older browsers send paths with single backslashes.
    if (rest.front() == '\\' && rest.size() > 1 && (rest[1] == '"' || rest[1] == '\\')) {
      rest.remove_prefix(1);
    }
    out += rest.front();
    rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return out;
}

bool take_parameter(std::string_view& rest, Parameter& out) {
  while (!rest.empty() && (rest.front() == ';' || rest.front() == ' ' || rest.front() == '\t')) {
    rest.remove_prefix(1);
  }
  if (rest.empty()) return false;
  auto const name_end = std::min(rest.find_first_of("=;"), rest.size());
  out.name = trim(rest.substr(0, name_end));
  out.value.clear();
  rest.remove_prefix(name_end);
  if (rest.empty() || rest.front() == ';') return true;
  rest = trim(rest.substr(1));
  if (!rest.empty() && rest.front() == '"') {
    out.value = take_quoted(rest);
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  } else {
    auto const end = std::min(rest.find(';'), rest.size());
    out.value = trim(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return true;
}

// "UTF-8''na%C3%AFve.png" of filename*=
std::string decode_extended(std::string_view value) {
  auto const language = value.find('\'');
  auto const text = language == std::string_view::npos ? language : value.find('\'', language + 1);
  if (text == std::string_view::npos) return std::string(value);
  return percent_decode(value.substr(text + 1), Plus::keep);
}

}  // namespace

Result<std::string> find_boundary(std::string_view content_type) {
  auto rest = content_type.substr(std::min(content_type.find(';'), content_type.size()));
  auto const type = trim(content_type.substr(0, content_type.size() - rest.size()));
  if (!same_token(type, "multipart/form-data")) {
    return bad("the Content-Type must be multipart/form-data");
  }
  Parameter parameter;
  while (take_parameter(rest, parameter)) {
    if (!same_token(parameter.name, "boundary")) continue;
    if (parameter.value.empty() || parameter.value.size() > kBoundaryBytesMax ||
        parameter.value.find_first_of("\r\n") != std::string::npos) {
      break;
    }
    return std::move(parameter.value);
  }
  return bad("the Content-Type names no boundary");
}

MultipartParser::MultipartParser(std::string_view boundary, PartReceiver& receiver)
    : delimiter_("\n--" + std::string(boundary)), receiver_(receiver) {}

Result<void> MultipartParser::append(std::string_view bytes) {
  if (state_ == State::finished || state_ == State::failed) return {};
  waiting_ += bytes;
  auto taken = take();
  if (!taken) state_ = State::failed;
  return taken;
}

Result<void> MultipartParser::take() {
  for (bool more = true; more && state_ != State::finished;) {
    if (state_ == State::headers) {
      TRY(more, take_line());
    } else {
      TRY(more, take_data());
    }
  }
  if (state_ == State::finished) waiting_.clear();
  return {};
}

MultipartParser::Found MultipartParser::look_at(std::size_t at, std::size_t& after) const {
  auto const rest = std::string_view(waiting_).substr(at + delimiter_.size());
  if (rest.starts_with("--")) return Found::end;
  auto const line_end = rest.substr(0, kPaddingMax).find_first_not_of(" \t\r");
  if (line_end == std::string_view::npos) {
    return rest.size() >= kPaddingMax ? Found::nothing : Found::perhaps;
  }
  if (rest == "-") return Found::perhaps;
  if (rest[line_end] != '\n') return Found::nothing;  // a longer text that begins alike
  after = at + delimiter_.size() + line_end + 1;
  return Found::part;
}

Result<bool> MultipartParser::take_data() {
  std::size_t from = 0;
  for (;;) {
    auto const at = waiting_.find(delimiter_, from);
    std::size_t after = 0;
    auto const found = at == std::string::npos ? Found::perhaps : look_at(at, after);
    if (found == Found::nothing) {
      from = at + 1;
      continue;
    }
    if (found == Found::perhaps) {
      // Keeps what may yet be a boundary, and the carriage return before it.
      auto const end = at != std::string::npos ? at
                       : waiting_.size() < delimiter_.size()
                           ? 0
                           : waiting_.size() - delimiter_.size() + 1;
      auto const keep_from = end > 0 ? end - 1 : 0;
      CHECK_OK(hand_on(std::string_view(waiting_).substr(0, keep_from)));
      waiting_.erase(0, keep_from);
      return false;
    }
    auto const line_break = at > 0 && waiting_[at - 1] == '\r' ? at - 1 : at;
    CHECK_OK(hand_on(std::string_view(waiting_).substr(0, line_break)));
    if (state_ == State::data) CHECK_OK(receiver_.part_end());
    if (found == Found::end) {
      state_ = State::finished;
      return false;
    }
    waiting_.erase(0, after);
    line_feed_before_ = false;
    if (++parts_ > kPartsMax) return bad("more than " + std::to_string(kPartsMax) + " parts");
    state_ = State::headers;
    head_ = {};
    named_ = false;
    header_bytes_ = 0;
    return true;
  }
}

Result<bool> MultipartParser::take_line() {
  auto const end = waiting_.find('\n');
  if ((end == std::string::npos ? waiting_.size() : end) + header_bytes_ > kHeaderBytesMax) {
    return bad("the headers of a part are over " + std::to_string(kHeaderBytesMax) + " bytes");
  }
  if (end == std::string::npos) return false;
  header_bytes_ += end + 1;
  auto line = std::string_view(waiting_).substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.empty()) {
    CHECK_OK(read_header(line));
    waiting_.erase(0, end + 1);
    return true;
  }
  if (!named_) return bad("a part without Content-Disposition and a name");
  CHECK_OK(receiver_.part(std::move(head_)));
  state_ = State::data;
  // The line feed stays for now: the boundary of an empty part may follow it directly.
  waiting_.erase(0, end);
  line_feed_before_ = true;
  return true;
}

Result<void> MultipartParser::read_header(std::string_view line) {
  auto const colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a line of a part's headers has no colon");
  auto const name = trim(line.substr(0, colon));
  auto const value = trim(line.substr(colon + 1));
  if (same_token(name, "Content-Type")) {
    head_.content_type = value;
  } else if (same_token(name, "Content-Disposition")) {
    auto rest = value.substr(std::min(value.find(';'), value.size()));
    bool extended = false;  // filename*= wins over filename=
    Parameter parameter;
    while (take_parameter(rest, parameter)) {
      if (same_token(parameter.name, "name")) {
        head_.name = std::move(parameter.value);
        named_ = true;
      } else if (same_token(parameter.name, "filename") && !extended) {
        head_.file_name = std::move(parameter.value);
        head_.is_file = true;
      } else if (same_token(parameter.name, "filename*")) {
        head_.file_name = decode_extended(parameter.value);
        head_.is_file = extended = true;
      }
    }
  }
  return {};
}

Result<void> MultipartParser::hand_on(std::string_view bytes) {
  if (state_ != State::data || bytes.empty()) return {};
  if (std::exchange(line_feed_before_, false)) bytes.remove_prefix(1);
  if (bytes.empty()) return {};
  return receiver_.data(bytes);
}

}  // namespace carillon::http

// Writes requests from a template, one after another.
//
// Shape   The template is a request as it goes out, head and body, without Content-Length, which is
//         added when there is a body. In it {n} becomes a number of ten digits, another one each
//         time; {line} the next of the lines, from the top again after the last; {1} to {9} that
//         line's fields between tabs.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon::bench {

class Requests {
 public:
  Requests(std::string_view text, std::vector<std::string> lines) : lines_(std::move(lines)) {
    auto const end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) throw std::invalid_argument("the request has no empty line");
    head_ = split(text.substr(0, end));
    body_ = split(text.substr(end + 4));
    for (auto const& part : {head_, body_}) {
      for (auto const& [kind, _, field] : part) {
        if ((kind == Kind::line || kind == Kind::field) && lines_.empty()) {
          throw std::invalid_argument("the request wants lines");
        }
      }
    }
    plain_ = head_.size() == 1 && head_[0].kind == Kind::text && body_.empty();
    if (plain_) whole_ = text;
  }

  std::size_t lines() const { return lines_.size(); }

  std::string const& next() {
    if (plain_) return whole_;
    ++number_;
    body_out_.clear();
    fill(body_, body_out_);
    whole_.clear();
    fill(head_, whole_);
    if (!body_.empty()) whole_ += "\r\nContent-Length: " + std::to_string(body_out_.size());
    whole_ += "\r\n\r\n";
    whole_ += body_out_;
    return whole_;
  }

 private:
  enum class Kind { text, number, line, field };
  struct Part {
    Kind kind;
    std::string text;
    std::size_t field = 0;
  };

  // What a brace begins; text if it is the template's own.
  static Part mark_at(std::string_view text) {
    if (text.starts_with("{n}")) return {Kind::number, "{n}"};
    if (text.starts_with("{line}")) return {Kind::line, "{line}"};
    if (text.size() > 2 && text[1] >= '1' && text[1] <= '9' && text[2] == '}') {
      return {Kind::field, "{1}", static_cast<std::size_t>(text[1] - '1')};
    }
    return {Kind::text, "{"};
  }

  static std::vector<Part> split(std::string_view text) {
    std::vector<Part> out;
    while (!text.empty()) {
      auto part = text[0] == '{' ? mark_at(text)
                                 : Part{Kind::text, std::string(text.substr(0, text.find('{')))};
      text.remove_prefix(part.text.size());
      if (part.kind == Kind::text && !out.empty() && out.back().kind == Kind::text) {
        out.back().text += part.text;
      } else {
        out.push_back(std::move(part));
      }
    }
    return out;
  }

  static std::string_view field_of(std::string_view line, std::size_t field) {
    for (; field > 0; --field) {
      auto const tab = line.find('\t');
      if (tab == std::string_view::npos) return {};
      line.remove_prefix(tab + 1);
    }
    return line.substr(0, line.find('\t'));
  }

  void fill(std::vector<Part> const& parts, std::string& out) const {
    for (auto const& part : parts) {
      switch (part.kind) {
        case Kind::text:
          out += part.text;
          break;
        case Kind::line:
          out += line();
          break;
        case Kind::field:
          out += field_of(line(), part.field);
          break;
        case Kind::number:
          append_number(out);
          break;
      }
    }
  }

  std::string const& line() const { return lines_.at((number_ - 1) % lines_.size()); }

  void append_number(std::string& out) const {
    std::array<char, 16> digits;
    std::snprintf(digits.data(), digits.size(), "%010llu",
                  static_cast<unsigned long long>(number_ % 10'000'000'000));
    out += digits.data();
  }

  std::vector<std::string> lines_;
  std::vector<Part> head_;
  std::vector<Part> body_;
  bool plain_ = false;
  std::uint64_t number_ = 0;
  std::string body_out_;
  std::string whole_;
};

}  // namespace carillon::bench

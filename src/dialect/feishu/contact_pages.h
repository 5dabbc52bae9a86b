// Lists in pages: page_size and page_token in, has_more and page_token out.
//
// Shape   A list is in the order of numbers that never change, so a token is where the next page
//         begins, sealed together with the list it belongs to.
// Source  docs/wire/feishu/contact.md: 10 a page if nothing is said, at most 50.
// Errors  bad_page_size, bad_page_token (of another list, or made by somebody else).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dialect/feishu/contact_call.h"
#include "json/writer.h"

namespace carillon::feishu {

inline constexpr std::size_t kPageMax = 50;
inline constexpr std::size_t kPageDefault = 10;

class Page {
 public:
  // `subject`: what the list is of, so that tokens of two lists are not confused.
  static Result<Page> parse(ContactCall const& call, http::Request const& request,
                            std::uint32_t subject, std::size_t size_max = kPageMax,
                            std::size_t size_default = kPageDefault);

  std::uint64_t from() const { return from_; }
  std::size_t size() const { return size_; }
  // Writes has_more and page_token; `next` is where the next page begins, if there is one.
  void write_end(json::Writer& out, ContactCall const& call,
                 std::optional<std::uint64_t> next) const;

 private:
  std::uint64_t from_ = 0;
  std::size_t size_ = 0;
  std::uint32_t list_ = 0;
};

}  // namespace carillon::feishu

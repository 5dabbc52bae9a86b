#include "dialect/feishu/contact_pages.h"

#include <charconv>

namespace carillon::feishu {

Result<Page> Page::parse(ContactCall const& call, http::Request const& request,
                         std::uint32_t subject, std::size_t size_max, std::size_t size_default) {
  Page page;
  page.size_ = size_default;
  page.list_ = subject ^ static_cast<std::uint32_t>(call.api().number) << 20;
  if (auto const text = request.query_param("page_size"); !text.empty()) {
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, page.size_);
    if (read.ec != std::errc() || read.ptr != end || page.size_ == 0 || page.size_ > size_max) {
      return fail(Errc::bad_page_size, "from 1 to " + std::to_string(size_max));
    }
  }
  if (auto const text = request.query_param("page_token"); !text.empty()) {
    auto const at = call.context().engine.ids().unseal(IdKind::page, text);
    if (!at || at->tenant != call.caller().tenant.value || at->minor != page.list_) {
      return fail(Errc::bad_page_token, "it is no token of this list");
    }
    page.from_ = at->major;
  }
  return page;
}

void Page::write_end(json::Writer& out, ContactCall const& call,
                     std::optional<std::uint64_t> next) const {
  out.field("has_more", next.has_value());
  if (!next) return;
  out.field("page_token", call.context().engine.ids().seal(
                              {IdKind::page, 0, call.caller().tenant.value, *next, list_}));
}

}  // namespace carillon::feishu

// /inbox, /console, /docs: the pages, as the build packed them; / leads to the inbox.
//
// Shape   A path below a page that is no file shows the page: what stands there is the matter of
//         its script. Files below assets/ have their content's hash in their names and never
//         change; everything else is asked for again. The console's page holds a nonce, which is
//         new in each answer, so that answer is not kept at all.
// Errors  404 for a file below assets/ that is not there, and for everything where the program was
//         built without pages.

#include <optional>
#include <string>
#include <utility>

#include "crypto/crypto.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/errors.h"
#include "dialect/console/security_headers.h"
#include "http/static_files.h"

#ifdef CARILLON_PAGES_FILE
// The linker's view of the archive; CARILLON_PAGES_FILE is its path at build time.
asm(R"(
  .pushsection .rodata
  .global carillon_pages_begin
  .global carillon_pages_end
carillon_pages_begin:
  .incbin ")" CARILLON_PAGES_FILE R"("
carillon_pages_end:
  .popsection
)");

extern "C" char const carillon_pages_begin[];
extern "C" char const carillon_pages_end[];
#endif

namespace carillon::console {
namespace {

constexpr std::string_view kNonceMark = "__CSP_NONCE__";
constexpr std::size_t kNonceBytes = 16;

std::string_view archive() {
#ifdef CARILLON_PAGES_FILE
  return {carillon_pages_begin,
          static_cast<std::size_t>(carillon_pages_end - carillon_pages_begin)};
#else
  return {};
#endif
}

http::StaticFiles const& files() {
  static auto const parsed = http::StaticFiles::parse(archive());
  return parsed;
}

http::Response plain(int status, std::string text) {
  http::Response out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.headers.emplace_back("Cache-Control", "no-store");
  out.body = std::move(text);
  return out;
}

std::string new_nonce() {
  std::uint8_t bytes[kNonceBytes];
  random_bytes(bytes, sizeof(bytes));
  return to_hex(bytes, sizeof(bytes));
}

std::string with_nonce(std::string_view page, std::string_view nonce) {
  std::string out;
  for (;;) {
    auto const at = page.find(kNonceMark);
    out += page.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += nonce;
    page.remove_prefix(at + kNonceMark.size());
  }
}

http::Response show_file(std::string_view path, http::StaticFile const& file,
                         http::Request const& request, Scheme scheme) {
  if (file.plain.find(kNonceMark) != std::string_view::npos && path.ends_with(".html")) {
    auto const nonce = new_nonce();
    http::Response out;
    out.content_type = file.content_type;
    out.headers.emplace_back("Cache-Control", "no-store");
    out.body = with_nonce(file.plain, nonce);
    add_page_headers(out, scheme, nonce);
    return out;
  }
  auto out = http::serve(file, request);
  bool const is_asset = path.find("/assets/") != std::string_view::npos;
  out.headers.emplace_back("Cache-Control",
                           is_asset ? "public, max-age=31536000, immutable" : "no-cache");
  // Its folder is the widest scope that a service worker gets by itself; the page is beside it.
  if (path == "inbox/sw.js") out.headers.emplace_back("Service-Worker-Allowed", "/inbox");
  // Voice messages are played where people read them, and nowhere else.
  add_page_headers(out, scheme, {}, path.starts_with("inbox/") ? Sounds::own : Sounds::none);
  return out;
}

// `page` is "inbox"; `path` begins with it.
http::Response show_page(std::string_view page, std::string_view path, http::Request const& request,
                         Scheme scheme) {
  if (files().empty()) {
    return plain(404, "This server was built without pages (CARILLON_WEB=OFF).\n");
  }
  if (auto const* file = files().find(path)) return show_file(path, *file, request, scheme);
  auto const index = std::string(page) + "/index.html";
  auto const* file = files().find(index);
  bool const is_asset = path.substr(page.size()).starts_with("/assets/");
  // No browser sends "..": whoever does looks for the machine's files, and is told that there are
  // none.
  bool const climbs = path.find("/..") != std::string_view::npos;
  if (is_asset || climbs || file == nullptr) return plain(404, "There is no such file.\n");
  return show_file(index, *file, request, scheme);
}

void add_page(http::Router& router, Scheme scheme, std::string const& page) {
  router.unmatched("/" + page, [page, scheme](http::Request const& request, std::string_view) {
    http::Response out;
    if (request.method != http::Method::get && request.method != http::Method::head) {
      out = method_not_allowed("GET, HEAD", request.log_id);
      add_security_headers(out, scheme);
      return out;
    }
    out = show_page(page, request.path.substr(1), request, scheme);
    if (out.status == 404) add_page_headers(out, scheme, {});
    return out;
  });
}

}  // namespace

void add_pages(http::Router& router, Context& context) {
  for (auto const* page : {"inbox", "console", "docs"}) add_page(router, context.scheme, page);
  auto home = make_route(context, http::Method::get, "/",
                         [](Context&, http::Request const&, Answer answer) -> Result<void> {
                           auto out = plain(302, "");
                           out.headers.emplace_back("Location", "/inbox");
                           answer.send(std::move(out));
                           return {};
                         });
  home.asks_before = false;
  router.add(std::move(home));
}

}  // namespace carillon::console

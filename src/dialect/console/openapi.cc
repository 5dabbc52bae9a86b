// GET /api/v1/openapi.json: the description of this API, as the build found it beside this file.

#include "dialect/console/openapi.h"

#include <string>

#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"

// The linker's view of the file; CARILLON_OPENAPI_FILE is its path at build time.
asm(R"(
  .pushsection .rodata
  .global carillon_openapi_begin
  .global carillon_openapi_end
carillon_openapi_begin:
  .incbin ")" CARILLON_OPENAPI_FILE R"("
carillon_openapi_end:
  .popsection
)");

extern "C" char const carillon_openapi_begin[];
extern "C" char const carillon_openapi_end[];

namespace carillon::console {
namespace {

Result<void> show_openapi(Context&, http::Request const&, Answer answer) {
  answer.json(std::string(openapi_document()));
  return {};
}

}  // namespace

std::string_view openapi_document() {
  return {carillon_openapi_begin,
          static_cast<std::size_t>(carillon_openapi_end - carillon_openapi_begin)};
}

void add_openapi(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/openapi.json", show_openapi));
}

}  // namespace carillon::console

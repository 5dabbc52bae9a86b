// PUT and DELETE /api/v1/apps/{app_id}/installations/{tenant_key}: where an app may work.
//
// Errors  not_found; invalid_field for a custom app in another tenant than its own.

#include "core/manage_app.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"

namespace carillon::console {
namespace {

Endpoint make_endpoint(bool installed) {
  return
      [installed](Context& context, http::Request const& request, Answer answer) -> Result<void> {
        TRY(auto const caller, require_operator(context, request));
        context.engine.write<Nothing>(
            [app_id = request.params.at(0), tenant_key = request.params.at(1),
             installed](View& view) { return set_installed(view, app_id, tenant_key, installed); },
            [answer](Result<Nothing> done) {
              if (!done) return answer.fail(done.error());
              answer.no_content();
            });
        return {};
      };
}

}  // namespace

void add_installations(http::Router& router, Context& context) {
  constexpr char kPath[] = "/api/v1/apps/:app_id/installations/:tenant_key";
  router.add(make_route(context, http::Method::put, kPath, make_endpoint(true)));
  router.add(make_route(context, http::Method::delete_, kPath, make_endpoint(false)));
}

}  // namespace carillon::console

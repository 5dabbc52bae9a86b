#include "dialect/console/dialect.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/errors.h"

namespace carillon::console {

void add_routes(http::Router& router, Context& context) {
  add_sessions(router, context);
  add_session(router, context);
  add_operator_sign_in(router, context);
  add_operators(router, context);
  add_audit(router, context);
  add_session_oidc(router, context);
  add_inbox(router, context);
  add_inbox_read(router, context);
  add_inbox_files(router, context);
  add_inbox_live(router, context);
  add_inbox_push(router, context);
  add_batches(router, context);
  add_batch_images(router, context);
  add_recipients(router, context);
  add_batch_events(router, context);
  add_batch_actions(router, context);
  add_apps(router, context);
  add_app_secrets(router, context);
  add_app_events(router, context);
  add_dead_letters(router, context);
  add_installations(router, context);
  add_tenants(router, context);
  add_directory(router, context);
  add_compose(router, context);
  add_image_upload(router, context);
  add_reminders(router, context);
  add_batch_departments(router, context);
  add_overview(router, context);
  add_person(router, context);
  add_import(router, context);
  add_health(router, context);
  add_openapi(router, context);
  add_pages(router, context);
  for (auto const* prefix : {"/api/v1", "/healthz", "/readyz", "/metrics"}) {
    router.unmatched(
        prefix, [scheme = context.scheme](http::Request const& request, std::string_view allowed) {
          auto out = allowed.empty()
                         ? problem_response(fail(Errc::not_found, "no such path"), request.log_id)
                         : method_not_allowed(allowed, request.log_id);
          add_security_headers(out, scheme);
          return out;
        });
  }
}

}  // namespace carillon::console

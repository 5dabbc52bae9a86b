// The groups of endpoints of our API; each adds its routes. openapi.json describes them all.
#pragma once

#include "dialect/console/dialect.h"
#include "http/router.h"

namespace carillon::console {

void add_sessions(http::Router& router, Context& context);
void add_session(http::Router& router, Context& context);
void add_operator_sign_in(http::Router& router, Context& context);
void add_operators(http::Router& router, Context& context);
void add_audit(http::Router& router, Context& context);
void add_session_oidc(http::Router& router, Context& context);
void add_inbox(http::Router& router, Context& context);
void add_inbox_read(http::Router& router, Context& context);
void add_inbox_files(http::Router& router, Context& context);
void add_inbox_live(http::Router& router, Context& context);
void add_inbox_push(http::Router& router, Context& context);
void add_batches(http::Router& router, Context& context);
void add_batch_images(http::Router& router, Context& context);
void add_recipients(http::Router& router, Context& context);
void add_batch_events(http::Router& router, Context& context);
void add_batch_actions(http::Router& router, Context& context);
void add_apps(http::Router& router, Context& context);
void add_app_secrets(http::Router& router, Context& context);
void add_app_events(http::Router& router, Context& context);
void add_dead_letters(http::Router& router, Context& context);
void add_installations(http::Router& router, Context& context);
void add_tenants(http::Router& router, Context& context);
void add_directory(http::Router& router, Context& context);
void add_compose(http::Router& router, Context& context);
void add_image_upload(http::Router& router, Context& context);
void add_reminders(http::Router& router, Context& context);
void add_batch_departments(http::Router& router, Context& context);
void add_overview(http::Router& router, Context& context);
void add_person(http::Router& router, Context& context);
void add_import(http::Router& router, Context& context);
void add_health(http::Router& router, Context& context);
void add_openapi(http::Router& router, Context& context);
void add_pages(http::Router& router, Context& context);

}  // namespace carillon::console

#include "dialect/console/operator_calls.h"

#include <algorithm>

namespace carillon::console {
namespace {

using enum http::Method;
using enum Role;

constexpr OperatorCall kCalls[] = {
    {post, "/api/v1/sessions", admin, "session.create"},
    {get, "/api/v1/batches", viewer, {}},
    {get, "/api/v1/batches/:id", viewer, {}},
    {get, "/api/v1/batches/:id/images/:image_key", viewer, {}},
    {get, "/api/v1/batches/:id/recipients", viewer, {}},
    {get, "/api/v1/batches/:id/events", viewer, {}},
    {get, "/api/v1/batches/:id/departments", viewer, {}},
    {post, "/api/v1/audience", viewer, {}},
    {post, "/api/v1/batches", sender, "batch.create"},
    {post, "/api/v1/apps/:app_id/images", sender, "image.upload"},
    {post, "/api/v1/batches/:id/recall", sender, "batch.recall"},
    {post, "/api/v1/batches/:id/pause", sender, "batch.pause"},
    {post, "/api/v1/batches/:id/resume", sender, "batch.resume"},
    {post, "/api/v1/batches/:id/cancel", sender, "batch.cancel"},
    {post, "/api/v1/batches/:id/remind", sender, "batch.remind"},
    {get, "/api/v1/overview", viewer, {}},
    {get, "/api/v1/tenants", viewer, {}},
    {get, "/api/v1/tenants/:tenant_key/departments", viewer, {}},
    {get, "/api/v1/tenants/:tenant_key/departments/:department_id", viewer, {}},
    {get, "/api/v1/tenants/:tenant_key/users", viewer, {}},
    {get, "/api/v1/tenants/:tenant_key/users/:user_id", viewer, {}},
    {get, "/api/v1/tenants/:tenant_key/users/:user_id/export", admin, "person.export"},
    {post, "/api/v1/tenants/:tenant_key/users/:user_id/erase", admin, "person.erase"},
    {get, "/api/v1/tenants/:tenant_key/search", viewer, {}},
    {get, "/api/v1/tenants/:tenant_key/users/:user_id/push", viewer, {}},
    {get, "/api/v1/apps", viewer, {}},
    {post, "/api/v1/apps", admin, "app.create"},
    {get, "/api/v1/apps/:app_id", viewer, {}},
    {patch, "/api/v1/apps/:app_id", admin, "app.change"},
    {delete_, "/api/v1/apps/:app_id", admin, "app.delete"},
    {post, "/api/v1/apps/:app_id/secrets", admin, "app.add_secret"},
    {delete_, "/api/v1/apps/:app_id/secrets/:version", admin, "app.withdraw_secret"},
    {get, "/api/v1/apps/:app_id/quota", viewer, {}},
    {get, "/api/v1/apps/:app_id/events", viewer, {}},
    {put, "/api/v1/apps/:app_id/events", admin, "app.set_events"},
    {delete_, "/api/v1/apps/:app_id/events", admin, "app.remove_events"},
    {get, "/api/v1/apps/:app_id/events/dead_letters", viewer, {}},
    {post, "/api/v1/apps/:app_id/events/dead_letters/replay", admin, "event.replay_all"},
    {post, "/api/v1/apps/:app_id/events/dead_letters/:event_id/replay", admin, "event.replay"},
    {delete_, "/api/v1/apps/:app_id/events/dead_letters/:event_id", admin, "event.drop"},
    {put, "/api/v1/apps/:app_id/installations/:tenant_key", admin, "app.install"},
    {delete_, "/api/v1/apps/:app_id/installations/:tenant_key", admin, "app.uninstall"},
    {get, "/api/v1/operators", admin, {}},
    {post, "/api/v1/operators", admin, "operator.create"},
    {patch, "/api/v1/operators/:name", admin, "operator.change"},
    {delete_, "/api/v1/operators/:name", admin, "operator.remove"},
    {get, "/api/v1/audit", admin, {}},
    {post, "/api/v1/import", admin, "directory.import"},
};

}  // namespace

std::span<OperatorCall const> operator_calls() { return kCalls; }

OperatorCall const* find_operator_call(http::Method method, std::string_view pattern) {
  auto const* const at = std::find_if(
      std::begin(kCalls), std::end(kCalls),
      [&](OperatorCall const& call) { return call.method == method && call.pattern == pattern; });
  return at == std::end(kCalls) ? nullptr : at;
}

}  // namespace carillon::console

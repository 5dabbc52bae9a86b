// GET /api/v1/batches/{id}/images/{image_key}: an image that a batch shows, for whoever sees the
// batch itself: any operator, and the app that sent it.
//
// Errors  not_found, also for a batch that was recalled: its content is gone, too (I6); file_gone.

#include <string>
#include <utility>

#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/ids.h"
#include "dialect/console/shown_files.h"

namespace carillon::console {
namespace {

Result<void> get_image(Context& context, http::Request const& request, Answer answer) {
  TRY(auto caller, require_operator_or_app(context, request));
  TRY(auto const record, find_visible_batch(context.engine, caller, request.params.at(0)));
  return read_and_answer(
      context, answer,
      [&context, caller = std::move(caller), record, key = request.params.at(1),
       answer](Reader& reader) -> Result<void> {
        TRY(auto image, read_shown_image(context, *caller.organisation, reader, record, key));
        answer.send(std::move(image));
        return {};
      });
}

}  // namespace

void add_batch_images(http::Router& router, Context& context) {
  router.add(
      make_route(context, http::Method::get, "/api/v1/batches/:id/images/:image_key", get_image));
}

}  // namespace carillon::console

// GET /api/v1/inbox/{message_id}/images/{image_key}: an image that the caller's own message shows.
// A live event names the batch only, so its id does, too.
//
// Errors  not_found for a message that the caller has not got or that was recalled, and for an
//         image that it does not show (I6, I7); file_gone.

#include <string>
#include <utility>

#include "core/find_shown_file.h"
#include "dialect/console/callers.h"
#include "dialect/console/content_files.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/ids.h"
#include "media/file_type.h"

namespace carillon::console {
namespace {

Error no_such_image() { return fail(Errc::not_found, "no such image in a message of yours"); }

Result<http::Response> read_image(Context const& context, Caller const& caller, Reader& reader,
                                  BatchRecord const& record, std::string_view image_key) {
  TRY(bool const has, has_message(reader, record, caller.user));
  if (!has) return no_such_image();
  TRY(auto const stored, reader.find_batch(record.key));
  if (!stored || !shows_image(stored->content, image_key)) return no_such_image();
  auto const& directory = *caller.organisation->find(caller.tenant);
  auto const blob =
      find_shown_image(reader, context.engine.ids(), directory, record.app, image_key);
  if (!blob) {
    return blob.error().code == Errc::not_found ? no_such_image() : Error(blob.error());
  }
  auto bytes = context.blobs.get(blob->id);
  if (!bytes) {
    return bytes.error().code == Errc::not_found ? fail(Errc::file_gone) : Error(bytes.error());
  }
  // Asked again after the bytes were read: a recall answered meanwhile is obeyed.
  auto const now = context.engine.find_batch(record.key);
  if (!now || now->recall_requested()) return no_such_image();
  http::Response out;
  out.content_type = content_type_of(find_file_type(*bytes));
  out.headers.emplace_back("Cache-Control", "no-store");
  out.body = *std::move(bytes);
  return out;
}

Result<void> get_image(Context& context, http::Request const& request, Answer answer) {
  TRY(auto caller, require_person(context, request));
  auto const& id = request.params.at(0);
  auto batch = own_batch(context.engine, caller, id);
  if (!batch) batch = tenant_batch(context.engine, caller, id);
  if (!batch) return no_such_image();
  return read_and_answer(context, answer,
                         [&context, caller = std::move(caller), record = *batch,
                          key = request.params.at(1), answer](Reader& reader) -> Result<void> {
                           TRY(auto image, read_image(context, caller, reader, record, key));
                           answer.send(std::move(image));
                           return {};
                         });
}

}  // namespace

void add_inbox_image(http::Router& router, Context& context) {
  router.add(make_route(context, http::Method::get, "/api/v1/inbox/:message_id/images/:image_key",
                        get_image));
}

}  // namespace carillon::console

// GET /api/v1/inbox/{message_id}/images/{image_key} and .../files/{media_id}: what the caller's own
// message shows or carries. A live event names the batch only, so its id does, too.
//
// Errors  not_found for a message that the caller has not got or that was recalled, and for what it
//         does not refer to (I6, I7); file_gone.

#include <string>
#include <utility>

#include "core/find_shown_file.h"
#include "dialect/console/callers.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/ids.h"
#include "dialect/console/shown_files.h"

namespace carillon::console {
namespace {

enum class Ranges : bool { passed_over, taken };
using ReadFile = Result<http::Response> (*)(Context const&, Organisation const&, Reader&,
                                            BatchRecord const&, std::string_view name);

Endpoint get_file(ReadFile read_file, Ranges ranges) {
  return [read_file, ranges](Context& context, http::Request const& request,
                             Answer answer) -> Result<void> {
    TRY(auto caller, require_person(context, request));
    auto const& id = request.params.at(0);
    auto batch = own_batch(context.engine, caller, id);
    if (!batch) batch = tenant_batch(context.engine, caller, id);
    if (!batch) return no_such_file();
    std::string range;
    if (ranges == Ranges::taken) range = request.header("Range");
    return read_and_answer(
        context, answer,
        [&context, read_file, ranges, range = std::move(range), caller = std::move(caller),
         record = *batch, name = request.params.at(1), answer](Reader& reader) -> Result<void> {
          TRY(bool const has, has_message(reader, record, caller.user));
          if (!has) return no_such_file();
          TRY(auto file, read_file(context, *caller.organisation, reader, record, name));
          if (ranges == Ranges::taken) cut_to_range(file, range);
          answer.send(std::move(file));
          return {};
        });
  };
}

}  // namespace

void add_inbox_files(http::Router& router, Context& context) {
  using enum http::Method;
  router.add(make_route(context, get, "/api/v1/inbox/:message_id/images/:image_key",
                        get_file(read_shown_image, Ranges::passed_over)));
  router.add(make_route(context, get, "/api/v1/inbox/:message_id/files/:media_id",
                        get_file(read_carried_file, Ranges::taken)));
}

}  // namespace carillon::console

// POST /api/v1/apps/{app_id}/images?tenant_key=: an image for messages that the app will send.
//
// Shape   A multipart form with one file, `image`. The image is the app's own, like one that it
//         uploads itself: operators upload for any app, an app for itself. Who calls, and for
//         which app, is asked before any of the body is read; what the file is, is told by its
//         bytes.
// Errors  those of choose_sender(); invalid_field: no form, no file; too_large; file_empty;
//         file_type; app_disabled, app_not_installed, bot_off; low_disk.
// Cost    The body goes to disk as it arrives; a reader thread syncs it.

#include <memory>
#include <string>
#include <utility>

#include "core/add_media.h"
#include "dialect/console/callers.h"
#include "dialect/console/composing.h"
#include "dialect/console/endpoint.h"
#include "dialect/console/endpoints.h"
#include "dialect/console/fields.h"
#include "http/form_upload.h"
#include "json/writer.h"

namespace carillon::console {
namespace {

constexpr std::uint64_t kBytesMaxWithoutLimit = 100 << 20;
constexpr std::string_view kFileField = "image";
constexpr std::string_view kImageKeyPrefix = "img_v2_";

std::uint64_t bytes_max(Settings const& settings) {
  return settings.image_bytes_max == 0 ? kBytesMaxWithoutLimit : settings.image_bytes_max;
}

// A form whose sender was let in before any of it was read.
struct ImageForm final : http::FormUpload {
  ImageForm(std::string_view boundary, Options options, Sender of)
      : FormUpload(boundary, std::move(options)), app(of.app->no), tenant(of.tenant) {}
  AppNo app;
  TenantNo tenant;
};

Result<std::unique_ptr<http::BodySink>> open_form(Context& context, http::Request const& request) {
  TRY(auto const caller, require_operator_or_app(context, request));
  CHECK_OK(check_role(caller, Role::sender));
  std::optional<std::string> tenant_key = request.query_param("tenant_key");
  if (tenant_key->empty()) tenant_key.reset();
  TRY(auto const sender, choose_sender(caller, request.params.at(0), tenant_key));
  TRY(auto const boundary, http::find_boundary(request.header("Content-Type")));
  http::FormUpload::Options options{
      context.data_folder + "/tmp", {std::string(kFileField)}, bytes_max(context.settings), 1};
  return std::unique_ptr<http::BodySink>(
      std::make_unique<ImageForm>(boundary, std::move(options), sender));
}

// The part of an upload that waits for the disk.
Result<AddMedia> take_file(Context& context, ImageForm& form) {
  CHECK_OK(form.check());
  auto const* file = form.file(kFileField);
  if (file == nullptr) return fail(Errc::invalid_field, "image: a file is required");
  if (file->bytes == 0) return fail(Errc::file_empty);
  if (context.engine.low_disk()) return fail(Errc::low_disk);
  AddMedia out;
  out.tenant = form.tenant;
  out.app = form.app;
  out.name = file->file_name.substr(0, kNameBytesMax);
  out.type = find_file_type(file->first_bytes);
  if (!is_image(out.type)) return fail(Errc::file_type, "the bytes are those of no image");
  TRY(out.blob, context.blobs.put_file(form.take(*file)));
  return out;
}

Result<void> upload(Context& context, http::Request const& request, Answer answer) {
  auto* const form = static_cast<ImageForm*>(request.spooled);
  return read_and_answer(context, answer, [&context, form, answer](Reader&) -> Result<void> {
    TRY(auto command, take_file(context, *form));
    context.engine.write<Media>(
        [command = std::move(command)](View& view) { return add_media(view, command); },
        [&context, answer](Result<Media> media) {
          if (!media) return answer.fail(media.error());
          auto const key =
              std::string(kImageKeyPrefix) +
              media_id_hex(context.engine.ids(), media->key, media->generation, media->app);
          std::string out;
          json::Writer(out).begin_object().field("image_key", key).end_object();
          answer.note_detail(key);
          answer.json(std::move(out), 201);
        });
    return {};
  });
}

}  // namespace

void add_image_upload(http::Router& router, Context& context) {
  auto route = make_route(context, http::Method::post, "/api/v1/apps/:app_id/images", upload);
  route.body = http::BodyMode::spool;
  route.body_bytes_max = bytes_max(context.settings) + http::FormUpload::kFormBytes;
  route.open_sink = [&context](http::Request const& request) {
    return open_form(context, request);
  };
  router.add(std::move(route));
}

}  // namespace carillon::console

#include "dialect/feishu/images.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "core/add_media.h"
#include "dialect/feishu/envelope.h"
#include "http/form_upload.h"
#include "json/writer.h"

namespace carillon::feishu {
namespace {

constexpr std::uint64_t kBytesMaxWithoutLimit = 100 << 20;
constexpr std::string_view kFileField = "image";

// A form whose sender was let in before any of it was read.
struct ImageForm final : http::FormUpload {
  ImageForm(std::string_view boundary, Options options, Caller by)
      : FormUpload(boundary, std::move(options)), caller(std::move(by)) {}
  Caller caller;
};

std::uint64_t bytes_max(Settings const& settings) {
  return settings.image_bytes_max == 0 ? kBytesMaxWithoutLimit : settings.image_bytes_max;
}

Result<std::unique_ptr<http::BodySink>> open_form(Context& context, http::Request const& request,
                                                  Api const& api) {
  auto admitted = admit(context, request, api);
  // Asked again, and answered in full, by the route's failure().
  if (std::holds_alternative<http::Response>(admitted)) return fail(Errc::unauthorised);
  TRY(auto const boundary, http::find_boundary(request.header("Content-Type")));
  http::FormUpload::Options options{
      context.spool_folder, {std::string(kFileField)}, bytes_max(context.settings), 4};
  return std::unique_ptr<http::BodySink>(std::make_unique<ImageForm>(
      boundary, std::move(options), std::move(std::get<Caller>(admitted))));
}

Result<MediaUse> read_use(ImageForm const& form) {
  auto const type = form.field("image_type");
  if (type == "message") return MediaUse::image;
  if (type == "avatar") return MediaUse::avatar;
  return fail(Errc::invalid_field, "image_type: must be message or avatar");
}

constexpr std::size_t kFileNameBytesMax = 255;

// A key as a file's name in a header; imported keys may be any text.
std::string download_name(std::string key, FileType type) {
  std::replace_if(
      key.begin(), key.end(), [](char c) { return c == '"' || c == '\\' || c < ' '; }, '_');
  return key + std::string(file_ending_of(type));
}

// The part of an upload that waits for the disk.
Result<AddMedia> take_file(Context& context, ImageForm& form) {
  CHECK_OK(form.check());
  AddMedia command;
  command.tenant = form.caller.tenant;
  command.app = form.caller.app->no;
  TRY(command.use, read_use(form));
  auto const* file = form.file(kFileField);
  if (file == nullptr) return fail(Errc::invalid_field, "image: a file is required");
  if (file->bytes == 0) return fail(Errc::file_empty);
  if (!form.caller.app->bot) return fail(Errc::bot_off);
  if (context.engine.low_disk()) return fail(Errc::low_disk);
  command.name = file->file_name.substr(0, kFileNameBytesMax);
  command.type = find_file_type(file->first_bytes);
  if (!is_image(command.type)) return fail(Errc::file_type);
  TRY(command.blob, context.blobs.put_file(form.take(*file)));
  return command;
}

void upload(Context& context, http::Request const& request, http::Reply reply, Api const& api,
            std::string_view msg) {
  auto* const form = static_cast<ImageForm*>(request.spooled);
  auto const refuse = [&context, log_id = request.log_id, family = api.family](
                          http::Reply const& to, Error error) {
    // The app was let in, and withdrawn while its image was on the way.
    bool const withdrawn = error.code == Errc::app_deleted || error.code == Errc::app_disabled ||
                           error.code == Errc::app_not_installed;
    if (withdrawn) error.code = Errc::unauthorised;
    to(failure(context.settings, family, error, log_id));
  };
  bool const taken = context.engine.read([=, &context](Reader&) {
    auto command = take_file(context, *form);
    if (!command) return refuse(reply, command.error());
    context.engine.write<Media>(
        [command = *std::move(command)](View& view) { return add_media(view, command); },
        [=, &context](Result<Media> media) {
          if (!media) return refuse(reply, media.error());
          std::string data;
          json::Writer(data)
              .begin_object()
              .field("image_key",
                     std::string(kImageKeyPrefix) + media_id_hex(context.engine.ids(), media->key,
                                                                 media->generation, media->app))
              .end_object();
          reply(success(msg, data));
        });
  });
  if (!taken) refuse(reply, fail(Errc::overloaded));
}

http::Route form_route(Context& context, std::string pattern, Api const& api,
                       std::string_view msg) {
  http::Route out;
  out.method = http::Method::post;
  out.pattern = std::move(pattern);
  out.handler = [&context, &api, msg](http::Request const& request, http::Reply reply) {
    upload(context, request, std::move(reply), api, msg);
  };
  out.failure = [&context, &api](http::Request const& request, Error const& error) {
    auto admitted = admit(context, request, api);
    if (auto* refusal = std::get_if<http::Response>(&admitted)) return std::move(*refusal);
    return failure(context.settings, api.family, error, request.log_id);
  };
  out.body = http::BodyMode::spool;
  out.body_bytes_max = bytes_max(context.settings) + http::FormUpload::kFormBytes;
  out.open_sink = [&context, &api](http::Request const& request) {
    return open_form(context, request, api);
  };
  return out;
}

struct Found {
  BlobRef blob;
  FileType type = FileType::unknown;  // unknown: told by the bytes
};

Result<Found> find_image(Context const& context, Caller const& caller, Reader& reader,
                         std::string_view key) {
  if (auto const* image = caller.directory().find_image(key)) {
    if (image->blob.bytes == 0) return fail(Errc::file_gone);
    return Found{image->blob, FileType::unknown};
  }
  TRY(auto const media, find_app_media(context.engine.ids(), caller.tenant, caller.app->no, key,
                                       [&](MediaKey const& at) { return reader.find_media(at); }));
  if (media.use != MediaUse::image) return fail(Errc::image_unknown, "not an image for messages");
  return Found{media.blob, media.type};
}

}  // namespace

http::Route upload_image_route(Context& context) {
  return form_route(context, "/open-apis/im/v1/images", kUploadImage, "success");
}

http::Route put_image_route(Context& context) {
  return form_route(context, "/open-apis/image/v4/put", kPutImage, "ok");
}

void get_image(Context& context, http::Request const& request, http::Reply reply) {
  auto admitted = admit(context, request, kGetImage);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return reply(std::move(*refusal));
  auto caller = std::move(std::get<Caller>(admitted));
  auto const refuse = [&context, log_id = request.log_id](http::Reply const& to,
                                                          Error const& error) {
    to(failure(context.settings, Family::image, error, log_id));
  };
  if (!caller.app->bot) return refuse(reply, fail(Errc::bot_off));
  bool const taken = context.engine.read(
      [=, &context, key = request.params.front(), caller = std::move(caller)](Reader& reader) {
        auto const found = find_image(context, caller, reader, key);
        if (!found) return refuse(reply, found.error());
        auto bytes = context.blobs.get(found->blob.id);
        if (!bytes) {
          auto const gone = bytes.error().code == Errc::not_found;
          return refuse(reply, gone ? fail(Errc::file_gone) : std::move(bytes).error());
        }
        auto const type = found->type == FileType::unknown ? find_file_type(*bytes) : found->type;
        http::Response out;
        out.content_type = content_type_of(type);
        out.headers.emplace_back("Content-Disposition",
                                 "attachment; filename=\"" + download_name(key, type) + "\"");
        out.body = *std::move(bytes);
        reply(std::move(out));
      });
  if (!taken) refuse(reply, fail(Errc::overloaded));
}

}  // namespace carillon::feishu

#include "dialect/dingtalk/media.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "core/add_media.h"
#include "dialect/dingtalk/call.h"
#include "http/form_upload.h"

namespace carillon::dingtalk {
namespace {

constexpr std::uint64_t kMegabyte = 1 << 20;
constexpr std::uint64_t kBytesMax = 20 * kMegabyte;
constexpr std::size_t kNameBytesMax = 255;
constexpr std::string_view kFileField = "media";

constexpr WireError kBadMediaType{40004, "不合法的媒体文件类型", "Invalid media type"};
constexpr WireError kBadSize{40006, "不合法的文件大小", "Invalid file size"};

struct Use {
  std::string_view name;
  MediaUse use;
  std::uint64_t bytes_max;
};
constexpr std::array<Use, 4> kUses{{
    {"image", MediaUse::image, kBytesMax},
    {"voice", MediaUse::voice, 2 * kMegabyte},
    {"video", MediaUse::video, kBytesMax},
    {"file", MediaUse::file, kBytesMax},
}};

// A form whose sender was let in before any of it was read.
struct MediaForm final : http::FormUpload {
  MediaForm(std::string_view boundary, Options options, Caller by)
      : FormUpload(boundary, std::move(options)), caller(std::move(by)) {}
  Caller caller;
  std::string type_of_query;
};

Result<std::unique_ptr<http::BodySink>> open_form(Context& context, http::Request const& request) {
  auto admitted = admit(context, request, nullptr, kUploadMedia);
  // Asked again, and answered in full, by the route's failure().
  if (std::holds_alternative<http::Response>(admitted)) return fail(Errc::unauthorised);
  TRY(auto const boundary, http::find_boundary(request.header("Content-Type")));
  http::FormUpload::Options options{context.spool_folder, {std::string(kFileField)}, kBytesMax, 4};
  auto form = std::make_unique<MediaForm>(boundary, std::move(options),
                                          std::move(std::get<Caller>(admitted)));
  form->type_of_query = request.query_param("type");
  return std::unique_ptr<http::BodySink>(std::move(form));
}

std::string_view name_of(MediaUse use) {
  for (auto const& known : kUses) {
    if (known.use == use) return known.name;
  }
  return {};
}

// The part of an upload that waits for the disk; answers what is wrong with the file itself.
Result<std::optional<AddMedia>> take_file(Context& context, MediaForm& form, Answer const& answer) {
  std::optional<AddMedia> none;
  CHECK_OK(form.check());
  auto const type = form.field("type").value_or(form.type_of_query);
  auto const use = find_media_use(type);
  auto const* file = form.file(kFileField);
  if (type.empty() || file == nullptr || file->bytes == 0) {
    return fail(Errc::invalid_field, "type and media are required");
  }
  if (!use) return answer.fail(kBadMediaType), none;
  if (file->bytes > bytes_max_of(*use)) return answer.fail(kBadSize), none;
  if (context.engine.low_disk()) return fail(Errc::low_disk);
  AddMedia out;
  out.tenant = form.caller.tenant;
  out.app = form.caller.app->no;
  out.by_bot = false;
  out.use = *use;
  out.type = find_file_type(file->first_bytes);
  if (!fits(*use, out.type)) return answer.fail(kBadMediaType), none;
  out.name = file->file_name.substr(0, kNameBytesMax);
  TRY(out.blob, context.blobs.put_file(form.take(*file)));
  return std::optional<AddMedia>(std::move(out));
}

void upload(Context& context, http::Request const& request, http::Reply reply) {
  auto* const form = static_cast<MediaForm*>(request.spooled);
  Answer const answer(context, kUploadMedia.family, request.log_id, std::move(reply));
  auto const done =
      read_and_answer(context, answer, [&context, form, answer](Reader&) -> Result<void> {
        TRY(auto command, take_file(context, *form, answer));
        if (!command) return {};
        context.engine.write<Media>(
            [command = *std::move(command)](View& view) { return add_media(view, command); },
            [&context, answer](Result<Media> media) {
              if (!media) return answer.fail(media.error());
              answer.ok([&](json::Writer& out) {
                out.field("type", name_of(media->use));
                out.field("media_id", std::string(kMediaIdPrefix) +
                                          media_id_hex(context.engine.ids(), media->key,
                                                       media->generation, media->app));
                out.field("created_at", to_ms(media->created_at));
              });
            });
        return {};
      });
  if (!done) answer.fail(done.error());
}

http::Response refuse_upload(Context& context, http::Request const& request, Error const& error) {
  auto admitted = admit(context, request, nullptr, kUploadMedia);
  if (auto* refusal = std::get_if<http::Response>(&admitted)) return std::move(*refusal);
  auto const language = context.settings.language;
  if (error.code == Errc::too_large) return failure(language, kBadSize, request.log_id);
  return failure(language, kUploadMedia.family, error.code, request.log_id);
}

http::Route upload_route(Context& context) {
  http::Route out;
  out.method = http::Method::post;
  out.pattern = "/media/upload";
  out.handler = [&context](http::Request const& request, http::Reply reply) {
    upload(context, request, std::move(reply));
  };
  out.failure = [&context](http::Request const& request, Error const& error) {
    return refuse_upload(context, request, error);
  };
  out.body = http::BodyMode::spool;
  out.body_bytes_max = kBytesMax + http::FormUpload::kFormBytes;
  out.open_sink = [&context](http::Request const& request) { return open_form(context, request); };
  return out;
}

Result<void> download(Context& context, Call& call, Answer const& answer) {
  TRY(auto const id, call.parameters.text("media_id"));
  return read_and_answer(
      context, answer,
      [&context, caller = call.caller, id, answer](Reader& reader) -> Result<void> {
        TRY(auto const media,
            find_app_media(context.engine.ids(), caller.tenant, caller.app->no, id,
                           [&](MediaKey const& at) { return reader.find_media(at); }));
        TRY(auto bytes, context.blobs.get(media.blob.id));
        http::Response out;
        out.content_type = content_type_of(media.type);
        out.headers.emplace_back("Content-Disposition",
                                 "attachment; filename=\"" + std::string(name_of(media.use)) +
                                     std::string(file_ending_of(media.type)) + "\"");
        out.body = std::move(bytes);
        answer.send(std::move(out));
        return {};
      });
}

}  // namespace

std::optional<MediaUse> find_media_use(std::string_view type) {
  for (auto const& known : kUses) {
    if (known.name == type) return known.use;
  }
  return std::nullopt;
}

std::uint64_t bytes_max_of(MediaUse use) {
  for (auto const& known : kUses) {
    if (known.use == use) return known.bytes_max;
  }
  return 0;
}

bool fits(MediaUse use, FileType type) {
  switch (use) {
    case MediaUse::image:
      return type == FileType::jpeg || type == FileType::png || type == FileType::gif ||
             type == FileType::bmp;
    case MediaUse::voice:
      return type == FileType::amr || type == FileType::mp3 || type == FileType::wav;
    case MediaUse::video:
      return type == FileType::mp4;
    case MediaUse::file:
      return type == FileType::pdf || type == FileType::zip || type == FileType::compound ||
             type == FileType::rar;
    case MediaUse::avatar:
      break;
  }
  return false;
}

void add_media_routes(http::Router& router, Context& context) {
  router.add(upload_route(context));
  for (auto const method : {http::Method::get, http::Method::post}) {
    auto route = make_route(context, "/media/downloadFile", kDownloadMedia, download);
    route.method = method;
    router.add(std::move(route));
  }
}

}  // namespace carillon::dingtalk

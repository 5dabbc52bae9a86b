#include "core/add_media.h"

#include "core/send_batch.h"

namespace carillon {

Result<Decided<Media>> add_media(View& view, AddMedia const& command) {
  auto const organisation = view.organisation();
  CHECK_OK(check_app(*organisation, command.tenant, organisation->apps->find(command.app),
                     command.by_bot));
  if (view.low_disk()) return fail(Errc::low_disk, "the disk of the server is nearly full");

  auto const before = view.counters(command.tenant);
  auto after = before;
  after.next_media = MediaNo{before.next_media.value + 1};
  Decided<Media> out;
  out.answer = {.key = {command.tenant, before.next_media},
                .app = command.app,
                .use = command.use,
                .type = command.type,
                .generation = view.generation(),
                .blob = command.blob,
                .name = command.name,
                .created_at = view.now()};
  out.change.counters[command.tenant] = {before, after};
  out.change.media.emplace(out.answer.key, out.answer);
  return out;
}

Result<Media> find_app_media(
    IdSealer const& ids, TenantNo tenant, AppNo app, std::string_view name,
    std::function<Result<std::optional<Media>>(MediaKey const&)> const& find) {
  auto const at = read_media_id(ids, tenant, name);
  if (!at) return fail(Errc::image_unknown, std::string(name));
  if (at->app != app) return fail(Errc::file_foreign, std::string(name));
  TRY(auto media, find(at->key));
  if (!media || media->generation != at->generation) {
    return fail(Errc::image_unknown, std::string(name));
  }
  return *std::move(media);
}

}  // namespace carillon

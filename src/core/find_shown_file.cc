#include "core/find_shown_file.h"

#include <utility>

#include "core/add_media.h"

namespace carillon {

Result<bool> has_message(BatchStore& store, BatchRecord const& record, UserNo user) {
  if (record.recall_requested() || user.value >= record.position) return false;
  TRY(auto const audience, store.audience(record.key));
  if (!audience.deliverable.contains(user)) return false;
  if (record.failed == 0) return true;
  TRY(auto const slices, store.slices(record.key));
  for (auto const& slice : slices) {
    if (slice.failed.contains(user)) return false;
  }
  return true;
}

Result<ShownFile> find_shown_file(MediaStore& store, IdSealer const& ids,
                                  Directory const& directory, AppNo app, std::string_view name) {
  if (auto const* image = directory.find_image(name)) {
    if (image->blob.bytes == 0) return fail(Errc::file_gone);
    return ShownFile{image->blob, MediaUse::image, {}};
  }
  auto media = find_app_media(ids, directory.tenant().no, app, name,
                              [&](MediaKey const& key) { return store.find_media(key); });
  if (!media && media.error().code == Errc::unavailable) return media.error();
  if (!media || media->use == MediaUse::avatar) return fail(Errc::not_found);
  return ShownFile{media->blob, media->use, std::move(media->name)};
}

}  // namespace carillon

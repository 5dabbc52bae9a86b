// Taking in a file that an app has uploaded, and finding it again by the name it was given.
//
// Shape   The blob was put before; the row that refers to it is one durable change. The answer's
//         digits name the file from then on: only the app that uploaded it may use them.
// Errors  app_deleted, app_disabled, app_not_installed, bot_off, low_disk; those of
//         find_app_media().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/view.h"
#include "media/media.h"

namespace carillon {

struct AddMedia {
  TenantNo tenant;
  AppNo app;
  MediaUse use = MediaUse::image;
  FileType type = FileType::unknown;
  BlobRef blob;
  std::string name;
  bool by_bot = true;  // only an app whose bot is on
};

Result<Decided<Media>> add_media(View& view, AddMedia const& command);

// The file that a name ending with its digits stands for, if this app has uploaded it.
// Errors  image_unknown; file_foreign: another app's; unavailable.
Result<Media> find_app_media(
    IdSealer const& ids, TenantNo tenant, AppNo app, std::string_view name,
    std::function<Result<std::optional<Media>>(MediaKey const&)> const& find);

}  // namespace carillon

// A file that an app has uploaded, to be shown by its messages.
//
// Shape   (tenant, MediaNo) -> who uploaded it, for what, and the blob with its bytes. Outside it
//         is known by a sealed id of the same coordinates; media never change and never end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/number.h"
#include "base/result.h"
#include "crypto/sealed_id.h"
#include "directory/numbers.h"
#include "media/blob_store.h"
#include "media/file_type.h"

namespace carillon {

struct MediaTag {};
using MediaNo = Number<MediaTag, std::uint64_t>;  // below 2^40, ascending per tenant

struct MediaKey {
  TenantNo tenant;
  MediaNo media;

  friend auto operator<=>(MediaKey const&, MediaKey const&) = default;
};

enum class MediaUse : std::uint8_t {
  image = 1,   // in messages
  avatar = 2,  // of apps and people; not in messages
  voice = 3,
  video = 4,
  file = 5,
};

struct Media {
  MediaKey key;
  AppNo app;  // who uploaded it
  MediaUse use = MediaUse::image;
  FileType type = FileType::unknown;
  std::uint8_t generation = 0;
  BlobRef blob;
  std::string name;  // as the client calls the file; may be empty
  Time created_at{};

  friend bool operator==(Media const&, Media const&) = default;
};

// The hex digits of a file's outside id; dialects put their prefix before them.
std::string media_id_hex(IdSealer const& ids, MediaKey const& key, std::uint8_t generation,
                         AppNo app);

// What an outside id that ends with such digits stands for, if it was made for this tenant.
struct NamedMedia {
  MediaKey key;
  AppNo app;
  std::uint8_t generation = 0;
};
std::optional<NamedMedia> read_media_id(IdSealer const& ids, TenantNo tenant,
                                        std::string_view name);

// Reading what was written about media. One instance serves one thread; a call may wait for the
// disk. Errors  unavailable.
class MediaStore {
 public:
  virtual ~MediaStore() = default;
  virtual Result<std::optional<Media>> find_media(MediaKey const& key) = 0;
};

}  // namespace carillon

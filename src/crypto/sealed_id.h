// Generated ids are sealed coordinates: one encrypted block that says what the id stands for.
//
// Shape   32 hex digits = AES(kind, generation, check, tenant, major, minor). No table, no lookup,
//         not guessable; the same coordinates always give the same id. Prefixes belong to dialects.
// Source  design.md section 3. The generation rises when a copy of a backup is started, so that
//         its new ids never collide with the original's.
// Cost    About 100 ns either way. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/crypto.h"

namespace carillon {

enum class IdKind : std::uint8_t {
  open_id = 1,          // major: app, minor: user
  union_id = 2,         // major: developer, minor: user
  open_department = 3,  // major: department
  batch = 4,            // major: batch
  message = 5,          // major: batch, minor: user
  media = 6,            // major: media, minor: app
  chat = 7,             // major: chat
  event = 8,            // major: event, minor: app
  page = 9,             // major: where a page begins, minor: of which list
  dialogue = 10,        // major: app, minor: user
};

struct Coordinates {
  IdKind kind;
  std::uint8_t generation = 0;
  std::uint32_t tenant = 0;  // 24 bits
  std::uint64_t major = 0;   // 40 bits
  std::uint32_t minor = 0;

  friend bool operator==(Coordinates const&, Coordinates const&) = default;
};

class IdSealer {
 public:
  explicit IdSealer(Key const& installation_key) : cipher_(derive_key(installation_key, "ids")) {}
  std::string seal(Coordinates const& at) const;  // 32 hex digits
  // Empty if these are not 32 hex digits that seal() made for this kind.
  std::optional<Coordinates> unseal(IdKind kind, std::string_view hex) const;

 private:
  BlockCipher cipher_;
};

}  // namespace carillon

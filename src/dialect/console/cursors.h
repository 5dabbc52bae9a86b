// Where the next page of a list begins, as a text that clients can only give back.
//
// Shape   32 hex digits = AES(kind, check, scope, position). The scope keeps the cursor of one
//         tenant or batch out of the lists of another.
// Errors  invalid_field: not a cursor that seal() made for this list.
// Cost    Below a microsecond; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/crypto.h"

namespace carillon::console {

enum class CursorKind : std::uint8_t {
  inbox = 1,         // scope: the user; position: seq
  batches = 2,       // scope: the tenant; position: batch number
  recipients = 3,    // scope: the batch; position: UserNo
  dead_letters = 4,  // scope: the app; position: event number
  live = 5,          // scope: the tenant; position: seq
  audit = 6,         // scope: 0; position: the entry's number
  departments = 16,  // scope: the parent; position: DepartmentNo
  users = 17,        // scope: the department; position: UserNo
  search = 18,       // scope: the tenant; position: DepartmentNo << 32 | UserNo
  person = 19,       // scope: the user; position: seq
};

class Cursors {
 public:
  explicit Cursors(Key const& installation_key)
      : cipher_(derive_key(installation_key, "cursors")) {}

  // Scopes count modulo 2^24, positions have 64 bits.
  std::string seal(CursorKind kind, std::uint64_t scope, std::uint64_t position) const;
  Result<std::uint64_t> unseal(CursorKind kind, std::uint64_t scope, std::string_view text) const;

 private:
  BlockCipher cipher_;
};

}  // namespace carillon::console

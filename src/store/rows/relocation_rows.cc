#include "store/rows/relocation_rows.h"

#include "store/rows/packing.h"

namespace carillon::rows {

std::string pack_relocation(Relocation const& relocation) {
  Packer out;
  out.number(static_cast<std::uint8_t>(relocation.state));
  out.text(relocation.id);
  out.text(relocation.other);
  out.text(relocation.position);
  return out.take();
}

Result<Relocation> read_relocation(std::string_view bytes) {
  Relocation out;
  if (bytes.empty()) return out;
  Unpacker in(bytes);
  auto const state = in.number();
  out.id = in.text();
  out.other = in.text();
  out.position = in.text();
  if (!in.ok() || !in.at_end() || state > static_cast<std::uint8_t>(RelocationState::arrived)) {
    return fail(Errc::internal, "the store's note of a move is damaged");
  }
  out.state = static_cast<RelocationState>(state);
  return out;
}

}  // namespace carillon::rows

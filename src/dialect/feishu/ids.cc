#include "dialect/feishu/ids.h"

#include <algorithm>

namespace carillon::feishu {
namespace {

constexpr std::size_t kHexDigits = 32;

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

Result<std::string_view> parse_batch_id(std::string_view text) {
  if (text.size() != 3 + kHexDigits || !(text.starts_with("bm-") || text.starts_with("bm_"))) {
    return fail(Errc::bad_batch_id);
  }
  auto const hex = text.substr(3);
  if (!std::all_of(hex.begin(), hex.end(), is_hex_digit)) return fail(Errc::bad_batch_id);
  return hex;
}

std::string batch_id(std::string_view hex) {
  std::string out = "bm-";
  out += hex;
  return out;
}

}  // namespace carillon::feishu

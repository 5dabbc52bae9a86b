#include "server/store_address.h"

#include <algorithm>
#include <filesystem>

namespace carillon::server {
namespace {

bool is_url(std::string const& address) {
  return address.starts_with("postgres://") || address.starts_with("postgresql://");
}

// Takes out `begin` and what follows, to one of `ends`; a quoted value is taken whole.
void cut(std::string& text, std::string const& begin, std::string const& ends) {
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    if (at != 0 && std::string("?& ").find(text[at - 1]) == std::string::npos) {
      ++at;
      continue;
    }
    auto end = at + begin.size();
    if (end < text.size() && text[end] == '\'') {
      for (++end; end < text.size() && text[end] != '\''; ++end) {
        if (text[end] == '\\') ++end;
      }
      end = std::min(end + 1, text.size());
    } else {
      end = std::min(text.find_first_of(ends, end), text.size());
    }
    text.erase(at, end - at + (end < text.size() ? 1 : 0));
  }
}

}  // namespace

bool is_database(std::string const& address) {
  if (is_url(address)) return true;
  std::error_code code;
  return address.find('=') != std::string::npos && !std::filesystem::exists(address, code);
}

std::string without_password(std::string const& address) {
  auto out = address;
  if (is_url(out)) {
    auto const begin = out.find("://") + 3;
    auto const user = out.substr(begin, out.find_first_of("/?", begin) - begin);
    auto const at = user.rfind('@');
    auto const colon = user.find(':');
    if (at != std::string::npos && colon < at) out.erase(begin + colon, at - colon);
    cut(out, "password=", "&");
  } else {
    cut(out, "password=", " ");
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '&' || out.back() == '?')) {
    out.pop_back();
  }
  return out;
}

std::string name_of_store(std::string const& address) {
  if (is_database(address)) return without_password(address);
  std::error_code code;
  auto const folder = std::filesystem::weakly_canonical(address, code);
  return code ? address : folder.string();
}

}  // namespace carillon::server

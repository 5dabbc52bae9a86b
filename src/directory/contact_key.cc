#include "directory/contact_key.h"

namespace carillon {

std::string mobile_key(std::string_view mobile) {
  constexpr std::string_view kHome = "+86";
  std::string out;
  for (char const c : mobile) {
    if ((c >= '0' && c <= '9') || (c == '+' && out.empty())) out += c;
  }
  if (out.starts_with(kHome)) out.erase(0, kHome.size());
  return out == "+" ? std::string() : out;
}

std::string email_key(std::string_view email) {
  std::string out(email);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace carillon

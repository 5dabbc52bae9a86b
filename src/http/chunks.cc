#include "http/chunks.h"

#include <algorithm>

#include "http/text.h"

namespace carillon::http {
namespace {

constexpr int kDigitsMax = 15;
constexpr std::size_t kTextBytesMax = 4 * 1024;

}  // namespace

BodyStep ChunkDecoder::decode(std::string_view bytes, BodyReceiver& receiver) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    if (at_ == At::data) {
      auto const size = std::min<std::uint64_t>(left_, bytes.size() - used);
      auto const piece = bytes.substr(used, static_cast<std::size_t>(size));
      used += piece.size();
      left_ -= size;
      if (left_ == 0) at_ = At::data_cr;
      if (!receiver.receive(piece)) return {BodyState::stopped, used};
      continue;
    }
    if (!take(bytes[used++])) return {BodyState::bad, used};
    if (done_) return {BodyState::done, used};
  }
  return {BodyState::more, used};
}

bool ChunkDecoder::take(char c) {
  switch (at_) {
    case At::size:
      return take_size(c);
    case At::extension:
      if (c == '\r') at_ = At::size_lf;
      return c == '\r' || count_text(c);
    case At::size_lf:
      at_ = left_ > 0 ? At::data : At::line;
      text_bytes_ = 0;
      digits_ = 0;
      return c == '\n';
    case At::data:
      return false;  // decode() takes data itself
    case At::data_cr:
      at_ = At::data_lf;
      return c == '\r';
    case At::data_lf:
      at_ = At::size;
      return c == '\n';
    case At::line:
      at_ = c == '\r' ? At::end_lf : At::trailer;
      return c == '\r' || count_text(c);
    case At::trailer:
      if (c == '\r') at_ = At::trailer_lf;
      return c == '\r' || count_text(c);
    case At::trailer_lf:
      at_ = At::line;
      return c == '\n';
    case At::end_lf:
      done_ = true;
      return c == '\n';
  }
  return false;
}

bool ChunkDecoder::take_size(char c) {
  if (int const digit = hex_digit(c); digit >= 0) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return ++digits_ <= kDigitsMax;
  }
  at_ = c == '\r' ? At::size_lf : At::extension;
  return digits_ > 0 && (c == '\r' || c == ';' || c == ' ' || c == '\t');
}

bool ChunkDecoder::count_text(char c) {
  bool const control = (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
  return !control && ++text_bytes_ <= kTextBytesMax;
}

}  // namespace carillon::http

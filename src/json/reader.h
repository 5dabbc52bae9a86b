// Reading JSON: a text is parsed and validated whole, then read in any order.
//
// Shape   A Document owns everything; Values and the string_views they give point into it and live
//         as long as it does (moving it is fine, parsing into it again is not). Nothing points
//         into the text that was parsed.
//         Duplicate keys: the last one wins in find(); members() shows all of them.
//         Absent and null are the same to find_present(), which is what most callers want.
// Source  A facade over simdjson's DOM, whose documented tape is read here without its header.
// Errors  bad_json: not JSON (UTF-8, escapes and lone surrogates are checked), or nested too deep.
//         Reading a value as something it is not gives the empty value of that type; nothing
//         throws. Integers beyond 64 bits become floating point numbers rather than errors.
// Cost    About 1 ns a byte to parse; find() is linear in the members. Any thread; each keeps a
//         parser of at most about 1 MB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace carillon::json {

inline constexpr std::size_t kDepthMax = 64;  // of objects and arrays within each other

enum class Type : std::uint8_t { null, boolean, integer, real, string, array, object };

struct Member;
class ElementRange;
class MemberRange;

class Value {
 public:
  Value() : at_(&kNull) {}

  Type type() const;
  bool is_null() const { return tag() == 'n'; }
  bool is_bool() const { return tag() == 't' || tag() == 'f'; }
  bool is_integer() const { return tag() == 'l' || tag() == 'u'; }
  bool is_number() const { return is_integer() || tag() == 'd'; }
  bool is_string() const { return tag() == '"'; }
  bool is_array() const { return tag() == '['; }
  bool is_object() const { return tag() == '{'; }

  bool boolean() const { return tag() == 't'; }
  // Empty unless this is an integer that fits.
  std::optional<std::int64_t> integer() const;
  std::optional<std::uint64_t> unsigned_integer() const;
  double number() const;
  std::string_view string() const;

  // Of an object: the last member of that name, if any; find_present() leaves null out as well.
  std::optional<Value> find(std::string_view key) const;
  std::optional<Value> find_present(std::string_view key) const;

  // The items of an array and the members of an object; nothing of other types.
  ElementRange elements() const;
  MemberRange members() const;
  // How many there are, counting to the end only beyond 16 million.
  std::size_t size() const;

 private:
  friend class Document;
  friend class ElementRange;
  friend class MemberRange;
  Value(std::uint64_t const* tape, std::uint64_t const* at, std::uint8_t const* strings)
      : tape_(tape), at_(at), strings_(strings) {}
  char tag() const { return static_cast<char>(*at_ >> 56); }
  // The tape's word after this value.
  std::uint64_t const* next() const {
    switch (tag()) {
      case '{':
      case '[':
        return tape_ + static_cast<std::uint32_t>(*at_);
      case 'l':
      case 'u':
      case 'd':
        return at_ + 2;
      default:
        return at_ + 1;
    }
  }

  static constexpr std::uint64_t kNull = std::uint64_t{'n'} << 56;

  std::uint64_t const* tape_ = nullptr;
  std::uint64_t const* at_;
  std::uint8_t const* strings_ = nullptr;
};

struct Member {
  std::string_view key;
  Value value;
};

class ElementRange {
 public:
  class iterator {
   public:
    explicit iterator(Value value) : value_(value) {}
    Value operator*() const { return value_; }
    iterator& operator++() {
      value_.at_ = value_.next();
      return *this;
    }
    bool operator==(iterator const& other) const { return value_.at_ == other.value_.at_; }

   private:
    Value value_;
  };
  iterator begin() const { return iterator(first_); }
  iterator end() const { return iterator(end_); }

 private:
  friend class Value;
  ElementRange(Value first, Value end) : first_(first), end_(end) {}
  Value first_;
  Value end_;
};

class MemberRange {
 public:
  class iterator {
   public:
    explicit iterator(Value key) : key_(key) {}
    Member operator*() const {
      return {key_.string(), Value(key_.tape_, key_.at_ + 1, key_.strings_)};
    }
    iterator& operator++() {
      key_.at_ = Value(key_.tape_, key_.at_ + 1, key_.strings_).next();
      return *this;
    }
    bool operator==(iterator const& other) const { return key_.at_ == other.key_.at_; }

   private:
    Value key_;
  };
  iterator begin() const { return iterator(first_); }
  iterator end() const { return iterator(end_); }

 private:
  friend class Value;
  MemberRange(Value first, Value end) : first_(first), end_(end) {}
  Value first_;
  Value end_;
};

class Document {
 public:
  Document();
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  // Replaces what was there, reusing its memory. After a failure the root is null.
  Result<void> parse(std::string_view text, std::size_t depth_max = kDepthMax);
  Value root() const { return root_; }

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
  Value root_;
};

Result<Document> parse_json(std::string_view text, std::size_t depth_max = kDepthMax);

// Compact JSON that means the same: text stays UTF-8, integers stay integers.
std::string minified(Value value);
void append_minified(std::string& out, Value value);

inline std::string_view Value::string() const {
  if (!is_string()) return {};
  auto const* text = strings_ + (*at_ & 0x00ff'ffff'ffff'ffff);
  std::uint32_t size = 0;
  std::memcpy(&size, text, sizeof(size));
  return {reinterpret_cast<char const*>(text + sizeof(size)), size};
}

}  // namespace carillon::json

// Values as PostgreSQL's binary format has them: parameters going out, rows coming in.
//
// Shape   Everything is a number (bigint), bytes (bytea), or an array of either, which unnest()
//         turns into rows. Text from outside is bytes too: it may hold a zero byte, which `text`
//         refuses, and one refused row would fail the whole group that it is in.
// Source  PostgreSQL's array_recv and int8recv; all numbers big-endian.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon::postgres {

// The types of parameters, by their numbers in PostgreSQL's catalogue.
enum class Type : std::uint32_t { bytes = 17, number = 20, bytes_array = 1001, numbers = 1016 };

struct Value {
  Type type = Type::number;
  std::string bytes;
  bool null = false;
};

Value value_of(std::string_view bytes);
Value value_of(std::int64_t number);

// One column of many rows.
class Column {
 public:
  explicit Column(Type type);

  Column& add(std::integral auto number) { return add_number(static_cast<std::int64_t>(number)); }
  Column& add(std::string_view bytes);
  Column& add_null();
  std::size_t size() const { return size_; }
  Value take() &&;

 private:
  Column& add_number(std::int64_t number);

  Type type_;
  std::string bytes_;
  std::uint32_t size_ = 0;
};
inline Column numbers() { return Column(Type::numbers); }
inline Column many_bytes() { return Column(Type::bytes_array); }

// The columns of one row that came back; good as long as the result that it is of.
class Row {
 public:
  static constexpr int kColumnsMax = 12;

  void set(int column, char const* data, int size) {
    fields_[static_cast<std::size_t>(column)] = {data, size};
  }
  std::int64_t integer(int column) const;
  bool null(int column) const { return at(column).size < 0; }
  std::string_view bytes(int column) const {
    auto const& field = at(column);
    return field.size < 0 ? std::string_view()
                          : std::string_view(field.data, static_cast<std::size_t>(field.size));
  }

 private:
  struct Field {
    char const* data = nullptr;
    int size = -1;  // NULL
  };
  Field const& at(int column) const { return fields_[static_cast<std::size_t>(column)]; }

  std::array<Field, kColumnsMax> fields_{};
};

}  // namespace carillon::postgres

// What PostgreSQL did not do, and why, as an error that tells the operator what to do about it.
//
// Shape   Failure -> what it means for whoever waits (meaning_of) -> Error (error_of). A Failure
//         names the server's five-character SQLSTATE if the server said it, and nothing if the
//         connection broke.
// Source  PostgreSQL 15, appendix A (error codes). Texts of the server come in its own language, so
//         only codes are looked at, but for a refused connection, where libpq gives text alone.
// Errors  low_disk: the database is full. unavailable: it is out of reach, read-only, overloaded,
//         too slow. internal: our own mistake, or damaged tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace carillon::postgres {

struct Failure {
  std::string state;  // SQLSTATE; empty: the connection broke, and who knows what the server did
  std::string text;
  std::size_t statement = 0;  // which of a pipeline
};

enum class Meaning : std::uint8_t {
  conflict,     // an expectation did not hold
  again,        // the same may well be done now: a deadlock, a serialization failure
  unreachable,  // the connection is of no use any more
  refused,      // it will not be done as things are
};
Meaning meaning_of(Failure const& failure);

// `where` names the database without its password.
Error error_of(Failure const& failure, std::string const& where);
// Of an attempt to connect; libpq gives a text only.
Error connect_error(std::string_view text, std::string const& where);

}  // namespace carillon::postgres

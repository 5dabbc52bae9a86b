// What operators changed: who, when, what, from where, and how it was answered.
//
// Shape   An entry is written before what it tells of is decided, by the same writer, and its
//         outcome after the answer is known: what happened is never missing from the log, and an
//         entry without outcome says that the server was killed in between.
// Source  docs/decisions/0016-audit-log.md.
// Limits  Numbers rise with time and are never given again: they are microseconds since 1970, or
//         one more than the last.
#pragma once

#include <cstdint>
#include <string>

#include "access/operator.h"
#include "base/clock.h"
#include "base/number.h"

namespace carillon {

struct AuditTag {};
using AuditNo = Number<AuditTag, std::uint64_t>;

struct AuditEntry {
  AuditNo no;
  Time at{};
  std::string operator_name;
  Role role = Role::admin;
  std::string action;  // "batch.recall"
  std::string target;  // an id, or empty
  std::string detail;
  std::string remote;
  int status = 0;  // of the answer; 0: not known

  friend bool operator==(AuditEntry const&, AuditEntry const&) = default;
};

struct AuditOutcome {
  std::string target;
  std::string detail;
  int status = 0;

  friend bool operator==(AuditOutcome const&, AuditOutcome const&) = default;
};

}  // namespace carillon

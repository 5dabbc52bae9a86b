// The things of a directory as full values: what an import reads, a change writes and a store
// keeps.
//
// Shape   tenant -> department tree (root = kRootDepartment), users in one or more departments,
//         chats and images that messages may name. Outside ids are unique within their tenant.
// Source  design.md sections 3 and 5. Empty text means "has none".
// Limits  Ids at most 64 bytes of UTF-8 without control characters (names 255); feishu.md
// section 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/blob_ref.h"
#include "directory/numbers.h"

namespace carillon {

struct Tenant {
  TenantNo no;
  std::string tenant_key;
  std::string name;
  std::string timezone = "Asia/Shanghai";     // IANA; the calendar of its quota days
  std::optional<std::uint32_t> recall_hours;  // 0: no limit; none: the server's setting
  std::uint32_t retention_days = 400;         // 0: for ever
  bool mention_all = true;                    // may messages mention everybody
  std::string corp_id;                        // a second name; empty: none

  friend bool operator==(Tenant const&, Tenant const&) = default;
};

struct Department {
  DepartmentNo no;
  std::uint8_t generation = 0;   // of the installation when it was created; part of sealed ids
  std::string department_id;     // the tenant's own; empty only for the root
  std::string open_alias;        // imported open_department_id, with its "od-"
  std::int64_t dept_number = 0;  // an outside name that is a number; the root's is 1
  DepartmentNo parent;           // 0 for the root only
  std::string name;
  std::int64_t order = 0;  // among its siblings, smallest first
  bool deleted = false;    // stays as a row, so that its number is never given out again

  friend bool operator==(Department const&, Department const&) = default;
};

struct User {
  UserNo no;
  std::uint8_t generation = 0;
  bool active = true;
  bool resigned = false;  // no longer of the tenant; never active, a member of no department
  std::string user_id;
  std::string name;
  std::string email;
  std::string mobile;
  std::vector<DepartmentNo> departments;                           // never empty: at least the root
  std::vector<std::pair<DeveloperNo, std::string>> union_aliases;  // imported, with their "on_"
  std::vector<std::pair<AppNo, std::string>> open_aliases;         // imported, with their "ou_"

  friend bool operator==(User const&, User const&) = default;
};

// A user's place in one of their departments.
struct DepartmentPlace {
  DepartmentNo department;
  std::int64_t user_order = 0;        // among the department's people
  std::int64_t department_order = 0;  // among the user's departments
  bool primary = false;
  bool leads = false;

  friend bool operator==(DepartmentPlace const&, DepartmentPlace const&) = default;
};

// What else is known of a user: told when asked, never searched, and therefore kept by the store
// and not in memory. Most users have none of it.
struct UserDetails {
  std::string english_name;
  std::string nickname;
  std::uint8_t gender = 0;  // 0 not said, 1 male, 2 female, 3 other
  bool mobile_hidden = false;
  std::string avatar;  // key of an image
  UserNo leader;       // 0: none
  std::string city;
  std::string country;
  std::string workplace;
  std::int64_t joined_at = 0;  // seconds since 1970; 0: not said
  std::string employee_no;
  std::uint8_t employment = 0;  // as the dialect numbers it; 0: not said
  std::string work_email;
  std::string job_title;
  std::string remark;
  std::vector<DepartmentPlace> places;                          // in no order; some may be missing
  std::vector<std::pair<std::string, std::string>> extensions;  // by name: a dialect's own JSON

  bool empty() const { return *this == UserDetails(); }
  friend bool operator==(UserDetails const&, UserDetails const&) = default;
};

// Likewise of a department.
struct DepartmentDetails {
  std::vector<std::pair<std::string, std::string>> names;  // by locale
  UserNo leader;                                           // 0: none
  std::vector<std::pair<UserNo, std::uint8_t>> managers;   // with the kind of each
  std::vector<std::pair<std::string, std::string>> extensions;

  bool empty() const { return *this == DepartmentDetails(); }
  friend bool operator==(DepartmentDetails const&, DepartmentDetails const&) = default;
};

struct Chat {
  std::string chat_id;
  std::string name;
  friend bool operator==(Chat const&, Chat const&) = default;
};

struct Image {
  std::string image_key;
  std::string file;  // name only
  BlobRef blob;      // of 0 bytes: exists, but shows as missing
  friend bool operator==(Image const&, Image const&) = default;
};

}  // namespace carillon

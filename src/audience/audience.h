// From whom a request names to the sets of a batch: the one place where audiences are resolved.
//
// Shape   named = users listed with everyone in the departments listed and below; valid = named,
//         known and active; deliverable = valid within the app's availability.
// Source  design.md section 1. Duplicates across and within lists collapse.
// Cost    Two or three union operations: under a millisecond for a million people.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "access/organisation.h"
#include "people/user_set.h"

namespace carillon {

// Ids as the request gave them, in its order.
struct AudienceRequest {
  std::vector<std::string> department_ids = {};  // custom or "od-"; the root's "0" names nothing
  std::vector<std::string> open_ids = {};
  std::vector<std::string> user_ids = {};
  std::vector<std::string> union_ids = {};
  std::vector<std::string> emails = {};
  std::vector<std::int64_t> department_numbers = {};  // the root's 1 names everybody
  bool everybody = false;                             // whom the app may reach

  bool names_users() const {
    return !open_ids.empty() || !user_ids.empty() || !union_ids.empty() || !emails.empty();
  }
  bool names_departments() const { return !department_ids.empty() || !department_numbers.empty(); }
};

struct Audience {
  UserSet deliverable;
  UserSet unavailable;
  // Ids that named nobody: unknown, or of somebody inactive.
  std::vector<std::string> invalid_department_ids;
  std::vector<std::string> invalid_open_ids;
  std::vector<std::string> invalid_user_ids;
  std::vector<std::string> invalid_union_ids;
  std::vector<std::string> invalid_emails;
};

// Whom an app may reach; kept until the directory or the app changes. One thread.
class Availabilities {
 public:
  // Null: everybody.
  UserSet const* of(Directory const& directory, App const& app);
  void forget();  // after the organisation changed

 private:
  std::unordered_map<std::uint64_t, UserSet> known_;
};

Audience resolve(AudienceRequest const& request, Directory const& directory, App const& app,
                 UserSet const* available, IdSealer const& ids);

// The same for people who are known already: those of them who are active.
Audience resolve(UserSet const& named, Directory const& directory, UserSet const* available);

// How many people a request names, whether they are active or not.
std::uint64_t count_named(AudienceRequest const& request, Directory const& directory,
                          App const& app, UserSet const* available, IdSealer const& ids);

}  // namespace carillon

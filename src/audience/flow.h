// Flow control: rules about how much a person, an app and a tenant may be sent, decided with sets.
//
// Shape   A command brings its limits. withhold() takes from the deliverable people those whom a
//         rule keeps back, each by one rule: the first in the order of FlowRule that holds. What
//         was sent before is a FlowState, given by a FlowBook: counters of sets for the tenant's
//         day, plain numbers for the minute.
// Source  design.md section 1. Days are the tenant's, minutes whole ones of UTC. A batch to
//         everybody is outside the rules about one call and one minute, and counts in neither.
// Cost    A few set operations a rule, bounded by the people asked about.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "access/quota.h"
#include "directory/numbers.h"
#include "people/person_counter.h"
#include "people/user_set.h"

namespace carillon {

// Which rule keeps a person back. The numbers are stored.
enum class FlowRule : std::uint8_t {
  same_content,       // the person had this content from the app today
  person_day,         // messages of the app to one person in a day
  everybody_day,      // batches to everybody in a day
  call,               // people of one batch
  app_minute,         // people of one app in a minute
  tenant_minute,      // people of all apps of a tenant in a minute
  everywhere_minute,  // people of one app in all tenants in a minute
};
inline constexpr std::size_t kFlowRules = 7;
std::string_view name_of(FlowRule rule);

// How many each rule allows; 0: the rule is off.
using FlowLimits = std::array<std::uint32_t, kFlowRules>;

// People whom a rule keeps back.
struct Withheld {
  FlowRule rule = FlowRule::same_content;
  std::uint32_t limit = 0;  // that was hit
  UserSet users;
};

// What is sent, when, by whom: where it counts.
struct FlowMoment {
  TenantNo tenant;
  AppNo app;
  Day day = 0;
  std::int64_t minute = 0;   // since 1970
  std::string content_hash;  // 32 bytes: the same for contents that mean the same
  bool everybody = false;
};
std::int64_t minute_of(Time at);

// What was sent before, as far as it matters to these people at that moment.
struct FlowState {
  PersonCounter same_content;
  PersonCounter person_day;
  std::uint32_t everybody_day = 0;
  std::uint64_t app_minute = 0;
  std::uint64_t tenant_minute = 0;
  std::uint64_t everywhere_minute = 0;

  FlowState& operator+=(FlowState const& other);
};

// Takes them out of `deliverable`. One entry a rule that keeps somebody back.
std::vector<Withheld> withhold(FlowLimits const& limits, FlowMoment const& moment,
                               FlowState const& state, UserSet& deliverable);

// What was sent in the present day and minute of every app. One thread.
class FlowBook {
 public:
  void add(FlowMoment const& moment, UserSet const& users);
  void add(FlowBook const& later);
  bool empty() const { return days_.empty() && minutes_.empty(); }

  FlowState state(FlowMoment const& moment, UserSet const& users) const;

 private:
  struct AppDay {
    Day day = 0;
    std::uint32_t everybody = 0;
    PersonCounter people;
    std::unordered_map<std::string, PersonCounter> contents;
  };
  struct Minute {
    std::int64_t minute = 0;
    std::uint64_t people = 0;
  };
  using Key = std::pair<TenantNo, AppNo>;  // 0: of all of them

  // The entry of that day, empty if it was an earlier one's.
  AppDay& open_day(Key const& key, Day day);
  void add_minute(Key const& key, std::int64_t minute, std::uint64_t people);
  std::uint64_t in_minute(Key const& key, std::int64_t minute) const;

  std::map<Key, AppDay> days_;
  std::map<Key, Minute> minutes_;
};

}  // namespace carillon

#include "audience/flow.h"

#include <algorithm>

namespace carillon {
namespace {

constexpr std::array<std::string_view, kFlowRules> kNames{
    "same_content_today",           "over_daily_limit_of_person", "over_daily_limit_to_everybody",
    "over_limit_of_call",           "over_minute_limit_of_app",   "over_minute_limit_of_tenant",
    "over_minute_limit_everywhere",
};

std::uint32_t limit_of(FlowLimits const& limits, FlowRule rule) {
  return limits[static_cast<std::size_t>(rule)];
}

void hold(std::vector<Withheld>& out, FlowRule rule, std::uint32_t limit, UserSet users,
          UserSet& deliverable) {
  if (users.empty()) return;
  deliverable -= users;
  users.optimize();
  out.push_back({rule, limit, std::move(users)});
}

// Everybody but the first so many.
UserSet beyond(UserSet const& users, std::uint64_t allowed) {
  if (users.size() <= allowed) return {};
  UserSet first;
  first.add(users.list(0, allowed));
  return users - first;
}

}  // namespace

std::string_view name_of(FlowRule rule) { return kNames[static_cast<std::size_t>(rule)]; }

std::int64_t minute_of(Time at) {
  return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

FlowState& FlowState::operator+=(FlowState const& other) {
  same_content.add(other.same_content);
  person_day.add(other.person_day);
  everybody_day += other.everybody_day;
  app_minute += other.app_minute;
  tenant_minute += other.tenant_minute;
  everywhere_minute += other.everywhere_minute;
  return *this;
}

std::vector<Withheld> withhold(FlowLimits const& limits, FlowMoment const& moment,
                               FlowState const& state, UserSet& deliverable) {
  std::vector<Withheld> out;
  if (auto const limit = limit_of(limits, FlowRule::same_content); limit != 0) {
    hold(out, FlowRule::same_content, limit, state.same_content.at_least(limit, deliverable),
         deliverable);
  }
  if (auto const limit = limit_of(limits, FlowRule::person_day); limit != 0) {
    hold(out, FlowRule::person_day, limit, state.person_day.at_least(limit, deliverable),
         deliverable);
  }
  if (moment.everybody) {
    auto const limit = limit_of(limits, FlowRule::everybody_day);
    if (limit != 0 && state.everybody_day >= limit) {
      hold(out, FlowRule::everybody_day, limit, deliverable, deliverable);
    }
    return out;
  }
  auto const hold_beyond = [&](FlowRule rule, std::uint64_t used) {
    auto const limit = limit_of(limits, rule);
    if (limit == 0) return;
    auto const left = used >= limit ? 0 : limit - used;
    hold(out, rule, limit, beyond(deliverable, left), deliverable);
  };
  hold_beyond(FlowRule::call, 0);
  hold_beyond(FlowRule::app_minute, state.app_minute);
  hold_beyond(FlowRule::tenant_minute, state.tenant_minute);
  hold_beyond(FlowRule::everywhere_minute, state.everywhere_minute);
  return out;
}

FlowBook::AppDay& FlowBook::open_day(Key const& key, Day day) {
  auto& out = days_[key];
  if (out.day != day) out = AppDay{.day = day, .everybody = 0, .people = {}, .contents = {}};
  return out;
}

void FlowBook::add_minute(Key const& key, std::int64_t minute, std::uint64_t people) {
  auto& at = minutes_[key];
  if (at.minute != minute) at = {minute, 0};
  at.people += people;
}

std::uint64_t FlowBook::in_minute(Key const& key, std::int64_t minute) const {
  auto const at = minutes_.find(key);
  return at == minutes_.end() || at->second.minute != minute ? 0 : at->second.people;
}

void FlowBook::add(FlowMoment const& moment, UserSet const& users) {
  if (users.empty()) return;
  auto& day = open_day({moment.tenant, moment.app}, moment.day);
  day.people.add(users);
  day.contents[moment.content_hash].add(users);
  if (moment.everybody) {
    ++day.everybody;
    return;
  }
  for (Key const& key :
       {Key{moment.tenant, moment.app}, Key{moment.tenant, AppNo{}}, Key{TenantNo{}, moment.app}}) {
    add_minute(key, moment.minute, users.size());
  }
}

void FlowBook::add(FlowBook const& later) {
  for (auto const& [key, theirs] : later.days_) {
    auto& day = open_day(key, theirs.day);
    day.everybody += theirs.everybody;
    day.people.add(theirs.people);
    for (auto const& [hash, people] : theirs.contents) day.contents[hash].add(people);
  }
  for (auto const& [key, theirs] : later.minutes_) add_minute(key, theirs.minute, theirs.people);
}

FlowState FlowBook::state(FlowMoment const& moment, UserSet const& users) const {
  FlowState out;
  if (auto const at = days_.find({moment.tenant, moment.app});
      at != days_.end() && at->second.day == moment.day) {
    auto const& day = at->second;
    out.everybody_day = day.everybody;
    out.person_day = day.people.among(users);
    if (auto const content = day.contents.find(moment.content_hash);
        content != day.contents.end()) {
      out.same_content = content->second.among(users);
    }
  }
  out.app_minute = in_minute({moment.tenant, moment.app}, moment.minute);
  out.tenant_minute = in_minute({moment.tenant, AppNo{}}, moment.minute);
  out.everywhere_minute = in_minute({TenantNo{}, moment.app}, moment.minute);
  return out;
}

}  // namespace carillon

// What the calls on the directory share: numbers of departments, userids, changes and details.
//
// Source  docs/wire/dingtalk/directory.md. A department is called by its number, 1 is the root; a
//         user by the tenant's own id. Somebody who resigned is nobody here.
// Errors  user_unknown, user_out_of_range, department_unknown, department_out_of_range;
//         invalid_field where a parameter has not the form.
// Cost    Memory only; changes one commit, details a read of the store on a reader thread.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/directory_change.h"
#include "dialect/dingtalk/call.h"

namespace carillon::dingtalk {

inline constexpr std::size_t kListMax = 100;  // departments of a user, users of a page

DirectoryCaller directory_caller(Caller const& caller);

// The user or department that a parameter names, within the app's range.
Result<UserNo> visible_user(Caller const& caller, std::string_view userid);
Result<UserNo> visible_user(Call const& call, std::string_view parameter = "userid");
Result<DepartmentNo> find_department(Caller const& caller, std::int64_t number);
Result<DepartmentNo> visible_department(Call const& call, std::string_view parameter = "dept_id");
std::int64_t number_of(Directory const& directory, DepartmentNo department);
// Likewise of a list; at most kListMax.
Result<std::vector<DepartmentNo>> find_departments(Call& call, std::string_view parameter);

// A text that may be so many characters long.
Result<std::optional<std::string>> find_short_text(Call const& call, std::string_view parameter,
                                                   std::size_t characters_max);
// Calls each(object) for the objects of a list, given as such or as JSON text.
Result<void> each_object(Call const& call, std::string_view parameter,
                         std::function<Result<void>(json::Value)> const& each);

// Decides and writes; `done` answers, with the organisation that is in force then.
template <class Made>
Result<void> write_directory(Context& context, Answer const& answer,
                             std::function<Result<Decided<Made>>(View&)> decide,
                             std::function<void(Organisation const& now, Made made)> done) {
  context.engine.write<Made>(std::move(decide),
                             [&context, answer, done = std::move(done)](Result<Made> made) {
                               if (!made) return answer.fail(made.error());
                               done(*context.engine.organisation(), *std::move(made));
                             });
  return {};
}

}  // namespace carillon::dingtalk

// What the decisions about users and departments share: one edit of one tenant's directory.
//
// Shape   begin() -> put on edit() and into `rows` -> finish(): the rows to write, and the
//         organisation that is in force once they are on disk. The next decision of the same group
//         sees it already, so a batch that follows a change is resolved against it.
// Errors  import_running, low_disk, internal (no such tenant or app: the caller was admitted).
// Cost    See directory/directory_edit.h; 10,000 tenants make a copy of their list 20 us more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/view.h"
#include "directory/directory_edit.h"

namespace carillon {

// Who asks. What they may change is told by core/contact_range.h.
struct DirectoryCaller {
  TenantNo tenant;
  AppNo app;
};

// So that a repeated call gets the same answer, for 24 hours. An empty key: no such wish.
struct RetryKey {
  std::string key;
  std::string body_hash;
};

class DirectoryChange {
 public:
  static Result<DirectoryChange> begin(View& view, DirectoryCaller const& caller);

  View& view() const { return view_; }
  App const& app() const { return app_; }
  TenantNo tenant() const { return caller_.tenant; }
  Directory const& directory() const { return edit_.now(); }
  DirectoryEdit& edit() { return edit_; }
  DirectoryRows& rows() { return change_.directory; }

  // The number that an earlier call with this key was answered with.
  // Errors  key_reused, with another body.
  Result<std::optional<std::uint64_t>> find_made(std::string const& kind, RetryKey const& retry);
  void note_made(std::string const& kind, RetryKey const& retry, std::uint64_t number);

  // Puts the row and, if they are not as before, the details. A put that failed ends the change.
  Result<void> put(User user);
  Result<void> put(Department department);

  template <class Answer>
  Decided<Answer> finish(Answer answer) {
    if (change_.directory.empty()) return {std::move(change_), std::move(answer), nullptr};
    auto after = in_force();
    return {std::move(change_), std::move(answer), std::move(after)};
  }

 private:
  DirectoryChange(View& view, DirectoryCaller const& caller,
                  std::shared_ptr<Organisation const> organisation, App const& app);
  std::shared_ptr<Organisation const> in_force();

  View& view_;
  DirectoryCaller caller_;
  std::shared_ptr<Organisation const> before_;
  App const& app_;  // of before_
  DirectoryEdit edit_;
  Change change_;
};

}  // namespace carillon

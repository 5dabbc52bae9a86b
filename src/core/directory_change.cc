#include "core/directory_change.h"

#include "core/apply_import.h"

namespace carillon {
namespace {

// Apart from the keys of sending calls, which are visible ASCII.
CallKey call_key(DirectoryCaller const& caller, std::string const& kind, RetryKey const& retry) {
  return {caller.tenant, caller.app, kind + '\n' + retry.key};
}

}  // namespace

DirectoryChange::DirectoryChange(View& view, DirectoryCaller const& caller,
                                 std::shared_ptr<Organisation const> organisation, App const& app)
    : view_(view),
      caller_(caller),
      before_(std::move(organisation)),
      app_(app),
      edit_(*before_->find(caller.tenant)) {}

Result<DirectoryChange> DirectoryChange::begin(View& view, DirectoryCaller const& caller) {
  CHECK_OK(check_no_import(view));
  if (view.low_disk()) return fail(Errc::low_disk, "the disk of the server is nearly full");
  auto organisation = view.organisation();
  auto const* const app = organisation->apps->find(caller.app);
  if (app == nullptr || organisation->find(caller.tenant) == nullptr) {
    return fail(Errc::internal, "a caller that is not known");
  }
  return DirectoryChange(view, caller, std::move(organisation), *app);
}

Result<std::optional<std::uint64_t>> DirectoryChange::find_made(std::string const& kind,
                                                                RetryKey const& retry) {
  if (retry.key.empty()) return std::optional<std::uint64_t>();
  TRY(auto const answered, view_.find_call(call_key(caller_, kind, retry)));
  if (!answered) return std::optional<std::uint64_t>();
  if (answered->body_hash != retry.body_hash) {
    return fail(Errc::key_reused, "the token was used with another request");
  }
  return std::optional<std::uint64_t>(answered->made);
}

void DirectoryChange::note_made(std::string const& kind, RetryKey const& retry,
                                std::uint64_t number) {
  if (retry.key.empty()) return;
  change_.calls[call_key(caller_, kind, retry)] = {retry.body_hash, number, view_.now()};
}

Result<void> DirectoryChange::put(User user) {
  CHECK_OK(edit_.put(user));
  rows().users.emplace_back(caller_.tenant, std::move(user));
  return {};
}

Result<void> DirectoryChange::put(Department department) {
  CHECK_OK(edit_.put(department));
  rows().departments.emplace_back(caller_.tenant, std::move(department));
  return {};
}

std::shared_ptr<Organisation const> DirectoryChange::in_force() {
  auto after = std::make_shared<Organisation>(*before_);
  ++after->version;
  after->directories[caller_.tenant.value - 1] = edit_.finish();
  return after;
}

}  // namespace carillon

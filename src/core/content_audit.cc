#include "core/content_audit.h"

#include <utility>

#include <re2/re2.h>
#include <re2/set.h>

namespace carillon {
namespace {

RE2::Options options() {
  RE2::Options out;
  out.set_case_sensitive(false);
  out.set_log_errors(false);
  return out;
}

}  // namespace

struct ContentAudit::Impl {
  RE2::Set set{options(), RE2::UNANCHORED};
  bool empty = true;
};

ContentAudit::ContentAudit(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ContentAudit::~ContentAudit() = default;

Result<std::shared_ptr<ContentAudit const>> ContentAudit::make(
    std::vector<std::string> const& words, std::vector<std::string> const& regexes) {
  auto impl = std::make_unique<Impl>();
  for (auto const& word : words) {
    if (word.empty()) continue;
    impl->set.Add(RE2::QuoteMeta(word), nullptr);
    impl->empty = false;
  }
  for (auto const& regex : regexes) {
    std::string problem;
    if (impl->set.Add(regex, &problem) < 0) {
      problem.insert(0, "audit.regexes: \"" + regex + "\": ");
      return fail(Errc::invalid_field, std::move(problem));
    }
    impl->empty = false;
  }
  if (!impl->empty && !impl->set.Compile()) {
    return fail(Errc::invalid_field, "audit: the expressions are too large together");
  }
  return std::shared_ptr<ContentAudit const>(new ContentAudit(std::move(impl)));
}

bool ContentAudit::refuses(std::string_view text) const {
  return !impl_->empty && impl_->set.Match({text.data(), text.size()}, nullptr);
}

}  // namespace carillon

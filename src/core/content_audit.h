// The content audit: words and expressions that no message may contain.
//
// Errors  make() names the expression that does not compile.
// Cost    Linear in the text, whatever the expressions are (RE2). Immutable: any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace carillon {

class ContentAudit {
 public:
  static Result<std::shared_ptr<ContentAudit const>> make(std::vector<std::string> const& words,
                                                          std::vector<std::string> const& regexes);
  ~ContentAudit();
  bool refuses(std::string_view text) const;

 private:
  struct Impl;
  explicit ContentAudit(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon

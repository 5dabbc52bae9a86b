// What a request changes of details, one step for each field that it has; and the texts that a
// dialect keeps there under names of its own.
//
// Shape   The steps run where the change is decided, on the details as they are then.
// Cost    An allocation a step.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon {

template <class Details>
class DetailSteps {
 public:
  void add(std::function<void(Details&)> step) { steps_->push_back(std::move(step)); }
  // All of them as one; empty if there are none.
  std::function<void(Details&)> all() const {
    if (steps_->empty()) return {};
    return [steps = steps_](Details& details) {
      for (auto const& step : *steps) step(details);
    };
  }

 private:
  std::shared_ptr<std::vector<std::function<void(Details&)>>> steps_ =
      std::make_shared<std::vector<std::function<void(Details&)>>>();
};

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

// The text that is kept under a name, or empty.
inline std::string_view find_named(NamedTexts const& texts, std::string_view name) {
  for (auto const& [key, text] : texts) {
    if (key == name) return text;
  }
  return {};
}

// An empty text is as none.
inline void set_named(NamedTexts& texts, std::string_view name, std::string text) {
  std::erase_if(texts, [&](auto const& entry) { return entry.first == name; });
  if (!text.empty()) texts.emplace_back(name, std::move(text));
}

}  // namespace carillon

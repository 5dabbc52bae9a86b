#include "base/result.h"

#include <stdexcept>

namespace carillon {

void throw_exception_from_error(Error const& error, boost::source_location const& at) {
  throw std::logic_error("value() of a failed Result at " + at.to_string() + ": " + error.detail);
}

}  // namespace carillon

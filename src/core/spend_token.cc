#include "core/spend_token.h"

namespace carillon {

Result<Decided<Nothing>> spend_token(View& view, SpendToken const& command) {
  if (view.token_spent(command.token)) return fail(Errc::token_invalid, "it was used before");
  Decided<Nothing> out;
  out.change.spent_tokens[command.token] = command.expires;
  return out;
}

}  // namespace carillon

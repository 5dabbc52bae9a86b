// A token that was good once: the code of an inbox link that was used, a session that was ended.
//
// Shape   Tokens verify themselves (access/token.h), so what is remembered is those that are no
//         longer good, until they would have expired anyway.
// Errors  token_invalid: it was spent before.
#pragma once

#include "core/recall_batch.h"
#include "core/view.h"

namespace carillon {

struct SpendToken {
  TokenId token{};
  Time expires{};
};

Result<Decided<Nothing>> spend_token(View& view, SpendToken const& command);

}  // namespace carillon

// contact/v3/users: one user at a time.
//
// Source  docs/wire/feishu/contact.md.
// In      create, patch, put: a body as contact_fields.h reads it; client_token with create. The
//         body of a delete, which may name who inherits what, is ignored.
// Out     create, get, patch, put: the user; delete: nothing. A user who resigned can still be
//         asked for by an app that sees everybody.
// Errors  docs/wire/feishu/errors.md, family contact users.
// Cost    A commit and a read of the store; get: a read.
#pragma once

#include "dialect/feishu/dialect.h"
#include "dialect/feishu/gateway.h"
#include "dialect/feishu/scopes.h"
#include "http/message.h"

namespace carillon::feishu {

inline constexpr Api kCreateUser{0x110, Family::contact_users, kContactWriteScopes};
inline constexpr Api kGetUser{0x111, Family::contact_users, kContactReadScopes};
inline constexpr Api kPatchUser{0x112, Family::contact_users, kContactWriteScopes};
inline constexpr Api kPutUser{0x113, Family::contact_users, kContactWriteScopes};
inline constexpr Api kDeleteUser{0x114, Family::contact_users, kContactWriteScopes};

void create_contact_user(Context& context, http::Request const& request, http::Reply reply);
void get_contact_user(Context& context, http::Request const& request, http::Reply const& reply);
void patch_contact_user(Context& context, http::Request const& request, http::Reply reply);
void put_contact_user(Context& context, http::Request const& request, http::Reply reply);
void delete_contact_user(Context& context, http::Request const& request, http::Reply reply);

}  // namespace carillon::feishu

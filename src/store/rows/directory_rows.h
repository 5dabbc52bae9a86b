// Users and apps as they lie packed in a row.
//
// Shape   A user is one packed column, because a restart reads them all. Of an app the lists are.
#pragma once

#include <string>
#include <string_view>

#include "access/app.h"
#include "directory/entities.h"
#include "store/rows/packing.h"

namespace carillon::rows {

// All but the number. What is written into is written over, so that it may lend its memory.
void pack_user(Packer& out, User const& user);
bool unpack_user(std::string_view bytes, User& user);

// Scopes, availability, addresses, secrets, and how it hears of events.
std::string pack_app_lists(App const& app);
bool unpack_app_lists(std::string_view bytes, App& app);

}  // namespace carillon::rows

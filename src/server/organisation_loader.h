// The organisation of a store, read into memory when a server starts.
#pragma once

#include <memory>

#include "access/organisation.h"
#include "ledger/ledger.h"

namespace carillon::server {

// Cost    Two threads: one reads rows while another puts those before them in their place. A
//         million people take most of a second.
// Errors  those of Ledger::load_directory; internal, invalid_field, already_exists: what is stored
//         does not fit together.
Result<std::shared_ptr<Organisation const>> load_organisation(Ledger& ledger);

}  // namespace carillon::server

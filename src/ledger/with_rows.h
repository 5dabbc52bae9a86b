// An organisation with rows of the directory put into it: by a server that hears of what another
// one has changed.
//
// Errors  Those of DirectoryEdit and DirectoryBuilder: rows that do not fit what is there.
// Cost    A few users or departments: see directory/directory_edit.h. Many, or rows of another
//         kind: as an import, a copy of the tenant's directory.
#pragma once

#include <memory>

#include "access/organisation.h"
#include "ledger/change.h"

namespace carillon {

Result<std::shared_ptr<Organisation const>> with_rows(Organisation const& base,
                                                      DirectoryRows const& rows);

}  // namespace carillon

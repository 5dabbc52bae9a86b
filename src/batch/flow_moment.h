// Where an accepted batch counts in flow control.
#pragma once

#include "batch/batch.h"
#include "batch/content.h"
#include "directory/entities.h"

namespace carillon {

inline FlowMoment flow_moment(BatchRecord const& record, Content const& content,
                              Tenant const& tenant) {
  return {.tenant = record.key.tenant,
          .app = record.app,
          .day = day_of(record.accepted_at, tenant.timezone),
          .minute = minute_of(record.accepted_at),
          .content_hash = content.hash,
          .everybody = record.addressed_everybody};
}

}  // namespace carillon

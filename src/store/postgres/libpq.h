// libpq, loaded by the first store on PostgreSQL: Debian's brings LDAP, Kerberos and GnuTLS along,
// which take 3 MB of a process that is linked with them.
//
// Shape   `libpq.PQfinish(connection)`; each function has the type that <libpq-fe.h> declares.
// Errors  load_libpq: unavailable if the machine has no libpq. Nothing else may be called before.
// Threads load_libpq any, also at once; the functions as libpq says.
#pragma once

#include <libpq-fe.h>

#include "base/result.h"

namespace carillon::postgres {

#define CARILLON_LIBPQ(FUNCTION) \
  FUNCTION(PQclear)              \
  FUNCTION(PQcmdTuples)          \
  FUNCTION(PQconnectdbParams)    \
  FUNCTION(PQconninfoFree)       \
  FUNCTION(PQconninfoParse)      \
  FUNCTION(PQconsumeInput)       \
  FUNCTION(PQdb)                 \
  FUNCTION(PQenterPipelineMode)  \
  FUNCTION(PQerrorMessage)       \
  FUNCTION(PQexitPipelineMode)   \
  FUNCTION(PQfinish)             \
  FUNCTION(PQflush)              \
  FUNCTION(PQfreemem)            \
  FUNCTION(PQgetResult)          \
  FUNCTION(PQgetisnull)          \
  FUNCTION(PQgetlength)          \
  FUNCTION(PQgetvalue)           \
  FUNCTION(PQhost)               \
  FUNCTION(PQisBusy)             \
  FUNCTION(PQnfields)            \
  FUNCTION(PQntuples)            \
  FUNCTION(PQpipelineSync)       \
  FUNCTION(PQport)               \
  FUNCTION(PQresultErrorField)   \
  FUNCTION(PQresultStatus)       \
  FUNCTION(PQsendPrepare)        \
  FUNCTION(PQsendQuery)          \
  FUNCTION(PQsendQueryPrepared)  \
  FUNCTION(PQsetNoticeProcessor) \
  FUNCTION(PQsetnonblocking)     \
  FUNCTION(PQsocket)             \
  FUNCTION(PQstatus)

struct Libpq {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a name in a declaration takes none
#define CARILLON_MEMBER(name) decltype(&::name) name = nullptr;
  CARILLON_LIBPQ(CARILLON_MEMBER)
#undef CARILLON_MEMBER
};

extern Libpq libpq;

Result<void> load_libpq();

}  // namespace carillon::postgres

#include "store/postgres/libpq.h"

#include <dlfcn.h>
#include <string>

namespace carillon::postgres {

Libpq libpq;

namespace {

constexpr char kFile[] = "libpq.so.5";  // what <libpq-fe.h> describes, from PostgreSQL 8.0 on

Error no_libpq(std::string const& why) {
  return fail(
      Errc::unavailable,
      "a store on PostgreSQL needs libpq of PostgreSQL 14 or later (Debian's package libpq5),"
      " which cannot be loaded: " +
          why);
}

Result<void> load_all() {
  void* const file = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);  // kept until the process ends
  if (file == nullptr) return no_libpq(dlerror());
  Libpq loaded;
#define CARILLON_LOAD(name)                                              \
  loaded.name = reinterpret_cast<decltype(&::name)>(dlsym(file, #name)); \
  if (loaded.name == nullptr) return no_libpq("it has no " #name);
  CARILLON_LIBPQ(CARILLON_LOAD)
#undef CARILLON_LOAD
  libpq = loaded;
  return {};
}

}  // namespace

Result<void> load_libpq() {
  static Result<void> const loaded = load_all();
  return loaded;
}

}  // namespace carillon::postgres

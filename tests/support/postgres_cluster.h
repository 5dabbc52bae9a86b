// A PostgreSQL server of the tests' own: a new cluster in a temporary folder, reached by a socket
// in it, ended and removed with this object. It trusts its disk too much (no fsync): for tests
// only.
//
// Shape   Everybody may come in but the role `with_password`. One cluster a process, a schema of
//         its own for each test. As root the server runs as `postgres` or `nobody`, because it
//         refuses to run as root. It dies with the process.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/support/temporary_folder.h"

struct pg_conn;

namespace carillon::testing {

class PostgresCluster {
 public:
  // `settings` as the server's command line takes them: "max_connections=20".
  explicit PostgresCluster(std::vector<std::string> settings = {});
  PostgresCluster(PostgresCluster const&) = delete;
  ~PostgresCluster();

  void start();
  void stop();  // as a crash: sessions are cut, what was committed stays (recovery at start)
  std::string address(std::string const& schema = {}) const;
  std::filesystem::path const& socket_folder() const { return folder_.path(); }
  // Waits until it answers; throws with the server's message if a statement fails.
  std::string ask(std::string const& sql) const;  // the first column of the first row

  // The one that tests share.
  static PostgresCluster& shared();

 private:
  pid_t run(std::vector<std::string> command, bool wait) const;

  TemporaryFolder folder_;
  std::vector<std::string> settings_;
  std::string programs_;
  pid_t server_ = -1;
};

// A schema in the shared cluster, dropped with this object.
class PostgresSchema {
 public:
  PostgresSchema();
  PostgresSchema(PostgresSchema const&) = delete;
  ~PostgresSchema();
  std::string address() const { return PostgresCluster::shared().address(name_); }
  std::string const& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace carillon::testing

// A SQLite VFS that writes to the log in large pieces.
//
// Shape   SQLite hands over a commit's pages one by one, each behind a head of 24 bytes: ten system
//         calls for five pages. Here they are gathered, and written in one piece before anything
//         else can tell the difference: with the page that completes the commit (only after it
//         SQLite tells other connections of any), before a sync, and before the file is read,
//         measured or cut. All other files are the underlying VFS's own.
//         The connection must not spill its cache: of a transaction that was given up nothing may
//         be left here, to be written over what another connection has committed since.
// Source  sqlite.org/vfs.html; sqlite.org/fileformat2.html, "WAL File Format".
// Errors  A write that fails is told by the call that needed it; what was gathered is dropped then,
//         as SQLite drops the transaction.
// Threads As the one connection it is for.
#pragma once

#include <memory>
#include <string>

namespace carillon::sqlite {

class WalVfs {
 public:
  // Registered with SQLite under a name of its own as long as it lives; `base`: the name of the
  // underlying VFS, empty for the system's. It must be there, and outlive every open file.
  explicit WalVfs(std::string const& base);
  ~WalVfs();
  WalVfs(WalVfs const&) = delete;

  std::string const& name() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace carillon::sqlite

// The contract of the store port (ledger/ledger.h) as tests, the same for every database.
//
// Shape   A database is one parameter: a factory of TestStores, each of them empty at first. What
//         the port promises is asked through the port only. To add a database, instantiate
//         StoreContract with its factory in a file of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "ledger/ledger.h"

namespace carillon::testing {

// One database, empty when made and gone with this object.
class TestStore {
 public:
  virtual ~TestStore() = default;
  // A writer; several may be open at once, also in a child process.
  virtual Result<std::unique_ptr<Ledger>> open() = 0;
};

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<TestStore>()> make;

  friend void PrintTo(StoreFactory const& factory, std::ostream* out) { *out << factory.name; }
};

class StoreContract : public ::testing::TestWithParam<StoreFactory> {
 protected:
  void SetUp() override;

  // Opens the store anew, as after an orderly stop.
  void reopen();
  // Commits and expects success, or a conflict.
  void commit(Change const& change);
  void refuse(Change const& change);
  // Two writers that decided on the same state: exactly one wins.
  void race(Change const& first, Change const& second);

  std::unique_ptr<TestStore> store_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace carillon::testing

#include "server/organisation_loader.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace carillon::server {
namespace {

// Puts an organisation together from its rows.
class OrganisationBuilder {
 public:
  // Users are left behind, to be written over.
  Result<void> put(DirectoryRows& rows) {
    for (auto& tenant : rows.tenants) {
      auto const index = tenant.no.value - 1;
      if (builders_.size() <= index) builders_.resize(index + 1);
      builders_[index] = std::make_unique<DirectoryBuilder>(std::move(tenant));
      builders_[index]->defer_checks();
    }
    for (auto& [tenant, department] : rows.departments) {
      CHECK_OK(builder(tenant).put(std::move(department)));
    }
    for (auto const& [tenant, user] : rows.users) CHECK_OK(builder(tenant).put(user));
    for (auto& [tenant, chat] : rows.chats) builder(tenant).put(std::move(chat));
    for (auto& [tenant, image] : rows.images) builder(tenant).put(std::move(image));
    for (auto& developer : rows.developers) apps_->put(std::move(developer));
    for (auto& app : rows.apps) apps_->put(std::move(app));
    for (auto& installation : rows.installations) apps_->put(installation);
    for (auto& account : rows.operators) operators_->put(std::move(account));
    return {};
  }

  Result<std::shared_ptr<Organisation const>> build() {
    auto out = std::make_shared<Organisation>();
    for (auto& builder : builders_) {
      TRY(auto directory, builder->build());
      out->directories.push_back(std::move(directory));
      builder.reset();
    }
    out->apps = std::move(apps_);
    out->operators = std::move(operators_);
    out->version = 1;
    return std::shared_ptr<Organisation const>(std::move(out));
  }

 private:
  DirectoryBuilder& builder(TenantNo tenant) { return *builders_[tenant.value - 1]; }

  std::vector<std::unique_ptr<DirectoryBuilder>> builders_;
  std::shared_ptr<AppRegistry> apps_ = std::make_shared<AppRegistry>();
  std::shared_ptr<OperatorRegistry> operators_ = std::make_shared<OperatorRegistry>();
};

// While it puts one lot of rows in its place the next one is read. One thread for all lots: what
// each of many threads leaves behind is costly for the allocator to take over.
class LotBuilder {
 public:
  explicit LotBuilder(OrganisationBuilder& builder)
      : builder_(builder), thread_([this] { run(); }) {}
  ~LotBuilder() {
    {
      std::lock_guard const lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  LotBuilder(LotBuilder const&) = delete;

  // Takes the lot and hands back the one before it; tells how that went.
  Result<void> put(DirectoryRows& rows) {
    std::unique_lock lock(mutex_);
    wait_for_lot(lock);
    CHECK_OK(outcome_);
    std::swap(lot_, rows);
    building_ = true;
    changed_.notify_all();
    return {};
  }

  // How all that was put went.
  Result<void> finish() {
    std::unique_lock lock(mutex_);
    wait_for_lot(lock);
    return outcome_;
  }

 private:
  void wait_for_lot(std::unique_lock<std::mutex>& lock) {
    changed_.wait(lock, [this] { return !building_; });
    if (failure_) std::rethrow_exception(failure_);
  }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return building_ || ended_; });
      if (!building_) return;
      lock.unlock();
      try {
        outcome_ = builder_.put(lot_);
      } catch (...) {
        failure_ = std::current_exception();
      }
      lock.lock();
      building_ = false;
      changed_.notify_all();
    }
  }

  OrganisationBuilder& builder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool building_ = false;
  bool ended_ = false;
  // The thread's own while it builds.
  DirectoryRows lot_;
  Result<void> outcome_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace

Result<std::shared_ptr<Organisation const>> load_organisation(Ledger& ledger) {
  OrganisationBuilder builder;
  {
    LotBuilder lots(builder);
    CHECK_OK(ledger.load_directory([&](DirectoryRows&& rows) { return lots.put(rows); }));
    CHECK_OK(lots.finish());
  }
  return builder.build();
}

}  // namespace carillon::server

#include "server/organisation_loader.h"

#include <future>
#include <utility>
#include <vector>

#include "engine/slow_work.h"

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

}  // namespace

Result<std::shared_ptr<Organisation const>> load_organisation(Ledger& ledger) {
  OrganisationBuilder builder;
  DirectoryRows lot;
  std::future<Result<void>> before;
  // While one lot of rows is put in its place the next one is read. One thread for all lots: what
  // each of many threads leaves behind is costly for the allocator to take over.
  SlowWork building(1);
  auto const end_of_lot = [&before] { return before.valid() ? before.get() : Result<void>(); };
  auto loaded = ledger.load_directory([&](DirectoryRows&& rows) -> Result<void> {
    CHECK_OK(end_of_lot());
    std::swap(lot, rows);
    auto const build = std::make_shared<std::packaged_task<Result<void>()>>(
        [&builder, &lot] { return builder.put(lot); });
    before = build->get_future();
    building.add([build] { (*build)(); });
    return {};
  });
  CHECK_OK(end_of_lot());
  CHECK_OK(std::move(loaded));
  return builder.build();
}

}  // namespace carillon::server

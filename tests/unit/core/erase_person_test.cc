#include "core/erase_person.h"

#include <gtest/gtest.h>

#include "batch/books.h"
#include "core/deliver_slice.h"
#include "core/mark_read.h"
#include "core/send_batch.h"
#include "directory/directory_edit.h"
#include "tests/support/memory_view.h"
#include "tests/support/people.h"

namespace carillon {
namespace {

constexpr TenantNo kTenant{1};
SendRights const kRights{{"send"}, "to_users", "to_departments"};

class ErasePerson : public testing::Test {
 protected:
  ErasePerson() {
    auto after = std::make_shared<Organisation>(*view.organisation());
    DirectoryEdit edit(*after->directories[0]);
    auto ann = edit.now().user(*edit.now().find_user("ann"));
    ann.name = "Ann Smith";
    ann.email = "ann@acme.test";
    ann.mobile = "+8613800000000";
    ann.union_aliases = {{DeveloperNo{1}, "on_alias"}};
    ann.open_aliases = {{AppNo{1}, "ou_alias"}};
    EXPECT_TRUE(edit.put(ann));
    after->directories[0] = edit.finish();
    view.set_organisation(after);
    person = {kTenant, ann.no};
  }
  Directory const& directory() const { return *view.organisation()->directories[0]; }
  BatchKey send(std::vector<std::string> ids) {
    SendBatch command;
    command.tenant = kTenant;
    command.app = AppNo{1};
    command.audience.user_ids = std::move(ids);
    command.content = {"text", R"({"text":"Dear Ann"})"};
    return view.take(send_batch(view, command, kRights).value()).key;
  }
  void deliver(BatchKey key) {
    while (!view.take(deliver_slice(view, key).value()).finished) {
    }
  }
  std::string erase() { return view.take(erase_person(view, person).value()); }

  MemoryView view{make_organisation({"ann", "bob"})};
  Person person;
};

TEST_F(ErasePerson, NothingOfThemIsFoundAnyMore) {
  auto decided = erase_person(view, person);
  ASSERT_TRUE(decided);
  EXPECT_TRUE(decided->change.erases);
  EXPECT_TRUE(decided->change.directory.user_details.at(0).details.empty());
  auto const id = view.take(*std::move(decided));
  EXPECT_TRUE(id.starts_with(kErasedPrefix));
  EXPECT_FALSE(directory().find_user("ann"));
  EXPECT_FALSE(directory().find_email("ann@acme.test", true));
  EXPECT_FALSE(directory().find_mobile("+8613800000000", true));
  EXPECT_FALSE(directory().find_union_id(DeveloperNo{1}, "on_alias", view.ids()));
  EXPECT_FALSE(directory().find_open_id(AppNo{1}, "ou_alias", view.ids()));
  auto const row = directory().user(person.user);
  EXPECT_EQ(row.name + row.email + row.mobile, "");
  EXPECT_TRUE(row.resigned);
  EXPECT_FALSE(directory().active().contains(person.user));
  EXPECT_TRUE(is_erased(directory(), person.user));
  EXPECT_EQ(erase_person(view, person).error().code, Errc::user_unknown)
      << "there is no second time";
}

TEST_F(ErasePerson, WhatTheyGotAndReadStaysCountedAndThePendingFails) {
  auto const had = send({"ann", "bob"});
  deliver(had);
  view.take(mark_read(view, {kTenant, person.user, {had.batch}}).value());
  auto const pending = send({"ann", "bob"});
  erase();
  EXPECT_EQ(view.batches.at(had).delivered, 2u);
  EXPECT_EQ(view.batches.at(had).read, 1u);
  deliver(pending);
  EXPECT_EQ(view.batches.at(pending).delivered, 1u);
  EXPECT_EQ(view.batches.at(pending).failed, 1u);
  for (auto const& key : {had, pending}) {
    EXPECT_EQ(find_imbalance(view.batches.at(key), *view.audiences.at(key), view.slices_of(key),
                             view.readers(key)),
              std::vector<std::string>{});
  }
}

TEST_F(ErasePerson, OnlyWhatWentToNobodyElseIsEmptied) {
  auto const own = send({"ann"});
  auto const shared = send({"ann", "bob"});
  auto const bobs = send({"bob"});
  view.take(
      erase_messages(view, person, {own.batch, shared.batch, bobs.batch, BatchNo{99}}).value());
  EXPECT_EQ(view.contents.at(own).json, "{}");
  EXPECT_EQ(view.contents.at(shared).json, R"({"text":"Dear Ann"})");
  EXPECT_EQ(view.contents.at(bobs).json, R"({"text":"Dear Ann"})");
}

TEST_F(ErasePerson, TheirIdIsFreeForSomebodyElse) {
  erase();
  DirectoryEdit edit(directory());
  User other;
  other.no = edit.next_user();
  other.user_id = "ann";
  other.departments = {kRootDepartment};
  EXPECT_TRUE(edit.put(other));
  EXPECT_EQ(edit.finish()->find_user("ann"), other.no);
}

}  // namespace
}  // namespace carillon

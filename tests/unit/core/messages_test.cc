// Messages to one person, and the files and chats that messages show, as pure decisions.

#include <gtest/gtest.h>

#include "core/add_chat.h"
#include "core/add_media.h"
#include "core/deliver_slice.h"
#include "core/send_message.h"
#include "tests/support/memory_view.h"
#include "tests/support/people.h"

namespace carillon {
namespace {

SendRights const kMessageRights{{"send"}, {}, {}};
constexpr TenantNo kTenant{1};

class Messages : public testing::Test {
 protected:
  static SendBatch to(std::string user_id) {
    SendBatch out;
    out.kind = BatchKind::single;
    out.tenant = kTenant;
    out.app = AppNo{1};
    out.audience.user_ids = {std::move(user_id)};
    out.content = {"text", R"({"text":"hello"})"};
    return out;
  }
  Result<SendMessageAnswer> send(SendBatch const& command) {
    TRY(auto decided, send_message(view, command, kMessageRights));
    return view.take(std::move(decided));
  }
  Media upload(MediaUse use = MediaUse::image, AppNo app = AppNo{1}) {
    AddMedia command;
    command.tenant = kTenant;
    command.app = app;
    command.use = use;
    command.type = FileType::png;
    command.blob = {BlobId{1}, 7};
    return view.take(add_media(view, command).value());
  }
  std::string name_of(Media const& media) {
    return "img_" + media_id_hex(view.ids(), media.key, media.generation, media.app);
  }
  AppChat make_chat() {
    AppChat chat;
    chat.name = "Launch";
    return view.take(add_chat(view, {kTenant, AppNo{1}, chat}).value());
  }
  UserNo user(std::string const& id) const {
    return *view.organisation()->directories[0]->find_user(id);
  }

  MemoryView view{
      make_organisation({"ann", "bob", {"eve", {kRootDepartment}, false}}, {"cli_a", "cli_b"})};
};

TEST_F(Messages, AreBatchesOfOneOutsideTheQuota) {
  auto command = to("ann");
  command.daily_recipients = 0;
  auto const sent = send(command);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->to, user("ann"));
  auto const& record = view.batches.at(sent->key);
  EXPECT_EQ(record.kind, BatchKind::single);
  EXPECT_EQ(record.valid, 1u);
  EXPECT_TRUE(view.quota.empty());
  view.take(deliver_slice(view, sent->key).value());
  EXPECT_EQ(view.batches.at(sent->key).delivered, 1u);
}

TEST_F(Messages, ToNobodyOrOutOfReachLeaveNothing) {
  EXPECT_EQ(send(to("nobody")).error().code, Errc::receiver_unknown);
  EXPECT_EQ(send(to("eve")).error().code, Errc::receiver_unknown) << "she has left";
  auto registry = std::make_shared<AppRegistry>(*view.organisation()->apps);
  auto app = *registry->find("cli_a");
  app.availability = {false, {}, {user("bob")}};
  registry->put(app);
  auto next = std::make_shared<Organisation>(*view.organisation());
  next->apps = registry;
  view.set_organisation(next);
  EXPECT_EQ(send(to("ann")).error().code, Errc::receiver_unavailable);
  EXPECT_TRUE(view.batches.empty());
  EXPECT_TRUE(send(to("bob")));
}

TEST_F(Messages, NeedNoScopeOfBatches) {
  auto registry = std::make_shared<AppRegistry>(*view.organisation()->apps);
  auto app = *registry->find("cli_a");
  app.scopes = {"send"};
  registry->put(app);
  auto next = std::make_shared<Organisation>(*view.organisation());
  next->apps = registry;
  view.set_organisation(next);
  EXPECT_TRUE(send(to("ann")));
  app.scopes = {"to_users"};
  registry->put(app);
  EXPECT_EQ(send(to("ann")).error().code, Errc::send_scope_missing);
}

TEST_F(Messages, AKeyIsGoodForItsOwnTime) {
  auto command = to("ann");
  command.idempotency_key = "u";
  command.key_kept = std::chrono::hours(1);
  auto const first = send(command);
  ASSERT_TRUE(first);
  auto again = to("bob");
  again.idempotency_key = "u";
  again.key_kept = std::chrono::hours(1);
  auto const second = send(again);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->key, first->key);
  EXPECT_EQ(second->to, user("ann"));
  EXPECT_TRUE(second->repeated);
  view.clock.advance(std::chrono::hours(1));
  auto const third = send(again);
  ASSERT_TRUE(third);
  EXPECT_NE(third->key, first->key);
  EXPECT_FALSE(third->repeated);
}

TEST_F(Messages, ShowImagesOfTheirOwnAppOnly) {
  auto const own = upload();
  EXPECT_EQ(own.key.media, MediaNo{1});
  auto const avatar = upload(MediaUse::avatar);
  auto const other = upload(MediaUse::image, AppNo{2});
  auto command = to("ann");
  command.image_keys = {name_of(own)};
  EXPECT_TRUE(send(command));
  command.image_keys = {name_of(avatar)};
  EXPECT_EQ(send(command).error().code, Errc::image_unknown);
  command.image_keys = {name_of(other)};
  EXPECT_EQ(send(command).error().code, Errc::file_foreign);
  command.image_keys = {name_of(own) + "0"};
  EXPECT_EQ(send(command).error().code, Errc::image_unknown);
}

TEST_F(Messages, ShareChatsOfTheirOwnAppOnly) {
  auto const chat = make_chat();
  auto command = to("ann");
  command.chat_id = "oc_" + chat_id_hex(view.ids(), chat);
  EXPECT_TRUE(send(command));
  command.app = AppNo{2};
  EXPECT_EQ(send(command).error().code, Errc::chat_unknown);
  command.app = AppNo{1};
  command.chat_id += "0";
  EXPECT_EQ(send(command).error().code, Errc::chat_unknown);
}

TEST_F(Messages, ALowDiskTakesNoFilesAndChats) {
  view.disk_is_low = true;
  AddMedia const file{kTenant, AppNo{1}, MediaUse::image, FileType::png, {}, {}};
  EXPECT_EQ(add_media(view, file).error().code, Errc::low_disk);
  EXPECT_EQ(add_chat(view, {kTenant, AppNo{1}, {}}).error().code, Errc::low_disk);
  EXPECT_EQ(send(to("ann")).error().code, Errc::low_disk);
}

}  // namespace
}  // namespace carillon

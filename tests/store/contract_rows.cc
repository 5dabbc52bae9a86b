// Every kind of row comes back as it was, and goes when its time is over.
#include <array>

#include <gmock/gmock.h>

#include "inbox/placement.h"
#include "tests/store/contract_changes.h"
#include "tests/store/contract_suite.h"

namespace carillon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

}  // namespace

TEST_P(StoreContract, PlacementIsPerPersonUpTo1024AndPerBlockAbove) {
  static_assert(placement_of(1024) == Placement::per_person);
  static_assert(placement_of(1025) == Placement::per_block);
  auto const small = UserSet::range(UserNo{65'000}, UserNo{66'024});
  auto const large = UserSet::range(UserNo{65'000}, UserNo{66'025});
  commit(sent(key_of(1), 1, small));
  auto change = accepted(key_of(2), large);
  change.slices.push_back(slice_of(key_of(2), 2, large.block(0), 0));
  change.slices.push_back(slice_of(key_of(2), 3, large.block(1), 1));
  commit(change);

  for (auto const user : {UserNo{65'000}, UserNo{65'535}, UserNo{65'536}, UserNo{66'023}}) {
    EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, user, Seq{}, 10)), ElementsAre(1));
  }
  EXPECT_THAT(*reader_->person_entries(kTenant, UserNo{66'024}, Seq{}, 10), IsEmpty());
  auto const first = *reader_->block_entries(kTenant, 0, Seq{}, 10);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(*first.front().delivered, large.block(0));
  EXPECT_EQ(first.front().entry.seq, Seq{2});
  EXPECT_EQ(first.front().entry.batch, BatchNo{2});
  EXPECT_THAT(*reader_->block_entries(kTenant, 0, Seq{2}, 10), IsEmpty());
  EXPECT_THAT(*reader_->block_entries(kTenant, 1, Seq{2}, 10), SizeIs(1));
  EXPECT_THAT(*reader_->slices(key_of(1)), SizeIs(1));
  EXPECT_FALSE(reader_->slices(key_of(1))->front().block.has_value());
}

TEST_P(StoreContract, BlockEntriesComeOldestFirstAndStopAtTheLimit) {
  for (std::uint64_t batch = 1; batch <= 5; ++batch) {
    auto change = accepted(key_of(batch), {UserNo{1}});
    change.slices.push_back(slice_of(key_of(batch), batch, {UserNo{1}}, 0));
    commit(change);
  }
  auto const entries = *reader_->block_entries(kTenant, 0, Seq{1}, 3);
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries.front().entry.seq, Seq{2});
  EXPECT_EQ(entries.back().entry.seq, Seq{4});
}

TEST_P(StoreContract, EventsComeBackAsTheyWereUntilTheyAreGone) {
  Event read;
  read.key = {kTenant, EventNo{1}};
  read.app = kApp;
  read.generation = 7;
  read.at = kNow;
  read.user = UserNo{9};
  read.batches = {{BatchNo{1}, 3}, {BatchNo{(std::uint64_t{1} << 40) - 1}, 255}};
  Event sent;
  sent.key = {kOther, EventNo{(std::uint64_t{1} << 40) - 1}};
  sent.app = AppNo{2};
  sent.kind = EventKind::sent;
  sent.batches = {{BatchNo{5}, 0}};
  sent.valid = UINT32_MAX;
  sent.delivered = 4;
  sent.failed = 3;
  sent.excluded = 2;
  sent.recalled = 1;
  Change change;
  change.events = {read, sent};
  commit(change);
  EXPECT_EQ(ledger_->commit(change).value(), CommitOutcome::conflict) << "the numbers are taken";

  std::array const keys{read.key, EventKey{kTenant, EventNo{2}}, sent.key};
  auto const stored = *reader_->find_events(keys);
  ASSERT_THAT(stored, SizeIs(2));
  EXPECT_EQ(stored[0], (StoredEvent{read, EventState::waiting, 0, Time{}, ""}));
  EXPECT_EQ(stored[1].event, sent);

  Change moved;
  moved.event_moves[read.key] = {false, EventState::dead, 3, kNow + kHour, "gone"};
  moved.event_moves[sent.key] = event_gone();
  moved.event_moves[{kTenant, EventNo{99}}] = event_gone();  // was never there: passed over
  moved.event_tallies[{kTenant, kApp}] = {1, 2, 3, 4};
  commit(moved);
  auto const state = *ledger_->load_state(kNow);
  ASSERT_THAT(state.events, SizeIs(1));
  EXPECT_EQ(state.events[0], (StoredEvent{read, EventState::dead, 3, kNow + kHour, "gone"}));
  EXPECT_EQ(state.event_tallies.at({kTenant, kApp}), (EventTally{1, 2, 3, 4}));
}

TEST_P(StoreContract, PushRowsComeBackWholeAndWhoCanBePushedIsKnownAtStart) {
  PersonKey const li{kTenant, UserNo{7}};
  PersonKey const han{kTenant, UserNo{UINT32_MAX}};
  PersonKey const jim{kOther, UserNo{0}};
  EXPECT_EQ(*reader_->find_push(li), PushRow{});
  PushRow row;
  row.subscriptions = {{"https://push.test/1", std::string(65, '\0'), std::string(16, 'a'), kNow},
                       {"https://push.test/2", "\xff", "", kNow + kHour}};
  row.failures = {{kNow, "push.test", BatchNo{(std::uint64_t{1} << 40) - 1}, 255, 4,
                   PushReason::unreachable, 503, "no answer"}};
  auto off = row;
  off.enabled = false;
  PushRow only_failures;
  only_failures.failures = row.failures;
  Change change;
  change.push = {{li, row}, {han, off}, {jim, row}};
  commit(change);
  EXPECT_EQ(*reader_->find_push(li), row);
  EXPECT_EQ(*reader_->find_push(han), off);
  EXPECT_EQ(*reader_->find_push({kTenant, UserNo{8}}), PushRow{});
  auto const first = ledger_->load_state(kNow)->push;
  EXPECT_EQ(first, (std::map<TenantNo, UserSet>{{kTenant, {li.user}}, {kOther, {jim.user}}}));

  Change later;
  later.push = {{li, only_failures}, {han, row}, {jim, PushRow{}}};
  commit(later);
  reopen();
  EXPECT_EQ(*reader_->find_push(li), only_failures);
  EXPECT_EQ(*reader_->find_push(jim), PushRow{});
  auto const then = ledger_->load_state(kNow)->push;
  EXPECT_EQ(then, (std::map<TenantNo, UserSet>{{kTenant, {han.user}}}));
}

TEST_P(StoreContract, SetsOfEverySizeComeBack) {
  UserSet every_second;
  for (std::uint32_t user = 0; user < 300'000; user += 2) every_second.add(UserNo{user});
  UserSet const sets[] = {{},
                          {UserNo{0}},
                          {UserNo{UINT32_MAX}},
                          UserSet::range(UserNo{0}, UserNo{1'000'000}),
                          every_second};
  std::uint64_t number = 0;
  for (auto const& set : sets) {
    ++number;
    auto change = accepted(key_of(number), set);
    change.new_batches.at(key_of(number)).audience.unavailable = set;
    auto slice = slice_of(key_of(number), number, set, 7);
    slice.failed = set;
    change.slices.push_back(slice);
    commit(change);
    EXPECT_EQ(reader_->audience(key_of(number))->deliverable, set);
    EXPECT_EQ(reader_->audience(key_of(number))->unavailable, set);
    auto const slices = *reader_->slices(key_of(number));
    ASSERT_THAT(slices, SizeIs(1));
    EXPECT_EQ(slices.front().delivered, set);
    EXPECT_EQ(slices.front().failed, set);
  }
}

TEST_P(StoreContract, ReceiptsComeInPagesByUser) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  Change change;
  for (std::uint32_t user = 100; user > 0; user -= 10) {
    change.receipts.push_back(
        {.batch = key_of(1), .user = UserNo{user}, .read_at = kNow + user * kHour});
  }
  commit(change);
  auto const page = *reader_->receipts(key_of(1), UserNo{30}, 2);
  EXPECT_THAT(page, ElementsAre(Receipt{key_of(1), UserNo{30}, kNow + 30 * kHour},
                                Receipt{key_of(1), UserNo{40}, kNow + 40 * kHour}));
  EXPECT_EQ(reader_->readers(key_of(1))->size(), 10U);
  BatchNo const batches[] = {BatchNo{2}, BatchNo{1}};
  EXPECT_THAT(*reader_->read_times(kTenant, UserNo{30}, batches),
              ElementsAre(Time{}, kNow + 30 * kHour));
  EXPECT_THAT(*reader_->read_times(kTenant, UserNo{31}, batches), ElementsAre(Time{}, Time{}));
}

TEST_P(StoreContract, FilesAreFoundByTheirKeyAndNeverReplaced) {
  EXPECT_FALSE(reader_->find_media({kTenant, MediaNo{1}})->has_value());
  Media const file{.key = {kTenant, MediaNo{1}},
                   .app = kApp,
                   .use = MediaUse::image,
                   .type = FileType::png,
                   .generation = 3,
                   .blob = {BlobId{7, 8, 9}, 12'345},
                   .name = "图 1.png",
                   .created_at = kNow};
  Change change;
  change.media.emplace(file.key, file);
  commit(change);
  EXPECT_EQ(**reader_->find_media(file.key), file);
  EXPECT_FALSE(reader_->find_media({kOther, MediaNo{1}})->has_value());
  change.media.begin()->second.app = AppNo{9};
  EXPECT_EQ(*ledger_->commit(change), CommitOutcome::conflict);
  EXPECT_EQ(**reader_->find_media(file.key), file);
}

TEST_P(StoreContract, BlobsInUseComeOnceAndInOrder) {
  Change change;
  for (std::uint8_t n = 1; n <= 6; ++n) {
    Media file{.key = {n % 2 == 0 ? kTenant : kOther, MediaNo{n}}};
    file.blob.id = BlobId{static_cast<std::uint8_t>(200 - n / 2)};
    change.media.emplace(file.key, file);
  }
  commit(change);
  EXPECT_THAT(*ledger_->blobs_in_use(),
              ElementsAre(BlobId{197}, BlobId{198}, BlobId{199}, BlobId{200}));
}

TEST_P(StoreContract, SingleMessagesAreListedApart) {
  for (std::uint64_t n = 1; n <= 6; ++n) {
    auto change = accepted(key_of(n), {UserNo{1}});
    auto& record = change.new_batches.at(key_of(n)).record;
    record.kind = n % 2 == 0 ? BatchKind::single : BatchKind::bulk;
    record.app = AppNo{static_cast<std::uint32_t>(1 + n / 4)};
    commit(change);
  }
  auto const numbers = [&](BatchKind kind, AppNo app, BatchNo before, std::size_t limit) {
    std::vector<std::uint64_t> out;
    for (auto const& record : *reader_->list(kTenant, app, kind, before, limit)) {
      EXPECT_EQ(record.kind, kind);
      out.push_back(record.key.batch.value);
    }
    return out;
  };
  EXPECT_THAT(numbers(BatchKind::bulk, {}, {}, 10), ElementsAre(5, 3, 1));
  EXPECT_THAT(numbers(BatchKind::single, {}, {}, 10), ElementsAre(6, 4, 2));
  EXPECT_THAT(numbers(BatchKind::single, {}, BatchNo{6}, 1), ElementsAre(4));
  EXPECT_THAT(numbers(BatchKind::single, AppNo{1}, {}, 10), ElementsAre(2));
  EXPECT_THAT(numbers(BatchKind::bulk, AppNo{2}, {}, 10), ElementsAre(5));
}

TEST_P(StoreContract, ChatsAreFoundByTheirKeyAndNeverReplaced) {
  AppChat chat;
  chat.key = {kTenant, ChatNo{1}};
  chat.app = kApp;
  chat.generation = 2;
  chat.name = "全员";
  chat.description = "d";
  chat.is_public = true;
  chat.owner = UserNo{4};
  chat.users = 5;
  chat.apps = 2;
  chat.created_at = kNow;
  Change change;
  change.chats.emplace(chat.key, chat);
  commit(change);
  EXPECT_EQ(**reader_->find_app_chat(chat.key), chat);
  EXPECT_FALSE(reader_->find_app_chat({kOther, ChatNo{1}})->has_value());
  EXPECT_EQ(*ledger_->commit(change), CommitOutcome::conflict);
}

TEST_P(StoreContract, AKeptCallFreesItsKeyWhenItsOwnTimeIsOver) {
  auto change = answered("uuid", 1, kNow);
  change.calls.begin()->second.kept = kHour;
  commit(change);
  auto again = answered("uuid", 2, kNow + kHour - std::chrono::minutes(1));
  again.calls.begin()->second.kept = kHour;
  EXPECT_EQ(*ledger_->commit(again), CommitOutcome::conflict);
  again.calls.begin()->second.at = kNow + kHour;
  EXPECT_EQ(*ledger_->commit(again), CommitOutcome::committed);
  EXPECT_EQ(reader_->find_call({kTenant, kApp, "uuid"}, kNow)->value().made, 2u);
}

TEST_P(StoreContract, IdentityIsKept) {
  ASSERT_TRUE(ledger_->set_identity({.key_check = "check", .generation = 255, .copy = false}));
  reopen();
  EXPECT_EQ(ledger_->identity()->key_check, "check");
  EXPECT_EQ(ledger_->identity()->generation, 255);
  EXPECT_FALSE(ledger_->identity()->copy);
  ASSERT_TRUE(ledger_->set_identity({.key_check = "check", .generation = 0, .copy = true}));
  reopen();
  EXPECT_TRUE(ledger_->identity()->copy);
}

TEST_P(StoreContract, LoadedQuotaLeavesOutOldDays) {
  auto const today =
      static_cast<Day>(std::chrono::floor<std::chrono::days>(kNow).time_since_epoch().count());
  Change change;
  for (Day day = today - 4; day <= today + 1; ++day) change.quota[{kTenant, kApp, day}] = {1, 0, 0};
  commit(change);
  auto const quota = ledger_->load_state(kNow)->quota;
  EXPECT_THAT(quota, SizeIs(4));
  EXPECT_EQ(quota.begin()->first.day, today - 2);
}

TEST_P(StoreContract, DirectoryStreamsTenantsFirstAndKeepsTheLastOfEachKey) {
  Change change;
  for (std::uint32_t user = 0; user < 10'000; ++user) {
    change.directory.users.push_back(
        {kTenant, {.no = UserNo{user}, .user_id = "old", .departments = {kRootDepartment}}});
  }
  change.directory.tenants.push_back({.no = kTenant, .tenant_key = "acme"});
  commit(change);
  change.directory.tenants.clear();
  for (auto& [tenant, user] : change.directory.users) user.user_id = std::to_string(user.no.value);
  commit(change);

  std::size_t users = 0;
  bool tenant_seen = false;
  auto const loaded = ledger_->load_directory([&](DirectoryRows&& rows) -> Result<void> {
    tenant_seen |= !rows.tenants.empty();
    EXPECT_TRUE(tenant_seen);
    for (auto const& [tenant, user] : rows.users) {
      EXPECT_EQ(user.user_id, std::to_string(user.no.value));
    }
    users += rows.users.size();
    return {};
  });
  ASSERT_TRUE(loaded);
  EXPECT_EQ(users, 10'000U);
  auto const stopped = ledger_->load_directory(
      [](DirectoryRows&&) -> Result<void> { return fail(Errc::internal, "enough"); });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().detail, "enough");
}

TEST_P(StoreContract, PurgeTakesFinishedBatchesThatAreOldEnough) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  commit(accepted(key_of(2), {UserNo{1}}));  // old, but not finished
  auto young = sent(key_of(3), 2, {UserNo{1}});
  young.new_batches.at(key_of(3)).record.accepted_at = kNow + kHour;
  commit(young);
  commit(sent(key_of(1, kOther), 1, {UserNo{1}}));
  Change read;
  read.receipts.push_back({.batch = key_of(1), .user = UserNo{1}, .read_at = kNow});
  commit(read);

  auto const purged = ledger_->purge_some(kTenant, kNow + kHour, kNow, 100);
  ASSERT_TRUE(purged) << purged.error().detail;
  EXPECT_THAT(purged->batches, ElementsAre(key_of(1)));
  EXPECT_FALSE(purged->more);
  EXPECT_FALSE(reader_->find_batch(key_of(1))->has_value());
  EXPECT_TRUE(reader_->audience(key_of(1))->deliverable.empty());
  EXPECT_THAT(*reader_->slices(key_of(1)), IsEmpty());
  EXPECT_THAT(*reader_->receipts(key_of(1), UserNo{}, 10), IsEmpty());
  EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, UserNo{1}, Seq{}, 10)), ElementsAre(2));
  EXPECT_THAT(*reader_->person_entries(kOther, UserNo{1}, Seq{}, 10), SizeIs(1));
  EXPECT_TRUE(reader_->find_batch(key_of(2))->has_value());
  EXPECT_TRUE(reader_->find_batch(key_of(3))->has_value());
}

TEST_P(StoreContract, WhomRulesKeepBackAndTheContentsHashAreKept) {
  auto change = accepted(key_of(1), UserSet{UserNo{1}});
  auto& batch = change.new_batches.at(key_of(1));
  batch.record.counts_in_flow = true;
  batch.record.withheld[1] = 2;
  batch.content.hash = std::string("\0\1\xff", 3);
  batch.audience.withheld = {
      {FlowRule::person_day, 500, UserSet{UserNo{2}, UserNo{70'000}}},
      {FlowRule::everywhere_minute, 5000, UserSet::range(UserNo{100}, UserNo{100'000})}};
  auto const record = batch.record;
  commit(change);
  auto const stored = std::move(**reader_->find_batch(key_of(1)));
  EXPECT_EQ(stored.record, record);
  EXPECT_EQ(stored.content.hash, std::string("\0\1\xff", 3));
  auto const audience = std::move(*reader_->audience(key_of(1)));
  ASSERT_EQ(audience.withheld.size(), 2u);
  EXPECT_EQ(audience.withheld[0].rule, FlowRule::person_day);
  EXPECT_EQ(audience.withheld[0].limit, 500u);
  EXPECT_EQ(audience.withheld[0].users, (UserSet{UserNo{2}, UserNo{70'000}}));
  EXPECT_EQ(audience.withheld[1].users.size(), 99'900u);
}

TEST_P(StoreContract, TimesOfASteeredBatchAreKept) {
  auto change = accepted(key_of(1), UserSet{UserNo{1}});
  auto& record = change.new_batches.at(key_of(1)).record;
  record.state = BatchState::scheduled;
  record.send_at = kNow + 5 * kHour;
  record.reminds = BatchNo{77};
  record.reminds_generation = 3;
  auto expected = record;
  commit(change);
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->record, expected);
  EXPECT_EQ(ledger_->load_state(kNow)->batches.front(), expected);

  expected.state = BatchState::canceled;
  expected.canceled_at = kNow + kHour;
  expected.excluded = expected.valid;
  commit(moved(expected));
  ++expected.revision;
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->record, expected);
}

TEST_P(StoreContract, RetentionOfAScheduledBatchCountsFromItsTime) {
  auto change = sent(key_of(1), 1, {UserNo{1}});
  change.new_batches.at(key_of(1)).record.send_at = kNow + 5 * kHour;
  commit(change);
  commit(sent(key_of(2), 2, {UserNo{1}}));
  auto const early = ledger_->purge_some(kTenant, kNow + kHour, kNow - kHour, 1000);
  ASSERT_TRUE(early) << early.error().detail;
  EXPECT_THAT(early->batches, ElementsAre(key_of(2)));
  auto const later = ledger_->purge_some(kTenant, kNow + 6 * kHour, kNow - kHour, 1000);
  ASSERT_TRUE(later) << later.error().detail;
  EXPECT_THAT(later->batches, ElementsAre(key_of(1)));
}

TEST_P(StoreContract, AReceiptPolicyIsKept) {
  Change change;
  App app;
  app.no = kApp;
  app.app_id = "cli_policy";
  app.receipts = ReceiptPolicy::off;
  app.long_connection = true;
  change.directory.apps.push_back(app);
  commit(change);
  std::vector<App> loaded;
  ASSERT_TRUE(ledger_->load_directory([&](DirectoryRows&& rows) -> Result<void> {
    for (auto& each : rows.apps) loaded.push_back(std::move(each));
    return {};
  }));
  EXPECT_THAT(loaded, ElementsAre(app));
}

TEST_P(StoreContract, AContentIsReplacedWhereTheBatchIsThere) {
  commit(accepted(key_of(1), UserSet{UserNo{1}}));
  Change change;
  change.contents[key_of(1)] = R"({"text":"other"})";
  commit(change);
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->content.json, R"({"text":"other"})");
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->content.msg_type, "text");
  Change nowhere;
  nowhere.contents[key_of(2)] = "{}";
  EXPECT_EQ(*ledger_->commit(nowhere), CommitOutcome::conflict);
}

TEST_P(StoreContract, PurgeGoesInStepsUntilNothingIsLeft) {
  auto const everybody = UserSet::range(UserNo{0}, UserNo{65'536 * 4});
  auto change = accepted(key_of(1), everybody);
  change.new_batches.at(key_of(1)).record.state = BatchState::recalled;
  for (BlockNo block = 0; block < 4; ++block) {
    change.slices.push_back(slice_of(key_of(1), block + 1, everybody.block(block), block));
  }
  for (std::uint32_t user = 0; user < 100; ++user) {
    change.receipts.push_back({.batch = key_of(1), .user = UserNo{user}, .read_at = kNow});
  }
  change.new_batches.at(key_of(1)).record.read = 100;
  change.quota[{kTenant, kApp, 1000}] = {1, 0, 0};
  change.calls[{kTenant, kApp, "old"}] = {std::string(32, 'h'), 1, kNow - 48 * kHour};
  change.calls[{kTenant, kApp, "young"}] = {std::string(32, 'h'), 1, kNow};
  commit(change);
  commit(sent(key_of(2), 5, {UserNo{1}}));

  std::vector<BatchKey> gone;
  int steps = 0;
  for (bool more = true; more; ++steps) {
    ASSERT_LT(steps, 100);
    auto const purged = ledger_->purge_some(kTenant, kNow + kHour, kNow - kHour, 10);
    ASSERT_TRUE(purged) << purged.error().detail;
    gone.insert(gone.end(), purged->batches.begin(), purged->batches.end());
    more = purged->more;
  }
  EXPECT_GE(steps, 10);
  EXPECT_THAT(gone, ElementsAre(key_of(1), key_of(2)));
  EXPECT_THAT(*reader_->block_entries(kTenant, 0, Seq{}, 10), IsEmpty());
  EXPECT_THAT(*reader_->receipts(key_of(1), UserNo{}, 10), IsEmpty());
  EXPECT_THAT(ledger_->load_state(from_ms(0))->quota, IsEmpty());
  EXPECT_FALSE(reader_->find_call({kTenant, kApp, "old"}, Time{})->has_value());
  EXPECT_TRUE(reader_->find_call({kTenant, kApp, "young"}, Time{})->has_value());
  EXPECT_THAT(ledger_->load_state(kNow)->batches, IsEmpty());
}

}  // namespace carillon::testing

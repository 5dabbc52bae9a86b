#include "tests/store/contract_suite.h"

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "inbox/placement.h"
#include "tests/store/model.h"

namespace carillon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TenantNo kTenant{1};
constexpr TenantNo kOther{2};
constexpr AppNo kApp{1};
Time const kNow = from_ms(1'700'000'000'000);
constexpr std::chrono::hours kHour{1};

BatchKey key_of(std::uint64_t batch, TenantNo tenant = kTenant) { return {tenant, BatchNo{batch}}; }

NewBatch batch_for(BatchKey key, UserSet users) {
  NewBatch batch;
  batch.record.key = key;
  batch.record.app = kApp;
  batch.record.queue_no = key.batch.value;
  batch.record.accepted_at = kNow;
  batch.record.valid = static_cast<std::uint32_t>(users.size());
  batch.content = {.msg_type = "text", .json = R"({"text":"hello"})"};
  batch.audience.deliverable = std::move(users);
  return batch;
}

Change accepted(BatchKey key, UserSet users) {
  Change change;
  change.new_batches[key] = batch_for(key, std::move(users));
  return change;
}

Slice slice_of(BatchKey key, std::uint64_t seq, UserSet users,
               std::optional<BlockNo> block = std::nullopt) {
  return {.batch = key,
          .seq = Seq{seq},
          .block = block,
          .committed_at = kNow + std::chrono::milliseconds(seq),
          .delivered = std::move(users),
          .failed = {}};
}

// A batch that was accepted and delivered in one change.
Change sent(BatchKey key, std::uint64_t seq, UserSet users) {
  auto change = accepted(key, users);
  auto& record = change.new_batches.at(key).record;
  record.state = BatchState::sent;
  record.delivered = record.valid;
  record.sent_at = kNow;
  change.slices.push_back(slice_of(key, seq, std::move(users)));
  return change;
}

Change counter_move(Counters from, Counters to, TenantNo tenant = kTenant) {
  Change change;
  change.counters[tenant] = {from, to};
  return change;
}

Counters counters(std::uint64_t batch, std::uint64_t queue, std::uint64_t seq) {
  return {.next_batch = BatchNo{batch}, .next_queue_no = queue, .seq = Seq{seq}};
}

Change quota_use(std::uint64_t added, std::uint64_t used_before, std::uint64_t limit) {
  Change change;
  change.quota[{kTenant, kApp, 19'675}] = {added, used_before, limit};
  return change;
}

Change answered(std::string key, std::uint64_t batch, Time at) {
  Change change;
  change.calls[{kTenant, kApp, std::move(key)}] = {std::string(32, 'h'), BatchNo{batch}, at};
  return change;
}

Change moved(BatchRecord to) {
  Change change;
  change.batch_moves[to.key] = {.from_revision = to.revision, .to = to};
  ++change.batch_moves[to.key].to.revision;
  return change;
}

Change with(Change first, Change second) {
  first.absorb(std::move(second));
  return first;
}

std::vector<std::uint64_t> seqs_of(Result<std::vector<InboxEntry>> const& entries) {
  std::vector<std::uint64_t> seqs;
  for (auto const& entry : entries.value()) seqs.push_back(entry.seq.value);
  return seqs;
}

}  // namespace

void StoreContract::SetUp() {
  store_ = GetParam().make();
  reopen();
}

void StoreContract::reopen() {
  reader_.reset();
  ledger_.reset();
  auto ledger = store_->open();
  ASSERT_TRUE(ledger) << ledger.error().detail;
  ledger_ = std::move(*ledger);
  auto reader = ledger_->open_reader();
  ASSERT_TRUE(reader) << reader.error().detail;
  reader_ = std::move(*reader);
}

void StoreContract::commit(Change const& change) {
  auto const outcome = ledger_->commit(change);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  ASSERT_EQ(*outcome, CommitOutcome::committed);
}

void StoreContract::refuse(Change const& change) {
  auto const outcome = ledger_->commit(change);
  ASSERT_TRUE(outcome) << outcome.error().detail;
  ASSERT_EQ(*outcome, CommitOutcome::conflict);
}

void StoreContract::race(Change const& first, Change const& second) {
  auto opened = store_->open();
  ASSERT_TRUE(opened) << opened.error().detail;
  Result<CommitOutcome> outcomes[2] = {CommitOutcome::conflict, CommitOutcome::conflict};
  std::thread other([&] { outcomes[1] = (*opened)->commit(second); });
  outcomes[0] = ledger_->commit(first);
  other.join();
  for (auto const& outcome : outcomes) ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_NE(*outcomes[0], *outcomes[1]) << "exactly one of two must win";

  // Nothing of the loser is there: the winner alone makes this state.
  ModelStore model;
  auto const state = ledger_->load_state(kNow);
  ASSERT_TRUE(state);
  bool const first_won = *outcomes[0] == CommitOutcome::committed;
  auto const& loser = first_won ? second : first;
  auto const& winner = first_won ? first : second;
  for (auto const& [key, batch] : loser.new_batches) {
    if (winner.new_batches.contains(key)) continue;
    EXPECT_FALSE(reader_->find_batch(key).value().has_value());
    EXPECT_TRUE(reader_->audience(key).value().deliverable.empty());
  }
  for (auto const& [key, batch] : winner.new_batches) {
    EXPECT_TRUE(reader_->find_batch(key).value().has_value());
  }
  for (auto const& slice : loser.slices) {
    auto const user = *slice.delivered.first_from(0);
    for (auto const& entry : reader_->person_entries(kTenant, user, Seq{}, 100).value()) {
      EXPECT_NE(entry.batch, slice.batch.batch);
    }
  }
}

// ---- Expectations

TEST_P(StoreContract, EmptyStoreHoldsNothing) {
  auto const state = ledger_->load_state(kNow);
  ASSERT_TRUE(state);
  EXPECT_THAT(state->counters, IsEmpty());
  EXPECT_THAT(state->batches, IsEmpty());
  EXPECT_EQ(ledger_->identity()->key_check, "");
  EXPECT_FALSE(ledger_->identity()->copy);
  EXPECT_FALSE(reader_->find_batch(key_of(1)).value().has_value());
  EXPECT_THAT(reader_->slices(key_of(1)).value(), IsEmpty());
  EXPECT_THAT(reader_->list(kTenant, AppNo{}, BatchNo{}, 10).value(), IsEmpty());
}

TEST_P(StoreContract, CountersMoveOnlyFromWhereTheyAre) {
  commit(counter_move({}, counters(2, 2, 1)));
  refuse(counter_move({}, counters(3, 3, 1)));
  refuse(counter_move(counters(2, 2, 0), counters(3, 3, 1)));
  refuse(counter_move(counters(2, 1, 1), counters(3, 3, 1)));
  refuse(counter_move(counters(1, 2, 1), counters(3, 3, 1)));
  commit(counter_move(counters(2, 2, 1), counters(3, 3, 2)));
  commit(counter_move({}, counters(9, 9, 9), kOther));
  EXPECT_EQ(ledger_->load_state(kNow)->counters.at(kTenant), counters(3, 3, 2));
  EXPECT_EQ(ledger_->load_state(kNow)->counters.at(kOther), counters(9, 9, 9));
}

TEST_P(StoreContract, NewBatchNeedsAFreeNumber) {
  commit(accepted(key_of(1), {UserNo{1}}));
  refuse(accepted(key_of(1), {UserNo{2}}));
  EXPECT_EQ(reader_->audience(key_of(1))->deliverable, UserSet{UserNo{1}});
  commit(accepted(key_of(1, kOther), {UserNo{3}}));
}

TEST_P(StoreContract, BatchMovesOnlyFromItsRevision) {
  commit(accepted(key_of(1), {UserNo{1}}));
  auto record = (*reader_->find_batch(key_of(1)))->record;
  record.read = 1;
  commit(moved(record));
  record.read = 7;
  refuse(moved(record));
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->record.read, 1U);
  auto unknown = record;
  unknown.key = key_of(2);
  refuse(moved(unknown));
}

TEST_P(StoreContract, QuotaIsRefusedAboveItsLimit) {
  commit(quota_use(60, 0, 100));
  refuse(quota_use(41, 60, 100));
  commit(quota_use(40, 60, 100));
  refuse(quota_use(1, 100, 100));
  commit(quota_use(1, 100, 0));
  EXPECT_EQ(ledger_->load_state(kNow)->quota.begin()->second, 101U);
}

TEST_P(StoreContract, QuotaIsRefusedAboveItsLimitOnTheFirstUseToo) { refuse(quota_use(5, 0, 4)); }

TEST_P(StoreContract, QuotaIsRefusedIfOthersUsedMoreThanWasSeen) {
  commit(quota_use(10, 0, 0));
  refuse(quota_use(1, 9, 0));
  commit(quota_use(1, 10, 0));
  commit(quota_use(1, 99, 0));  // less was used than feared: a batch was given back
}

TEST_P(StoreContract, AnsweredCallIsKeptForADay) {
  commit(answered("key", 1, kNow));
  refuse(answered("key", 2, kNow + 23 * kHour));
  EXPECT_EQ((*reader_->find_call({kTenant, kApp, "key"}, kNow))->batch, BatchNo{1});
  EXPECT_FALSE(reader_->find_call({kTenant, kApp, "key"}, kNow + kHour)->has_value());
  EXPECT_FALSE(reader_->find_call({kTenant, kApp, "other"}, Time{})->has_value());
  EXPECT_FALSE(reader_->find_call({kOther, kApp, "key"}, Time{})->has_value());
  EXPECT_FALSE(reader_->find_call({kTenant, AppNo{2}, "key"}, Time{})->has_value());
  commit(answered("key", 2, kNow + 24 * kHour));
  auto const call = *reader_->find_call({kTenant, kApp, "key"}, kNow);
  EXPECT_EQ(call->batch, BatchNo{2});
  EXPECT_EQ(call->body_hash, std::string(32, 'h'));
  EXPECT_EQ(call->at, kNow + 24 * kHour);
}

TEST_P(StoreContract, ConflictWritesNothing) {
  commit(accepted(key_of(1), {UserNo{1}}));
  auto record = (*reader_->find_batch(key_of(1)))->record;

  auto change = with(sent(key_of(2), 1, {UserNo{1}}), counter_move({}, counters(3, 3, 1)));
  change.absorb(quota_use(1, 0, 0));
  change.absorb(answered("key", 2, kNow));
  change.absorb(moved(record));
  change.receipts.push_back({.batch = key_of(1), .user = UserNo{1}, .read_at = kNow});
  change.directory.tenants.push_back({.no = kTenant, .tenant_key = "acme"});
  change.import = ImportProgress{"staged", 5};
  change.slices.push_back(slice_of(key_of(1), 1, {UserNo{1}}));  // the seq is taken, found last
  refuse(change);

  auto const state = ledger_->load_state(kNow);
  EXPECT_THAT(state->batches, ElementsAre(record));
  EXPECT_THAT(state->counters, IsEmpty());
  EXPECT_THAT(state->quota, IsEmpty());
  EXPECT_EQ(state->import, ImportProgress{});
  EXPECT_FALSE(reader_->find_call({kTenant, kApp, "key"}, Time{})->has_value());
  EXPECT_THAT(*reader_->receipts(key_of(1), UserNo{}, 10), IsEmpty());
  EXPECT_THAT(*reader_->person_entries(kTenant, UserNo{1}, Seq{}, 10), IsEmpty());
  ASSERT_TRUE(ledger_->load_directory([](DirectoryRows&& rows) -> Result<void> {
    ADD_FAILURE() << rows.size() << " rows of the directory";
    return {};
  }));
}

TEST_P(StoreContract, EmptyChangeCommits) { commit({}); }

// ---- Invariants

TEST_P(StoreContract, I1_EveryAcknowledgedCommitSurvivesAKilledProcess) {
  reader_.reset();
  ledger_.reset();
  Workload delays(std::random_device{}());
  std::uint64_t next = 1;
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    auto const child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto ledger = store_->open();
      for (auto batch = next; ledger; ++batch) {
        auto const outcome = (*ledger)->commit(sent(key_of(batch), batch, {UserNo{7}}));
        if (!outcome || *outcome != CommitOutcome::committed) _exit(1);
        if (write(pipe_ends[1], &batch, sizeof batch) != sizeof batch) _exit(2);
      }
      _exit(3);
    }
    close(pipe_ends[1]);
    std::uint64_t acknowledged = next - 1;
    auto const enough = next + 3 + delays.below(60);
    while (acknowledged < enough &&
           read(pipe_ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    kill(child, SIGKILL);
    // What it managed to acknowledge before it died counts too.
    while (read(pipe_ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);

    reopen();
    auto const stored = ledger_->load_state(kNow)->batches.size();
    EXPECT_GE(stored, acknowledged);
    EXPECT_LE(stored, acknowledged + 1) << "at most the commit that was under way";
    for (std::uint64_t batch = 1; batch <= stored; ++batch) {
      EXPECT_THAT(*reader_->slices(key_of(batch)), SizeIs(1));
    }
    EXPECT_THAT(*reader_->person_entries(kTenant, UserNo{7}, Seq{}, SIZE_MAX), SizeIs(stored));
    next = stored + 1;
    reader_.reset();
    ledger_.reset();
  }
}

TEST_P(StoreContract, I1_ReadersSeeACommitThatReturned) {
  for (std::uint64_t batch = 1; batch <= 50; ++batch) {
    commit(sent(key_of(batch), batch, {UserNo{7}}));
    ASSERT_TRUE(reader_->find_batch(key_of(batch))->has_value());
    ASSERT_THAT(*reader_->person_entries(kTenant, UserNo{7}, Seq{}, 100), SizeIs(batch));
  }
}

TEST_P(StoreContract, I2_SameSliceTwiceIsAConflict) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  commit(accepted(key_of(2), {UserNo{1}}));
  Change again;
  again.slices.push_back(slice_of(key_of(2), 1, {UserNo{1}}));
  refuse(again);
  EXPECT_THAT(*reader_->person_entries(kTenant, UserNo{1}, Seq{}, 10), SizeIs(1));
}

TEST_P(StoreContract, I2_SmallAudienceIsDeliveredOnceEvenUnderAnotherSeq) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  Change again;
  again.slices.push_back(slice_of(key_of(1), 2, {UserNo{1}}));
  refuse(again);
  refuse(with(again, moved((*reader_->find_batch(key_of(1)))->record)));
  EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, UserNo{1}, Seq{}, 10)), ElementsAre(1));
}

TEST_P(StoreContract, I2_TwoSlicesOfOneSeqInOneChangeAreAConflict) {
  commit(accepted(key_of(1), {UserNo{1}}));
  commit(accepted(key_of(2), {UserNo{1}}));
  Change change;
  change.slices.push_back(slice_of(key_of(1), 1, {UserNo{1}}));
  change.slices.push_back(slice_of(key_of(2), 1, {UserNo{1}}));
  refuse(change);
}

TEST_P(StoreContract, I2_FirstReadCountsOnce) {
  commit(sent(key_of(1), 1, {UserNo{1}, UserNo{2}}));
  Change read;
  read.receipts.push_back({.batch = key_of(1), .user = UserNo{1}, .read_at = kNow});
  commit(read);
  read.receipts.front().read_at += kHour;
  refuse(read);
  EXPECT_THAT(*reader_->receipts(key_of(1), UserNo{}, 10),
              ElementsAre(Receipt{key_of(1), UserNo{1}, kNow}));
}

TEST_P(StoreContract, I3_SlicesComeBackInTheOrderOfTheirSeq) {
  auto const everybody = UserSet::range(UserNo{0}, UserNo{200'000});
  commit(accepted(key_of(1), everybody));
  for (BlockNo block = 0; block < 4; ++block) {
    Change change;
    change.slices.push_back(slice_of(key_of(1), block + 1, everybody.block(block), block));
    commit(change);
  }
  auto const slices = *reader_->slices(key_of(1));
  ASSERT_THAT(slices, SizeIs(4));
  for (BlockNo block = 0; block < 4; ++block) {
    EXPECT_EQ(slices[block].seq, Seq{block + 1});
    EXPECT_EQ(slices[block].block, block);
    EXPECT_EQ(slices[block].delivered, everybody.block(block));
  }
}

TEST_P(StoreContract, I3_InboxPagesAreNewestFirstWithoutGapsOrRepeats) {
  for (std::uint64_t batch = 1; batch <= 25; ++batch) {
    commit(sent(key_of(batch), batch, {UserNo{static_cast<std::uint32_t>(batch % 2)}, UserNo{9}}));
  }
  EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, UserNo{0}, Seq{}, 3)),
              ElementsAre(24, 22, 20));
  EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, UserNo{0}, Seq{20}, 3)),
              ElementsAre(18, 16, 14));
  EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, UserNo{9}, Seq{3}, 100)), ElementsAre(2, 1));
  EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, UserNo{9}, Seq{1}, 100)), IsEmpty());
  EXPECT_THAT(seqs_of(reader_->person_entries(kTenant, UserNo{9}, Seq{}, 0)), IsEmpty());
  auto const newest = reader_->person_entries(kTenant, UserNo{9}, Seq{}, 1)->front();
  EXPECT_EQ(newest.batch, BatchNo{25});
  EXPECT_EQ(newest.committed_at, kNow + std::chrono::milliseconds(25));
}

TEST_P(StoreContract, I4_CountsAndSetsOfAChangeAppearTogether) {
  // A second writer moves a batch on; a reader never sees numbers without their slices.
  auto const everybody = UserSet::range(UserNo{0}, UserNo{65'536 * 30});
  commit(accepted(key_of(1), everybody));
  auto other = std::move(*store_->open());
  std::thread writer([&] {
    auto record = accepted(key_of(1), everybody).new_batches.at(key_of(1)).record;
    for (BlockNo block = 0; block < 30; ++block) {
      record.delivered += 65'536;
      auto change = moved(record);
      change.slices.push_back(slice_of(key_of(1), block + 1, everybody.block(block), block));
      ASSERT_EQ(other->commit(change).value(), CommitOutcome::committed);
      ++record.revision;
    }
  });
  std::uint32_t delivered = 0;
  while (delivered < everybody.size()) {
    auto const before = (*reader_->find_batch(key_of(1)))->record.delivered;
    std::uint64_t in_slices = 0;
    for (auto const& slice : *reader_->slices(key_of(1))) in_slices += slice.delivered.size();
    auto const after = (*reader_->find_batch(key_of(1)))->record.delivered;
    EXPECT_LE(before, in_slices);
    EXPECT_LE(in_slices, after);
    EXPECT_LE(delivered, before) << "counts never go down (I5)";
    delivered = after;
  }
  writer.join();
}

TEST_P(StoreContract, I5_CountsAreThoseOfTheLastCommitAfterReopening) {
  commit(sent(key_of(1), 1, {UserNo{1}, UserNo{2}}));
  auto record = (*reader_->find_batch(key_of(1)))->record;
  record.read = 2;
  record.recalled = 2;
  record.recall_seq = Seq{2};
  record.recalled_at = kNow + kHour;
  record.state = BatchState::recalled;
  record.position = std::uint64_t{1} << 32;
  record.recall_position = (std::uint64_t{1} << 32) - 1;
  commit(moved(record));
  ++record.revision;
  reopen();
  EXPECT_THAT(ledger_->load_state(kNow)->batches, ElementsAre(record));
}

TEST_P(StoreContract, I6_RecallIsSeenByEveryReaderOnceItReturned) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  auto second = std::move(*ledger_->open_reader());
  ASSERT_FALSE((*second->find_batch(key_of(1)))->record.recall_requested());
  auto record = (*reader_->find_batch(key_of(1)))->record;
  record.recalled_at = kNow;
  commit(moved(record));
  EXPECT_TRUE((*reader_->find_batch(key_of(1)))->record.recall_requested());
  EXPECT_TRUE((*second->find_batch(key_of(1)))->record.recall_requested());
}

TEST_P(StoreContract, I7_TenantsShareNumbersButNoRows) {
  for (auto const tenant : {kTenant, kOther, TenantNo{(1 << 24) - 1}}) {
    auto change = sent(key_of(1, tenant), 1, {UserNo{tenant.value & 0xff}, UserNo{300}});
    change.receipts.push_back({key_of(1, tenant), UserNo{300}, kNow + tenant.value * kHour / 1000});
    commit(change);
    Slice const block = slice_of(key_of(2, tenant), 2, {UserNo{tenant.value & 0xff}}, 0);
    auto large = accepted(key_of(2, tenant), {UserNo{tenant.value & 0xff}});
    large.slices.push_back(block);
    commit(large);
  }
  for (auto const tenant : {kTenant, kOther, TenantNo{(1 << 24) - 1}}) {
    UserNo const own{tenant.value & 0xff};
    EXPECT_THAT(*reader_->list(tenant, AppNo{}, BatchNo{}, 10), SizeIs(2));
    EXPECT_THAT(*reader_->list(tenant, kApp, BatchNo{}, 10), SizeIs(2));
    EXPECT_EQ(reader_->list(tenant, kApp, BatchNo{}, 10)->back().key, key_of(1, tenant));
    EXPECT_EQ(reader_->audience(key_of(1, tenant))->deliverable, (UserSet{own, UserNo{300}}));
    EXPECT_THAT(*reader_->slices(key_of(1, tenant)), SizeIs(1));
    EXPECT_THAT(*reader_->person_entries(tenant, own, Seq{}, 10), SizeIs(1));
    auto const blocks = *reader_->block_entries(tenant, 0, Seq{}, 10);
    ASSERT_THAT(blocks, SizeIs(1));
    EXPECT_EQ(*blocks.front().delivered, UserSet{own});
    EXPECT_THAT(*reader_->receipts(key_of(1, tenant), UserNo{}, 10), SizeIs(1));
  }
  EXPECT_THAT(*reader_->person_entries(kTenant, UserNo{2}, Seq{}, 10), IsEmpty());
  EXPECT_THAT(*reader_->person_entries(TenantNo{3}, UserNo{300}, Seq{}, 10), IsEmpty());
  EXPECT_THAT(*reader_->list(TenantNo{3}, AppNo{}, BatchNo{}, 10), IsEmpty());
}

TEST_P(StoreContract, I7_AppsSeeTheirOwnBatchesInTheList) {
  for (std::uint64_t batch = 1; batch <= 9; ++batch) {
    auto change = accepted(key_of(batch), {UserNo{1}});
    change.new_batches.at(key_of(batch)).record.app = AppNo{static_cast<std::uint32_t>(batch % 3)};
    commit(change);
  }
  auto const numbers = [&](AppNo app, BatchNo before, std::size_t limit) {
    std::vector<std::uint64_t> out;
    for (auto const& r : *reader_->list(kTenant, app, before, limit)) {
      out.push_back(r.key.batch.value);
    }
    return out;
  };
  EXPECT_THAT(numbers(AppNo{1}, {}, 10), ElementsAre(7, 4, 1));
  EXPECT_THAT(numbers(AppNo{1}, BatchNo{7}, 1), ElementsAre(4));
  EXPECT_THAT(numbers({}, BatchNo{4}, 2), ElementsAre(3, 2));
  EXPECT_THAT(numbers({}, BatchNo{1}, 2), IsEmpty());
}

TEST_P(StoreContract, I8_HostileTextComesBackByteForByte) {
  std::string const hostile = std::string("'); DROP TABLE batches;--\0\xff\xfe end", 34);
  auto change = accepted(key_of(1), {UserNo{1}});
  auto& batch = change.new_batches.at(key_of(1));
  batch.content = {.msg_type = "'", .json = hostile};
  batch.invalid.open_ids = {hostile, "", "\n"};
  change.calls[{kTenant, kApp, hostile}] = {std::string(32, '\0'), BatchNo{1}, kNow};
  commit(change);
  auto const stored = **reader_->find_batch(key_of(1));
  EXPECT_EQ(stored.content.msg_type, "'");
  EXPECT_EQ(stored.content.json, hostile);
  EXPECT_EQ(stored.invalid, batch.invalid);
  EXPECT_EQ((*reader_->find_call({kTenant, kApp, hostile}, kNow))->body_hash,
            std::string(32, '\0'));
}

TEST_P(StoreContract, I9_ContentIsReturnedUntouched) {
  auto change = accepted(key_of(1), {UserNo{1}});
  auto& content = change.new_batches.at(key_of(1)).content;
  content.msg_type = "interactive";
  content.json = R"({"text":"你好 🔔 \u0000 \"quoted\" )" + std::string(40'000, 'x') + "\"}";
  commit(change);
  auto const stored = **reader_->find_batch(key_of(1));
  EXPECT_EQ(stored.content.msg_type, content.msg_type);
  EXPECT_EQ(stored.content.json, content.json);
}

// ---- Two writers at once

TEST_P(StoreContract, TwoWritersOfCounters) {
  race(with(accepted(key_of(1), {UserNo{1}}), counter_move({}, counters(2, 2, 1))),
       with(accepted(key_of(2), {UserNo{1}}), counter_move({}, counters(3, 2, 2))));
}

TEST_P(StoreContract, TwoWritersOfMovedCounters) {
  commit(counter_move({}, counters(5, 5, 5)));
  race(with(accepted(key_of(1), {UserNo{1}}), counter_move(counters(5, 5, 5), counters(6, 6, 6))),
       with(accepted(key_of(2), {UserNo{1}}), counter_move(counters(5, 5, 5), counters(6, 6, 6))));
}

TEST_P(StoreContract, TwoWritersOfABatch) {
  commit(accepted(key_of(1), {UserNo{1}}));
  auto const move = moved((*reader_->find_batch(key_of(1)))->record);
  race(with(accepted(key_of(2), {UserNo{1}}), move), with(accepted(key_of(3), {UserNo{1}}), move));
  EXPECT_EQ((*reader_->find_batch(key_of(1)))->record.revision, 2U);
}

TEST_P(StoreContract, TwoWritersOfANewBatch) {
  race(with(accepted(key_of(1), {UserNo{1}}), accepted(key_of(2), {UserNo{1}})),
       with(accepted(key_of(1), {UserNo{2}}), accepted(key_of(3), {UserNo{1}})));
}

TEST_P(StoreContract, TwoWritersOfASlice) {
  race(sent(key_of(1), 1, {UserNo{1}}), sent(key_of(2), 1, {UserNo{2}}));
}

TEST_P(StoreContract, TwoWritersOfAReceipt) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  Change read;
  read.receipts.push_back({.batch = key_of(1), .user = UserNo{1}, .read_at = kNow});
  race(with(accepted(key_of(2), {UserNo{1}}), read), with(accepted(key_of(3), {UserNo{1}}), read));
}

TEST_P(StoreContract, TwoWritersOfTheLastQuota) {
  commit(quota_use(90, 0, 100));
  race(with(accepted(key_of(1), {UserNo{1}}), quota_use(10, 90, 100)),
       with(accepted(key_of(2), {UserNo{1}}), quota_use(10, 90, 100)));
  EXPECT_EQ(ledger_->load_state(kNow)->quota.begin()->second, 100U);
}

TEST_P(StoreContract, TwoWritersOfQuotaThatBothSawLess) {
  race(with(accepted(key_of(1), {UserNo{1}}), quota_use(10, 0, 0)),
       with(accepted(key_of(2), {UserNo{1}}), quota_use(10, 0, 0)));
}

TEST_P(StoreContract, TwoWritersOfACall) {
  race(with(accepted(key_of(1), {UserNo{1}}), answered("key", 1, kNow)),
       with(accepted(key_of(2), {UserNo{1}}), answered("key", 2, kNow)));
}

// ---- Round trips

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

// ---- Purging

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
  change.calls[{kTenant, kApp, "old"}] = {std::string(32, 'h'), BatchNo{1}, kNow - 48 * kHour};
  change.calls[{kTenant, kApp, "young"}] = {std::string(32, 'h'), BatchNo{1}, kNow};
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

// ---- Everything at once

TEST_P(StoreContract, RandomLifeIsAsInTheModelAfterReopening) {
  auto const* seeds = std::getenv("CARILLON_STORE_SEEDS");
  std::uint64_t const end = seeds == nullptr ? 6 : std::strtoull(seeds, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    store_ = nullptr;
    reader_.reset();
    ledger_.reset();
    store_ = GetParam().make();
    reopen();
    Workload life(seed);
    ModelStore model;
    std::size_t conflicts = 0;
    for (int step = 0; step < 150; ++step) {
      auto change = life.next(model);
      if (life.below(4) == 0) {
        auto spoilt = change;
        if (life.spoil(spoilt, model)) {
          auto expected = model;
          ASSERT_FALSE(expected.apply(spoilt));
          refuse(spoilt);
          ++conflicts;
        }
      }
      ASSERT_TRUE(model.apply(change));
      commit(change);
      if (HasFatalFailure()) return;
      if (life.below(25) == 0) {
        auto const before = life.now() - std::chrono::seconds(life.below(60));
        model.purge(kTenant, before, before);
        for (bool more = true; more;) {
          auto const purged = ledger_->purge_some(kTenant, before, before, 1 + life.below(50));
          ASSERT_TRUE(purged) << purged.error().detail;
          more = purged->more;
        }
      }
      if (life.below(30) == 0) {
        ASSERT_EQ(difference(model, *ledger_, *reader_, life.now()), "") << "at step " << step;
      }
      if (life.below(40) == 0) reopen();
    }
    EXPECT_GT(conflicts, 0U);
    reopen();
    ASSERT_EQ(difference(model, *ledger_, *reader_, life.now()), "");
  }
}

}  // namespace carillon::testing

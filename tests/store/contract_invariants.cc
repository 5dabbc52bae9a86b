// The invariants of design.md section 4, as far as a store can break them.
#include <csignal>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/store/contract_changes.h"
#include "tests/store/contract_suite.h"
#include "tests/store/model.h"

namespace carillon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::string_literals;

}  // namespace

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

TEST_P(StoreContract, AnInstantSeesNoneOfTheCommitsAfterItsFirstLook) {
  commit(sent(key_of(1), 1, {UserNo{1}}));
  ASSERT_TRUE(reader_->begin_instant());
  EXPECT_TRUE(reader_->find_batch(key_of(1))->has_value());
  Change read;
  read.receipts.push_back({.batch = key_of(1), .user = UserNo{1}, .read_at = kNow});
  commit(read);
  BatchNo const batches[] = {BatchNo{1}};
  EXPECT_THAT(*reader_->read_times(kTenant, UserNo{1}, batches), ElementsAre(Time{}));
  EXPECT_THAT(*reader_->slices(key_of(1)), SizeIs(1));
  reader_->end_instant();
  EXPECT_THAT(*reader_->read_times(kTenant, UserNo{1}, batches), ElementsAre(kNow));
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
    EXPECT_THAT(*reader_->list(tenant, AppNo{}, BatchKind::bulk, BatchNo{}, 10), SizeIs(2));
    EXPECT_THAT(*reader_->list(tenant, kApp, BatchKind::bulk, BatchNo{}, 10), SizeIs(2));
    EXPECT_EQ(reader_->list(tenant, kApp, BatchKind::bulk, BatchNo{}, 10)->back().key,
              key_of(1, tenant));
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
  EXPECT_THAT(*reader_->list(TenantNo{3}, AppNo{}, BatchKind::bulk, BatchNo{}, 10), IsEmpty());
}

TEST_P(StoreContract, I7_AppsSeeTheirOwnBatchesInTheList) {
  for (std::uint64_t batch = 1; batch <= 9; ++batch) {
    auto change = accepted(key_of(batch), {UserNo{1}});
    change.new_batches.at(key_of(batch)).record.app = AppNo{static_cast<std::uint32_t>(batch % 3)};
    commit(change);
  }
  auto const numbers = [&](AppNo app, BatchNo before, std::size_t limit) {
    std::vector<std::uint64_t> out;
    for (auto const& r : *reader_->list(kTenant, app, BatchKind::bulk, before, limit)) {
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
  std::string const hostile = "'); DROP TABLE batches;--\0\xff\xfe end"s;
  auto change = accepted(key_of(1), {UserNo{1}});
  auto& batch = change.new_batches.at(key_of(1));
  batch.content = {.msg_type = "'", .json = hostile};
  batch.invalid.open_ids = {hostile, "", "\n"};
  change.calls[{kTenant, kApp, hostile}] = {std::string(32, '\0'), 1, kNow};
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

}  // namespace carillon::testing

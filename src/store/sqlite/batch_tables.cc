#include "store/sqlite/batch_tables.h"

#include "store/rows/batch_rows.h"
#include "store/sqlite/keys.h"

namespace carillon::sqlite {

using namespace rows;

namespace {

#define BATCH_COLUMNS "b.batch, b.app, b.revision, b.record"
// Of a row of batches b, wherever it lies.
#define CONTENT "coalesce(b.content, (SELECT content FROM contents c WHERE c.batch = b.batch))"
// Of one kind of batches, by its own index: the apps that have any, one look-up each; and an app's.
#define APPS_WITH(index, kind)                                                                     \
  "WITH RECURSIVE apps(app) AS (SELECT min(app) FROM batches INDEXED BY " index                    \
  " WHERE single IS " kind " UNION ALL SELECT (SELECT min(b.app) FROM batches b INDEXED BY " index \
  " WHERE b.single IS " kind                                                                       \
  " AND b.app > apps.app) FROM apps WHERE apps.app IS NOT NULL)"                                   \
  "SELECT app FROM apps WHERE app IS NOT NULL"
#define BATCHES_OF_APP(index, kind)                                      \
  "SELECT batch FROM batches INDEXED BY " index " WHERE single IS " kind \
  " AND app = ? AND batch BETWEEN ? AND ? ORDER BY batch DESC LIMIT ?"
#define SLICE_COLUMNS "slice, batch, block, committed_at, delivered, failed"

Error damaged(std::string what, std::int64_t key) {
  what += " " + std::to_string(low_of(key));
  what += " of tenant " + std::to_string(tenant_of(key).value);
  return fail(Errc::internal, "the stored " + what + " is damaged");
}

// So much of a page that a few rows still share one, and none needs another for its end.
constexpr std::size_t kSmallContentBytes = 900;

}  // namespace

BatchTables::BatchTables(Database& db)
    : insert_batch(db,
                   "INSERT INTO batches(batch, app, revision, single, small_slice, record, content)"
                   " VALUES(?,?,?,?,?,?,?)"),
      update_batch(db,
                   "UPDATE batches SET revision = ?1,"
                   " small_slice = coalesce(small_slice, ?2), record = ?3"
                   " WHERE batch = ?4 AND revision = ?5"
                   " AND (small_slice IS NULL OR ?2 IS NULL)"),
      set_small_slice(db,
                      "UPDATE batches SET small_slice = ?1"
                      " WHERE batch = ?2 AND small_slice IS NULL"),
      find_batch(db, "SELECT " BATCH_COLUMNS ", " CONTENT " FROM batches b WHERE b.batch = ?"),
      find_record(db, "SELECT " BATCH_COLUMNS " FROM batches b WHERE b.batch = ?"),
      small_slice_of(db,
                     "SELECT small_slice FROM batches WHERE batch = ?"
                     " AND small_slice IS NOT NULL"),
      apps_with_batches(db, APPS_WITH("batches_by_app", "NULL")),
      batches_of_app(db, BATCHES_OF_APP("batches_by_app", "NULL")),
      apps_with_singles(db, APPS_WITH("singles_by_app", "NOT NULL")),
      singles_of_app(db, BATCHES_OF_APP("singles_by_app", "NOT NULL")),
      oldest_batches(db, "SELECT " BATCH_COLUMNS
                         " FROM batches b WHERE b.batch BETWEEN ? AND ?"
                         " ORDER BY b.batch"),
      all_batches(db, "SELECT " BATCH_COLUMNS " FROM batches b ORDER BY b.batch"),
      delete_batch(db, "DELETE FROM batches WHERE batch = ?"),
      replace_small_content(db, "UPDATE batches SET content = ? WHERE batch = ?"),
      insert_content(db, "INSERT OR REPLACE INTO contents(batch, content) VALUES(?,?)"),
      find_content(db, "SELECT " CONTENT " FROM batches b WHERE b.batch = ?"),
      delete_content(db, "DELETE FROM contents WHERE batch = ?"),
      insert_slice(db, "INSERT INTO slices(" SLICE_COLUMNS ") VALUES(?,?,?,?,?,?)"),
      find_slice(db, "SELECT " SLICE_COLUMNS " FROM slices WHERE slice = ?"),
      slices_of_batch(db, "SELECT " SLICE_COLUMNS
                          " FROM slices WHERE batch = ?"
                          " AND block IS NOT NULL ORDER BY slice"),
      slices_of_block(db, "SELECT " SLICE_COLUMNS
                          " FROM slices WHERE block = ? AND slice > ?"
                          " ORDER BY slice LIMIT ?"),
      slices_after(db, "SELECT " SLICE_COLUMNS
                       " FROM slices WHERE slice > ? AND slice <= ?"
                       " ORDER BY slice"),
      any_slice(db, "SELECT 1 FROM slices WHERE slice BETWEEN ? AND ? LIMIT 1"),
      delete_slice(db, "DELETE FROM slices WHERE slice = ?"),
      delete_block_slices(db,
                          "DELETE FROM slices WHERE slice IN (SELECT slice FROM slices"
                          " WHERE batch = ? AND block IS NOT NULL ORDER BY slice LIMIT ?)"),
      insert_receipt(db, "INSERT INTO receipts(batch, user, read_at) VALUES(?,?,?)"),
      list_receipts(db,
                    "SELECT user, read_at FROM receipts WHERE batch = ? AND user >= ?"
                    " ORDER BY user LIMIT ?"),
      find_receipt(db, "SELECT read_at FROM receipts WHERE batch = ? AND user = ?"),
      delete_receipts(db,
                      "DELETE FROM receipts WHERE batch = ?1 AND user IN"
                      " (SELECT user FROM receipts WHERE batch = ?1 LIMIT ?2)") {}

Result<BatchRecord> read_batch(Cursor const& row) {
  BatchRecord record;
  record.key = batch_of(row.integer(0));
  record.app = AppNo{static_cast<std::uint32_t>(row.integer(1))};
  record.revision = static_cast<std::uint32_t>(row.integer(2));
  if (!unpack_record(row.bytes(3), record)) return damaged("batch", row.integer(0));
  return record;
}

Result<StoredBatch> read_stored_batch(Cursor const& row) {
  constexpr int kContent = 4;  // after the batch columns
  StoredBatch stored;
  TRY(stored.record, read_batch(row));
  TRY(auto written, read_content(row.bytes(kContent)));
  stored.content = std::move(written.content);
  stored.invalid = std::move(written.invalid);
  return stored;
}

Result<Slice> read_slice(Cursor const& row) {
  Slice slice;
  slice.batch = batch_of(row.integer(kSliceBatch));
  slice.seq = Seq{low_of(row.integer(kSliceKey))};
  if (!row.null(kSliceBlock)) slice.block = block_of_key(row.integer(kSliceBlock));
  slice.committed_at = from_ms(row.integer(kSliceCommittedAt));
  TRY(slice.delivered, read_set(row.bytes(kSliceDelivered)));
  TRY(slice.failed, read_set(row.bytes(kSliceFailed)));
  return slice;
}

Result<void> insert(BatchTables& tables, NewBatch const& batch, std::optional<Seq> small_slice) {
  auto const key = batch_key(batch.record.key);
  std::optional<std::int64_t> slice;
  if (small_slice) slice = slice_key(batch.record.key.tenant, *small_slice);
  auto const content = pack_content(batch, batch.content.json);
  bool const is_small = content.size() <= kSmallContentBytes;
  std::optional<std::int64_t> is_single;
  if (batch.record.kind == BatchKind::single) is_single = 1;
  CHECK_OK(tables.insert_batch.run(key, batch.record.app.value, batch.record.revision, is_single,
                                   slice, Blob{pack_record(batch.record)},
                                   Blob{is_small ? content : std::string_view{}}));
  if (is_small) return {};
  return tables.insert_content.run(key, Blob{content});
}

Result<bool> replace_content(BatchTables& tables, BatchKey const& batch, std::string_view json) {
  auto const key = batch_key(batch);
  std::string content;
  {
    auto row = tables.find_content.query(key);
    if (!row.next()) {
      CHECK_OK(row.end());
      return false;
    }
    TRY(content, with_json(row.bytes(0), json));
  }
  bool const is_small = content.size() <= kSmallContentBytes;
  CHECK_OK(tables.replace_small_content.run(Blob{is_small ? content : std::string_view{}}, key));
  if (is_small) {
    CHECK_OK(tables.delete_content.run(key));
  } else {
    CHECK_OK(tables.insert_content.run(key, Blob{content}));
  }
  return true;
}

Result<void> insert(BatchTables& tables, Slice const& slice) {
  std::optional<std::int64_t> block;
  if (slice.block) block = block_key(slice.batch.tenant, *slice.block);
  return tables.insert_slice.run(slice_key(slice.batch.tenant, slice.seq), batch_key(slice.batch),
                                 block, to_ms(slice.committed_at), Blob{set_bytes(slice.delivered)},
                                 Blob{set_bytes(slice.failed)});
}

}  // namespace carillon::sqlite

// SQL and rows of batches, contents, slices and receipts.
//
// Shape   One set of statements a connection; each table's columns are listed once, in the .cc.
#pragma once

#include <string>
#include <string_view>

#include "batch/batch_store.h"
#include "ledger/change.h"
#include "store/sqlite/database.h"

namespace carillon::sqlite {

struct BatchTables {
  explicit BatchTables(Database& db);

  // batches
  Statement insert_batch;  // batch, app, revision, 1 or null, small_slice, record, content or null
  Statement update_batch;  // revision, small_slice or null, record, batch, expected revision
  Statement set_small_slice;    // small_slice, batch; only where there is none yet
  Statement find_batch;         // batch -> batch columns, content
  Statement find_record;        // batch -> batch columns
  Statement small_slice_of;     // batch -> small_slice
  Statement apps_with_batches;  // -> app
  Statement batches_of_app;     // app, first, last, limit -> batch, newest first
  Statement apps_with_singles;  // the same of messages to one person
  Statement singles_of_app;
  Statement oldest_batches;  // first, last -> batch columns, oldest first
  Statement all_batches;     // -> batch columns
  Statement delete_batch;    // batch

  // contents: `content` lies here or, if it is small, in its batch's row
  Statement replace_small_content;  // content or null, batch
  Statement insert_content;         // batch, content; also over another
  Statement find_content;           // batch -> content
  Statement delete_content;         // batch

  // slices
  Statement insert_slice;         // slice, slice columns
  Statement find_slice;           // slice -> slice columns
  Statement slices_of_batch;      // batch -> slice columns of block slices, by seq
  Statement slices_of_block;      // block, after slice, limit -> slice columns
  Statement slices_after;         // after slice, last slice -> slice columns
  Statement any_slice;            // first, last -> a row if there is one
  Statement delete_slice;         // slice
  Statement delete_block_slices;  // batch, limit

  // receipts
  Statement insert_receipt;   // batch, user, read_at
  Statement list_receipts;    // batch, from user, limit -> user, read_at
  Statement find_receipt;     // batch, user -> read_at
  Statement delete_receipts;  // batch, limit
};

// Of a row that begins with the batch columns.
Result<BatchRecord> read_batch(Cursor const& row);
// Of a row of `find_batch`.
Result<StoredBatch> read_stored_batch(Cursor const& row);

// Of a row that begins with the slice columns.
Result<Slice> read_slice(Cursor const& row);

Result<void> insert(BatchTables& tables, NewBatch const& batch, std::optional<Seq> small_slice);
Result<void> insert(BatchTables& tables, Slice const& slice);
// Another message in the place of a batch's; false if there is no such batch.
Result<bool> replace_content(BatchTables& tables, BatchKey const& batch, std::string_view json);

// Columns of a slice row.
inline constexpr int kSliceKey = 0;
inline constexpr int kSliceBatch = 1;
inline constexpr int kSliceBlock = 2;
inline constexpr int kSliceCommittedAt = 3;
inline constexpr int kSliceDelivered = 4;
inline constexpr int kSliceFailed = 5;

}  // namespace carillon::sqlite

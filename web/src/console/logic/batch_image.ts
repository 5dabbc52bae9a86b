// Where a batch's own pictures are.

import { addressOf } from '@/shared/api/client';

export const batchImageUrl =
  (batchId: string) =>
  (imageKey: string): string =>
    addressOf('/api/v1/batches/{batch_id}/images/{image_key}', {
      batch_id: batchId,
      image_key: imageKey,
    });

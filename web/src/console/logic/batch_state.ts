// What may be done with a batch, by the state that it is in, and how its counts are shown.

import type { Batch } from '../api/types';

export type BatchAction = 'pause' | 'resume' | 'cancel' | 'recall' | 'remind';

export function actionsOf(batch: Pick<Batch, 'state' | 'delivered' | 'unread'>): BatchAction[] {
  switch (batch.state) {
    case 'scheduled':
      return ['pause', 'cancel'];
    case 'accepted':
      return ['pause', 'cancel', 'recall'];
    case 'sending':
      return ['pause', 'cancel', 'recall'];
    case 'paused':
      return ['resume', 'cancel', 'recall'];
    case 'sent':
      return batch.unread === null || batch.unread > 0 ? ['remind', 'recall'] : ['recall'];
    case 'canceled':
      return batch.delivered > 0 ? ['recall'] : [];
    default:
      return [];
  }
}

// Nothing moves by itself any more, except reads.
export function isSettled(state: Batch['state']): boolean {
  return state === 'sent' || state === 'recalled' || state === 'canceled';
}

export const settled = (batch: Pick<Batch, 'valid' | 'pending'>) => batch.valid - batch.pending;

// Which messages the list shows.

import type { Item } from './messages';

export type Filter =
  | { kind: 'all' }
  | { kind: 'unread'; since: string } // what was read since stays: nothing vanishes under the eye
  | { kind: 'app'; appId: string };

export const ALL: Filter = { kind: 'all' };

export function filtered(items: readonly Item[], filter: Filter): readonly Item[] {
  switch (filter.kind) {
    case 'all':
      return items.slice();
    case 'unread':
      return items.filter((item) => !item.read_at || item.read_at >= filter.since);
    case 'app':
      return items.filter((item) => item.app.app_id === filter.appId);
  }
}

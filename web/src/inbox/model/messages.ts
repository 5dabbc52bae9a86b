// The messages that the page holds, newest first, and how many of all are unread.
//
// Shape   `order` is sorted by rank, falling. What a page of the server or a live event told is
//         verified; below `verifiedDown` lie messages that the device kept and that the server's
//         next page confirms, corrects or removes. A message is its batch's id: live events have
//         no other, and nobody gets a batch twice.
// Cost    A change touches what it names; a page of the server sorts once.

import type { Schemas } from '@/shared/api/client';

export type LiveEvent = Schemas['LiveEvent'];
export type Page = Schemas['Inbox'];

export interface Item {
  batch_id: string;
  app: { app_id: string; name: string };
  msg_type: string;
  content: object;
  sent_at: string;
  read_at: string | null;
  rank: number; // by time sent; equal times in the order in which they became known
}

// What has to be written to the device.
export interface Change {
  put: Item[];
  gone: string[];
}

// The device's counterpart of a fresh page: `gone` and whatever is not verified leave it.
export interface Merge extends Change {
  overlaps: boolean; // false: between the page and what was known before may lie more
}

const RANKS_A_MS = 1000;

export class Messages {
  order: Item[] = [];
  unread = 0;
  next: string | null | undefined; // undefined: no page of the server yet
  verifiedDown = Infinity; // rank
  readonly apps = new Map<string, string>();
  // Whatever came first, the news or the page that does not know of it yet.
  private readonly recalled = new Set<string>();
  private readonly read = new Map<string, string>();
  private readonly byId = new Map<string, Item>();
  private readonly live = new Set<string>();

  get(id: string): Item | undefined {
    return this.byId.get(id);
  }

  get oldest(): Item | undefined {
    return this.order[this.order.length - 1];
  }

  get complete(): boolean {
    return this.next === null;
  }

  // How many at the head of `order` are verified.
  get verifiedCount(): number {
    return this.place(this.verifiedDown - 0.5);
  }

  // From the device, older than all that is here.
  restore(items: Item[]): void {
    for (const item of items) {
      if (this.byId.has(item.batch_id) || this.recalled.has(item.batch_id)) continue;
      item.read_at ??= this.read.get(item.batch_id) ?? null;
      this.add(item);
      this.order.push(item);
    }
    this.sort();
  }

  // A page that begins at the newest message, or where the verified ones end.
  merge(page: Page, from: 'top' | 'verified'): Merge {
    const change: Merge = { put: [], gone: [], overlaps: page.next === null };
    let above = from === 'top' ? Infinity : this.verifiedDown;
    const top = above;
    const named = new Set<string>();
    for (const message of page.messages) {
      const id = message.batch_id;
      if (this.recalled.has(id)) continue;
      named.add(id);
      const known = this.byId.get(id);
      const ceiling = Date.parse(message.sent_at) * RANKS_A_MS + RANKS_A_MS - 1;
      if (known) {
        if (known.rank >= above) known.rank = Math.min(above - 1, ceiling);
        known.read_at = message.read_at ?? known.read_at;
        change.overlaps = true;
      } else {
        const read_at = message.read_at ?? this.read.get(id) ?? null;
        const { message_id: _, ...shown } = message;
        const item = { ...shown, read_at, rank: Math.min(above - 1, ceiling) };
        this.add(item);
        this.order.push(item);
      }
      const item = this.byId.get(id)!;
      above = item.rank;
      change.put.push(item);
    }
    const down = page.next === null ? -Infinity : above;
    for (const item of this.order) {
      const inside = item.rank < top && item.rank >= down;
      if (inside && !named.has(item.batch_id) && !this.live.has(item.batch_id)) {
        change.gone.push(item.batch_id);
      }
    }
    this.remove(change.gone);
    this.verifiedDown = down;
    this.next = page.next;
    this.sort();
    return change;
  }

  // Nothing is verified any more: more happened than was told.
  doubt(): void {
    this.verifiedDown = Infinity;
    this.next = undefined;
    this.live.clear();
  }

  // Leaves only what is verified.
  keepVerified(): void {
    const count = this.verifiedCount;
    for (const item of this.order.splice(count)) this.byId.delete(item.batch_id);
  }

  // Live events in their order. `uncertain`: the count of unread must be asked for.
  apply(events: readonly LiveEvent[]): Change & { arrived: number; uncertain: boolean } {
    const put = new Set<Item>();
    const gone: string[] = [];
    const fresh: Item[] = [];
    let uncertain = false;
    for (const event of events) {
      const id = event.batch_id ?? '';
      if (event.type === 'message' && event.app && event.content && event.sent_at) {
        if (this.byId.has(id) || this.recalled.has(id)) continue;
        const at = Date.parse(event.sent_at) * RANKS_A_MS;
        const head = fresh[fresh.length - 1] ?? this.order[0];
        const newest = !head || at + RANKS_A_MS > head.rank;
        const item: Item = {
          batch_id: id,
          app: event.app,
          msg_type: event.msg_type ?? '',
          content: event.content,
          sent_at: event.sent_at,
          read_at: this.read.get(id) ?? null,
          rank: newest ? Math.max(at, (head?.rank ?? 0) + 1) : at,
        };
        this.add(item);
        this.live.add(id);
        put.add(item);
        if (newest) fresh.push(item);
        else this.order.splice(this.place(item.rank), 0, item);
        if (!item.read_at) ++this.unread;
      } else if (event.type === 'recall') {
        const item = this.byId.get(id);
        if (!item) uncertain = true;
        else if (!item.read_at) this.unread = Math.max(0, this.unread - 1);
        this.recalled.add(id);
        gone.push(id);
        if (item) put.delete(item);
      } else if (event.type === 'read') {
        for (const batch of event.batch_ids ?? []) {
          const item = this.markRead(batch, new Date().toISOString());
          if (item) put.add(item);
          else if (!this.byId.has(batch)) uncertain = true;
        }
      }
    }
    this.order = fresh.reverse().concat(this.order);
    this.remove(gone);
    return {
      put: [...put],
      gone,
      arrived: fresh.filter((item) => this.has(item)).length,
      uncertain,
    };
  }

  // The item if it is newly read.
  markRead(id: string, at: string): Item | undefined {
    if (!this.read.has(id)) this.read.set(id, at);
    const item = this.byId.get(id);
    if (!item || item.read_at) return undefined;
    item.read_at = at;
    this.unread = Math.max(0, this.unread - 1);
    return item;
  }

  private has(item: Item): boolean {
    return this.byId.get(item.batch_id) === item;
  }

  private add(item: Item): void {
    this.byId.set(item.batch_id, item);
    this.apps.set(item.app.app_id, item.app.name);
  }

  private remove(ids: readonly string[]): void {
    let any = false;
    for (const id of ids) any = this.byId.delete(id) || any;
    if (any) this.order = this.order.filter((item) => this.byId.has(item.batch_id));
  }

  private sort(): void {
    this.order.sort((a, b) => b.rank - a.rank);
  }

  // Where one of this rank belongs.
  private place(rank: number): number {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.order[middle]!.rank > rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

// What this device keeps of one person's inbox (IndexedDB): messages, reads that the server does
// not know yet, and the cursor up to which both are told.
//
// Shape   A database per person. Writes gather for a moment and go in one transaction, so that a
//         cursor is never kept without what it stands for.
// Errors  Without IndexedDB (private windows of some browsers) nothing is kept; nobody is bothered.

import type { Change, Item } from './messages';

export interface Mark {
  cursor: string;
  unread: number;
}

const MESSAGES_MAX = 10_000;
const TRIM_EVERY = 500;
const GATHER_MS = 300;
const PREFIX = 'carillon-inbox:';

const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const ended = (transaction: IDBTransaction) =>
  new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });

export class Device {
  private put = new Map<string, Item>();
  private gone = new Set<string>();
  private mark: Mark | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sinceTrim = TRIM_EVERY;

  private constructor(private readonly db: IDBDatabase) {}

  static async open(person: string): Promise<Device | null> {
    try {
      const request = indexedDB.open(PREFIX + person, 1);
      request.onupgradeneeded = () => {
        const messages = request.result.createObjectStore('messages', { keyPath: 'batch_id' });
        messages.createIndex('rank', 'rank');
        request.result.createObjectStore('reads', { keyPath: 'batch_id' });
        request.result.createObjectStore('mark');
      };
      const db = await done(request);
      db.onversionchange = () => db.close(); // another tab signs out
      return new Device(db);
    } catch {
      return null;
    }
  }

  // Nobody is signed in: nothing of theirs stays; reads that wait do, if they are `kept` for the
  // next time that this person signs in.
  static async forget(person: string, reads: 'kept' | 'gone'): Promise<void> {
    try {
      if (reads === 'gone') {
        await done(indexedDB.deleteDatabase(PREFIX + person));
        return;
      }
      const device = await Device.open(person);
      await device?.change(['messages', 'mark'], (db) => {
        db.objectStore('messages').clear();
        db.objectStore('mark').clear();
      });
      device?.close();
    } catch {
      // there is none
    }
  }

  async lastMark(): Promise<Mark | null> {
    return (await this.ask((db) => done(db.objectStore('mark').get('last')), 'mark')) ?? null;
  }

  // Newest first, older than `rank`.
  async below(rank: number, limit: number): Promise<Item[]> {
    await this.flush();
    const items = await this.ask(
      (db) =>
        new Promise<Item[]>((resolve, reject) => {
          const out: Item[] = [];
          const range = IDBKeyRange.upperBound(rank, true);
          const request = db.objectStore('messages').index('rank').openCursor(range, 'prev');
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const cursor = request.result;
            if (!cursor || out.length === limit) return resolve(out);
            out.push(cursor.value as Item);
            cursor.continue();
          };
        }),
      'messages',
    );
    return items ?? [];
  }

  save(change: Change, mark: Mark | null = null): void {
    for (const item of change.put) {
      this.put.set(item.batch_id, item);
      this.gone.delete(item.batch_id);
    }
    for (const id of change.gone) {
      this.put.delete(id);
      this.gone.add(id);
    }
    this.mark = mark ?? this.mark;
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { put, gone, mark } = this;
    if (put.size + gone.size === 0 && !mark) return;
    this.put = new Map();
    this.gone = new Set();
    this.mark = null;
    await this.change(['messages', 'mark'], (db) => {
      const messages = db.objectStore('messages');
      gone.forEach((id) => messages.delete(id));
      put.forEach((item) => messages.put(item));
      if (mark) db.objectStore('mark').put(mark, 'last');
    });
    this.sinceTrim += put.size;
    if (this.sinceTrim >= TRIM_EVERY) await this.trim();
  }

  // Of none of them anybody knows whether it was recalled.
  async forgetMessages(): Promise<void> {
    this.put.clear();
    this.gone.clear();
    await this.change(['messages'], (db) => db.objectStore('messages').clear());
  }

  async unsentReads(): Promise<string[]> {
    const keys = await this.ask((db) => done(db.objectStore('reads').getAllKeys()), 'reads');
    return (keys ?? []) as string[];
  }

  addReads(ids: readonly string[]): Promise<void> {
    return this.change(['reads'], (db) =>
      ids.forEach((batch_id) => db.objectStore('reads').put({ batch_id })),
    );
  }

  removeReads(ids: readonly string[]): Promise<void> {
    return this.change(['reads'], (db) => ids.forEach((id) => db.objectStore('reads').delete(id)));
  }

  close(): void {
    clearTimeout(this.timer);
    this.db.close();
  }

  private async trim(): Promise<void> {
    this.sinceTrim = 0;
    await this.change(['messages'], (db) => {
      const messages = db.objectStore('messages');
      const count = messages.count();
      count.onsuccess = () => {
        let over = count.result - MESSAGES_MAX;
        if (over <= 0) return;
        const request = messages.index('rank').openCursor();
        request.onsuccess = () => {
          const cursor = request.result;
          if (!cursor || over-- <= 0) return;
          cursor.delete();
          cursor.continue();
        };
      };
    });
  }

  private async ask<T>(
    question: (db: IDBTransaction) => Promise<T>,
    store: string,
  ): Promise<T | undefined> {
    try {
      return await question(this.db.transaction(store));
    } catch {
      return undefined; // closed or full: the server has it all
    }
  }

  private async change(stores: string[], write: (db: IDBTransaction) => void): Promise<void> {
    try {
      const transaction = this.db.transaction(stores, 'readwrite');
      write(transaction);
      await ended(transaction);
    } catch {
      // closed or full: the server has it all
    }
  }
}

// One person's inbox on this page: what is shown, where it comes from, and what is told back.
//
// Shape   The device shows at once what it keeps; a page of the server verifies the top; the live
//         connection goes on from the cursor that belongs to what is here. A live event is there
//         with the next frame; in a storm of them they gather, so that it costs some renderings
//         a second: nobody reads faster, and a slow phone stays usable.
// Errors  Without the server: what the device keeps, and reads wait. 401: `gone` is called.

import { call, Problem, Unreachable } from '@/shared/api/client';
import { getSession, type Person } from '@/shared/api/session';

import { Device } from './device';
import { forgetImages } from './images';
import { LiveConnection, retryAfter, type LinkState } from './live';
import { Messages, type Item, type LiveEvent } from './messages';
import { ReadQueue } from './reads';

const FIRST_PAGE = 30;
const PAGE = 100;
const HELD_MAX = 20_000;
const RECOUNT_AFTER_MS = 2000;
const GATHER_MS = 250;
const HIDDEN_FRAME_MS = 500; // no frames come while nobody looks

export const personKey = (person: Pick<Person, 'tenant_key' | 'user_id'>) =>
  `${person.tenant_key}:${person.user_id}`;

export class Inbox {
  readonly messages = new Messages();
  link: LinkState = 'stopped';
  loading = true;
  failed = false; // the last page did not come although the server is there
  arrived = 0; // live, since the page was opened
  atTop = true;

  private device: Device | null = null;
  private readonly live: LiveConnection;
  private readonly reads: ReadQueue;
  private readonly events: LiveEvent[] = [];
  private readonly listeners = new Set<() => void>();
  private version = 0;
  private topKnown = false;
  private told: string | null = null; // the cursor of what is applied, not only received
  private deviceExhausted = false;
  private refusals = 0;
  private stopped = false;
  private frame: (() => void) | null = null;
  private takenAt = -Infinity;
  private recountTimer: ReturnType<typeof setTimeout> | undefined;
  private topTimer: ReturnType<typeof setTimeout> | undefined;
  private topFailures = 0;

  constructor(
    private readonly person: Person,
    private readonly gone: () => void,
  ) {
    this.live = new LiveConnection({
      address: (cursor) => {
        const query = cursor ? `?${new URLSearchParams({ cursor })}` : '';
        return `${location.origin.replace(/^http/, 'ws')}/api/v1/inbox/live${query}`;
      },
      event: (event) => this.heard(event),
      state: (state) => this.linkIs(state),
      refused: () => this.whyRefused(),
    });
    this.reads = new ReadQueue({
      send: (ids) => this.sendReads(ids),
      taken: (ids) => {
        void this.device?.removeReads(ids);
        this.recountSoon();
      },
      retryAfter: (failures) => retryAfter(failures),
    });
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly snapshot = () => this.version;

  async start(): Promise<void> {
    addEventListener('online', this.online);
    addEventListener('offline', this.offline);
    addEventListener('pagehide', this.leaving);
    document.addEventListener('visibilitychange', this.visibility);
    this.device = await Device.open(personKey(this.person));
    const [mark, unsent, items] = await Promise.all([
      this.device?.lastMark(),
      this.device?.unsentReads(),
      this.device?.below(Infinity, PAGE),
    ]);
    if (this.stopped) return this.device?.close();
    for (const id of unsent ?? []) this.messages.markRead(id, new Date().toISOString());
    this.messages.restore(items ?? []);
    this.messages.unread = mark?.unread ?? 0;
    this.reads.add(unsent ?? []);
    if (this.messages.order.length > 0) this.changed();
    this.told = mark?.cursor ?? null;
    if (mark) this.live.start(mark.cursor);
    await this.refreshTop();
    if (!mark && !this.stopped) this.live.start(this.told);
  }

  stop(): void {
    this.stopped = true;
    removeEventListener('online', this.online);
    removeEventListener('offline', this.offline);
    removeEventListener('pagehide', this.leaving);
    document.removeEventListener('visibilitychange', this.visibility);
    clearTimeout(this.recountTimer);
    clearTimeout(this.topTimer);
    this.live.stop();
    this.reads.stop();
    this.device?.close();
  }

  // The page shows messages down to this rank, or soon will.
  wantDownTo(rank: number): void {
    if (this.loading || this.stopped) return;
    const { messages } = this;
    const reachable = this.link !== 'offline' && this.link !== 'waiting';
    if (reachable && messages.next) {
      if (rank <= messages.verifiedDown && !this.failed) void this.loadOlder(messages.next);
    } else if (!messages.complete && !this.deviceExhausted) {
      if (rank <= (messages.oldest?.rank ?? 0)) void this.loadFromDevice();
    }
  }

  tryAgain(): void {
    this.failed = false;
    this.deviceExhausted = false;
    if (!this.topKnown) void this.refreshTop();
    this.changed();
  }

  // Before the person leaves.
  tellReads(): Promise<void> {
    return this.reads.flush();
  }

  markRead(ids: readonly string[]): void {
    const at = new Date().toISOString();
    const put = ids
      .map((id) => this.messages.markRead(id, at))
      .filter((item) => item !== undefined);
    if (put.length === 0) return;
    this.save(put, []);
    const batches = put.map((item) => item.batch_id);
    void this.device?.addReads(batches);
    this.reads.add(batches);
    this.changed();
  }

  private async refreshTop(): Promise<void> {
    if (this.topKnown || this.stopped) return;
    clearTimeout(this.topTimer);
    this.topKnown = true; // one at a time
    this.loading = true;
    try {
      const page = await call('get', '/api/v1/inbox', { query: { limit: FIRST_PAGE } });
      if (this.stopped) return;
      const merge = this.messages.merge(page, 'top');
      if (!merge.overlaps) this.messages.keepVerified();
      this.told ??= page.cursor;
      this.messages.unread = Math.max(0, page.unread - this.reads.waiting.size);
      this.save(merge.put, merge.gone);
      this.topFailures = 0;
    } catch (problem) {
      this.topKnown = false;
      if (this.refusedAs(problem)) return;
      this.topTimer = setTimeout(() => void this.refreshTop(), retryAfter(this.topFailures++));
    } finally {
      this.loading = false;
      this.changed();
    }
  }

  private async loadOlder(before: string): Promise<void> {
    this.loading = true;
    this.changed();
    try {
      const page = await call('get', '/api/v1/inbox', { query: { limit: PAGE, before } });
      if (this.stopped || this.messages.next !== before) return;
      const merge = this.messages.merge(page, 'verified');
      if (!merge.overlaps) this.messages.keepVerified();
      this.save(merge.put, merge.gone);
    } catch (problem) {
      if (this.refusedAs(problem)) return;
      if (problem instanceof Unreachable) await this.restoreOlder();
      this.failed = true; // until the connection is back, or somebody asks
    } finally {
      this.loading = false;
      this.changed();
    }
  }

  private async loadFromDevice(): Promise<void> {
    this.loading = true;
    await this.restoreOlder();
    this.loading = false;
    this.changed();
  }

  private async restoreOlder(): Promise<void> {
    const items = (await this.device?.below(this.messages.oldest?.rank ?? Infinity, PAGE)) ?? [];
    this.deviceExhausted = items.length === 0;
    this.messages.restore(items);
  }

  private heard(event: LiveEvent): void {
    this.events.push(event);
    if (this.frame) return;
    const flush = () => {
      this.frame = null;
      this.takeEvents();
      this.takenAt = performance.now();
    };
    const rest = this.takenAt + GATHER_MS - performance.now();
    if (document.hidden || rest > 0) {
      const timer = setTimeout(flush, document.hidden ? HIDDEN_FRAME_MS : rest);
      this.frame = () => clearTimeout(timer);
    } else {
      const frame = requestAnimationFrame(flush);
      this.frame = () => cancelAnimationFrame(frame);
    }
  }

  private takeEvents(): void {
    if (this.stopped) return;
    const events = this.events.splice(0);
    const { put, gone, arrived, uncertain } = this.messages.apply(events);
    this.arrived += arrived;
    this.told = events.filter((event) => event.cursor).pop()?.cursor ?? this.told;
    if (events.some((event) => event.type === 'resync')) {
      // More happened than was told, recalls too: what is kept may be something taken back.
      this.messages.doubt();
      void this.device?.forgetMessages();
      this.topKnown = false;
    }
    this.save(put, gone);
    if (events.some((event) => event.type === 'ready') && !this.topKnown) void this.refreshTop();
    else if (this.messages.order.length > HELD_MAX && this.atTop) this.startAgain();
    if (uncertain) this.recountSoon();
    this.changed();
  }

  private startAgain(): void {
    this.messages.doubt();
    this.messages.keepVerified();
    this.topKnown = false;
    void this.refreshTop();
  }

  private linkIs(state: LinkState): void {
    this.link = state;
    if (state === 'live') {
      this.refusals = 0;
      this.failed = false;
      this.deviceExhausted = false;
      void this.reads.flush();
    }
    this.changed();
  }

  private async whyRefused(): Promise<'gone' | 'start_over' | 'retry'> {
    try {
      const { person } = await getSession();
      if (!person || personKey(person) !== personKey(this.person)) {
        this.leave();
        return 'gone';
      }
      if (++this.refusals < 2 || this.live.cursor === null) return 'retry';
      this.refusals = 0;
      this.messages.doubt();
      this.topKnown = false;
      return 'start_over';
    } catch {
      return 'retry';
    }
  }

  private async sendReads(batch_ids: string[]): Promise<void> {
    try {
      await call('post', '/api/v1/inbox/read', { body: { batch_ids }, keepalive: true });
    } catch (problem) {
      // What the server will never take is not kept for ever.
      const never = problem instanceof Problem && [400, 404, 413].includes(problem.status);
      if (never) return;
      this.refusedAs(problem);
      throw problem;
    }
  }

  private refusedAs(problem: unknown): boolean {
    if (!(problem instanceof Problem) || problem.status !== 401) return false;
    this.leave();
    return true;
  }

  private leave(): void {
    if (this.stopped) return;
    this.stop();
    this.gone();
  }

  private recountSoon(): void {
    clearTimeout(this.recountTimer);
    this.recountTimer = setTimeout(() => void this.recount(), RECOUNT_AFTER_MS);
  }

  private async recount(): Promise<void> {
    try {
      const page = await call('get', '/api/v1/inbox', { query: { limit: 1 } });
      if (this.stopped) return;
      this.messages.unread = Math.max(0, page.unread - this.reads.waiting.size);
      this.changed();
    } catch (problem) {
      this.refusedAs(problem); // else the next page tells
    }
  }

  private save(put: Item[], gone: string[]): void {
    const mark = this.told ? { cursor: this.told, unread: this.messages.unread } : null;
    this.device?.save({ put, gone }, mark);
    void forgetImages(gone);
  }

  private changed(): void {
    if (this.stopped) return;
    ++this.version;
    this.listeners.forEach((listener) => listener());
  }

  private readonly online = () => {
    this.live.online();
    void this.reads.flush();
    if (!this.topKnown) void this.refreshTop();
  };
  private readonly offline = () => this.live.offline();
  private readonly visibility = () => {
    this.live.visible(!document.hidden);
    if (document.hidden) this.leaving();
  };
  private readonly leaving = () => {
    void this.reads.flush();
    void this.device?.flush();
  };
}

// A message is read when it was really on the screen: half of it, or half of the window's height,
// for a second on end, while the page is seen and has the focus.

export const READ_AFTER_MS = 1000;

export function onScreen(ratio: number, shownHeight: number, windowHeight: number): boolean {
  return ratio >= 0.5 || (windowHeight > 0 && shownHeight >= windowHeight / 2);
}

export class ReadTracker {
  private readonly seenSince = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private active = false;

  constructor(
    private readonly read: (ids: string[]) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  // Whether somebody looks at the page at all; time begins anew when they come back.
  setActive(active: boolean): void {
    if (active === this.active) return;
    this.active = active;
    const now = this.now();
    for (const id of this.seenSince.keys()) this.seenSince.set(id, now);
    this.schedule();
  }

  see(id: string, visible: boolean): void {
    if (!visible) this.seenSince.delete(id);
    else if (!this.seenSince.has(id)) this.seenSince.set(id, this.now());
    this.schedule();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.seenSince.clear();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.active || this.seenSince.size === 0) return;
    const first = Math.min(...this.seenSince.values());
    this.timer = setTimeout(() => this.collect(), Math.max(0, first + READ_AFTER_MS - this.now()));
  }

  private collect(): void {
    const due = this.now() - READ_AFTER_MS;
    const ids = [...this.seenSince].filter(([, since]) => since <= due).map(([id]) => id);
    for (const id of ids) this.seenSince.delete(id);
    this.schedule();
    if (ids.length > 0) this.read(ids);
  }
}

// What was read and the server does not know yet. It is kept (on the device, see Device) until
// the server took it; `send` rejects when it could not.
export const READS_A_CALL = 1000;

export class ReadQueue {
  readonly waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending = false;
  private failures = 0;

  constructor(
    private readonly port: {
      send(ids: string[]): Promise<void>;
      taken(ids: string[]): void; // the server has them
      retryAfter(failures: number): number;
    },
    private readonly gatherMs = 300,
  ) {}

  add(ids: Iterable<string>): void {
    for (const id of ids) this.waiting.add(id);
    if (this.failures === 0) this.later(this.gatherMs);
  }

  // At once: back online, or the page is about to go.
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.sending || this.waiting.size === 0) return;
    this.sending = true;
    const ids = [...this.waiting].slice(0, READS_A_CALL);
    try {
      await this.port.send(ids);
      this.failures = 0;
      for (const id of ids) this.waiting.delete(id);
      this.port.taken(ids);
    } catch {
      ++this.failures;
    } finally {
      this.sending = false;
    }
    if (this.failures > 0) this.later(this.port.retryAfter(this.failures));
    else this.later(this.gatherMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.clear();
  }

  private later(ms: number): void {
    if (this.waiting.size > 0) this.timer ??= setTimeout(() => void this.flush(), ms);
  }
}

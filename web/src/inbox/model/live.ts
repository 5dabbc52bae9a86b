// The live connection: opened, watched, and opened again from the last cursor.
//
// Shape   offline -> waiting -> connecting -> catching_up -> live. Whatever was missed is told by
//         the server between the opening and `ready`, so a gap needs no call of its own. A page
//         cannot see why an upgrade was refused (always 1006): after such a one `refused` finds
//         out whether somebody is still signed in.

import type { LiveEvent } from './messages';

export type LinkState = 'offline' | 'waiting' | 'connecting' | 'catching_up' | 'live' | 'stopped';

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 30_000;
const STALE_AFTER_HIDDEN_MS = 60_000; // a phone that slept may hold a dead connection

const [POLICY_VIOLATION, TRY_AGAIN_LATER] = [1008, 1013];

// Full jitter: after a restart of the server not everybody comes at once.
export function retryAfter(failures: number, random: () => number = Math.random): number {
  const most = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(failures, 10));
  return most / 2 + (random() * most) / 2;
}

export interface LivePort {
  address(cursor: string | null): string;
  event(event: LiveEvent): void;
  state(state: LinkState): void;
  // 'gone': nobody is signed in; 'start_over': without a cursor; 'retry': like any other failure.
  refused(): Promise<'gone' | 'start_over' | 'retry'>;
}

export class LiveConnection {
  cursor: string | null = null;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private hiddenAt = 0;
  private current: LinkState = 'stopped';

  constructor(private readonly port: LivePort) {}

  start(cursor: string | null): void {
    this.cursor = cursor;
    if (navigator.onLine) this.open();
    else this.enter('offline');
  }

  stop(): void {
    this.drop();
    this.enter('stopped');
  }

  online(): void {
    if (this.current === 'offline' || this.current === 'waiting') this.open();
  }

  offline(): void {
    if (this.current === 'stopped') return;
    this.drop();
    this.enter('offline');
  }

  visible(visible: boolean): void {
    if (!visible) {
      this.hiddenAt = Date.now();
      return;
    }
    const slept = this.hiddenAt > 0 && Date.now() - this.hiddenAt > STALE_AFTER_HIDDEN_MS;
    this.hiddenAt = 0;
    if (this.current === 'waiting' || (slept && this.socket)) this.open();
  }

  private enter(state: LinkState): void {
    if (state === this.current) return;
    this.current = state;
    this.port.state(state);
  }

  private drop(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private open(): void {
    this.drop();
    this.enter('connecting');
    const socket = new WebSocket(this.port.address(this.cursor));
    this.socket = socket;
    let opened = false;
    let told = false; // something came: not the endless turn of a connection that helps nobody
    socket.onopen = () => {
      opened = true;
      this.enter('catching_up');
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as LiveEvent;
      if (event.cursor) this.cursor = event.cursor;
      told = true;
      if (event.type === 'ready') {
        this.failures = 0;
        this.enter('live');
      }
      this.port.event(event);
    };
    socket.onclose = ({ code }) => {
      this.socket = null;
      if (code === TRY_AGAIN_LATER && told) this.wait(Math.random() * RETRY_FIRST_MS);
      else if (code === POLICY_VIOLATION || !opened) void this.askWhy();
      else this.wait(retryAfter(this.failures++));
    };
  }

  private async askWhy(): Promise<void> {
    this.enter('waiting');
    const why = await this.port.refused();
    if (this.current !== 'waiting') return; // stopped, or opened again meanwhile
    if (why === 'gone') return this.stop();
    if (why === 'start_over') this.cursor = null;
    this.wait(retryAfter(this.failures++));
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.enter(navigator.onLine ? 'waiting' : 'offline');
    if (navigator.onLine) this.timer = setTimeout(() => this.open(), ms);
  }
}

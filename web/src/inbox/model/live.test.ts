import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { LiveConnection, retryAfter, type LivePort } from './live';

class Socket {
  static all: Socket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  close = vi.fn();
  constructor(readonly address: string) {
    Socket.all.push(this);
  }
  says(event: object) {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
  closes(code: number) {
    this.onclose?.({ code });
  }
}

let online = true;
beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
  online = true;
  vi.stubGlobal('WebSocket', Socket);
  vi.spyOn(navigator, 'onLine', 'get').mockImplementation(() => online);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function connection(why: Awaited<ReturnType<LivePort['refused']>> = 'retry') {
  const port = {
    address: (cursor: string | null) => `ws://x/${cursor ?? 'none'}`,
    event: vi.fn(),
    state: vi.fn(),
    refused: vi.fn(async () => why),
  };
  const live = new LiveConnection(port);
  live.start('c0');
  return { live, port, states: () => port.state.mock.calls.map(([state]) => state) };
}
const newest = () => Socket.all[Socket.all.length - 1]!;
function ready(socket = newest()) {
  socket.onopen?.();
  socket.says({ type: 'ready', cursor: 'c1' });
}

test('waiting grows, is bounded, and is never the same for all', () => {
  expect(retryAfter(0, () => 0)).toBe(250);
  expect(retryAfter(0, () => 1)).toBe(500);
  expect(retryAfter(3, () => 1)).toBe(4000);
  expect(retryAfter(50, () => 1)).toBe(30_000);
  expect(retryAfter(50, () => 0)).toBe(15_000);
});

test('it catches up, is live, and comes back with the last cursor', async () => {
  const { port, states } = connection();
  expect(newest().address).toBe('ws://x/c0');
  ready();
  newest().says({ type: 'message', cursor: 'c2' });
  newest().says({ type: 'read' });
  expect(states()).toEqual(['connecting', 'catching_up', 'live']);
  newest().closes(1006);
  await vi.advanceTimersByTimeAsync(500);
  expect(newest().address).toBe('ws://x/c2');
  expect(port.event).toHaveBeenCalledTimes(3);
  expect(port.refused).not.toHaveBeenCalled();
});

test('1013 brings it back soon, and again slower when nothing was told', async () => {
  const { port } = connection();
  ready();
  newest().closes(1013);
  await vi.advanceTimersByTimeAsync(500);
  expect(Socket.all).toHaveLength(2);
  newest().onopen?.();
  for (let turn = 0; turn < 6; ++turn) {
    newest().closes(1013);
    await vi.advanceTimersByTimeAsync(30_000);
    newest().onopen?.();
  }
  newest().closes(1013);
  await vi.advanceTimersByTimeAsync(5000);
  expect(Socket.all).toHaveLength(8);
  expect(port.refused).not.toHaveBeenCalled();
});

test('1008: the session is looked at; it may be over', async () => {
  const { port, states } = connection('gone');
  ready();
  newest().closes(1008);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(port.refused).toHaveBeenCalledTimes(1);
  expect(Socket.all).toHaveLength(1);
  expect(states().pop()).toBe('stopped');
});

test('a refused upgrade is looked into, and may end in a start without the cursor', async () => {
  connection('start_over');
  newest().closes(1006);
  await vi.advanceTimersByTimeAsync(1000);
  expect(newest().address).toBe('ws://x/none');
});

test('offline it waits for the network and does not knock', async () => {
  const { live, states } = connection();
  ready();
  online = false;
  live.offline();
  expect(Socket.all[0]!.close).toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(Socket.all).toHaveLength(1);
  expect(states().pop()).toBe('offline');
  online = true;
  live.online();
  expect(Socket.all).toHaveLength(2);
  expect(newest().address).toBe('ws://x/c1');
});

test('whoever comes back to the page need not wait, and a long sleep is not trusted', async () => {
  const { live } = connection();
  ready();
  newest().closes(1006);
  live.visible(true);
  expect(Socket.all).toHaveLength(2);
  ready();
  live.visible(false);
  vi.advanceTimersByTime(5000);
  live.visible(true);
  expect(Socket.all).toHaveLength(2);
  live.visible(false);
  vi.advanceTimersByTime(3_600_000);
  live.visible(true);
  expect(Socket.all).toHaveLength(3);
});

test('a stopped connection stays away, whatever was under way', async () => {
  const { live, port } = connection();
  let answer!: (why: 'retry') => void;
  port.refused.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  newest().closes(1006);
  live.stop();
  answer('retry');
  await vi.advanceTimersByTimeAsync(60_000);
  live.online();
  expect(Socket.all).toHaveLength(1);
});

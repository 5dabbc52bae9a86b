import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { onScreen, READ_AFTER_MS, ReadQueue, ReadTracker } from './reads';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('half of the message, or half of the window, is on the screen', () => {
  expect(onScreen(0.5, 40, 800)).toBe(true);
  expect(onScreen(0.49, 40, 800)).toBe(false);
  expect(onScreen(0.1, 400, 800)).toBe(true);
  expect(onScreen(0, 0, 0)).toBe(false);
});

describe('ReadTracker', () => {
  function watching() {
    const read = vi.fn();
    const tracker = new ReadTracker(read, () => Date.now());
    tracker.setActive(true);
    return { read, tracker };
  }

  test('a second on end, not the sum of glances', () => {
    const { read, tracker } = watching();
    tracker.see('a', true);
    vi.advanceTimersByTime(900);
    tracker.see('a', false);
    tracker.see('a', true);
    vi.advanceTimersByTime(900);
    expect(read).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(read).toHaveBeenCalledExactlyOnceWith(['a']);
  });

  test('each message has its own second, and is told once', () => {
    const { read, tracker } = watching();
    tracker.see('a', true);
    vi.advanceTimersByTime(600);
    tracker.see('b', true);
    tracker.see('a', true);
    vi.advanceTimersByTime(5000);
    expect(read.mock.calls).toEqual([[['a']], [['b']]]);
  });

  test('nobody looks: nothing is read, and the second begins anew after', () => {
    const { read, tracker } = watching();
    tracker.see('a', true);
    vi.advanceTimersByTime(900);
    tracker.setActive(false);
    vi.advanceTimersByTime(60_000);
    expect(read).not.toHaveBeenCalled();
    tracker.setActive(true);
    vi.advanceTimersByTime(READ_AFTER_MS - 1);
    expect(read).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(read).toHaveBeenCalledWith(['a']);
  });
});

describe('ReadQueue', () => {
  function queue(send: (ids: string[]) => Promise<void>) {
    const taken = vi.fn();
    return { taken, reads: new ReadQueue({ send, taken, retryAfter: (n) => n * 1000 }, 300) };
  }

  test('what gathers goes in one call', async () => {
    const send = vi.fn(async () => {});
    const { reads, taken } = queue(send);
    reads.add(['a']);
    await vi.advanceTimersByTimeAsync(200);
    reads.add(['b', 'a']);
    await vi.advanceTimersByTimeAsync(100);
    expect(send).toHaveBeenCalledExactlyOnceWith(['a', 'b']);
    expect(taken).toHaveBeenCalledWith(['a', 'b']);
    expect(reads.waiting.size).toBe(0);
  });

  test('a failure keeps them, and they are tried again, later each time', async () => {
    const send = vi
      .fn<(ids: string[]) => Promise<void>>()
      .mockRejectedValueOnce(new Error())
      .mockRejectedValueOnce(new Error())
      .mockResolvedValue();
    const { reads, taken } = queue(send);
    reads.add(['a']);
    await vi.advanceTimersByTimeAsync(300);
    expect(reads.waiting).toEqual(new Set(['a']));
    await vi.advanceTimersByTimeAsync(1000);
    expect(send).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1999);
    expect(send).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(taken).toHaveBeenCalledWith(['a']);
  });

  test('back online they go at once', async () => {
    const send = vi.fn<(ids: string[]) => Promise<void>>().mockRejectedValueOnce(new Error());
    const { reads } = queue(send);
    reads.add(['a']);
    await vi.advanceTimersByTimeAsync(300);
    send.mockResolvedValue();
    await reads.flush();
    expect(reads.waiting.size).toBe(0);
  });

  test('what was read during a call goes with the next, and no call is too large', async () => {
    const sizes: number[] = [];
    const { reads } = queue(async (ids) => void sizes.push(ids.length));
    reads.add(Array.from({ length: 2500 }, (_, i) => `bm-${i}`));
    await vi.advanceTimersByTimeAsync(2000);
    expect(sizes).toEqual([1000, 1000, 500]);
  });
});

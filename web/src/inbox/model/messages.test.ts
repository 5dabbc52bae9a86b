import { describe, expect, test } from 'vitest';

import { filtered } from './filter';
import { Messages, type LiveEvent, type Page } from './messages';

const T0 = Date.parse('2026-01-05T08:00:00.000Z');
const at = (n: number) => new Date(T0 + n * 1000).toISOString();
const app = { app_id: 'cli_demo', name: 'HR' };
const content: Page['messages'][number]['content'] = {};

// Message n was sent at second n.
const message = (n: number, read = false): Page['messages'][number] => ({
  message_id: `om_${n}`,
  batch_id: `bm-${n}`,
  app,
  msg_type: 'text',
  content,
  sent_at: at(n),
  read_at: read ? at(n + 1) : null,
});
const page = (numbers: number[], next: string | null = null, unread = 0): Page => ({
  messages: numbers.map((n) => message(n)),
  next,
  cursor: 'c',
  unread,
});
const arrival = (n: number): LiveEvent => ({
  type: 'message',
  cursor: `c${n}`,
  batch_id: `bm-${n}`,
  app,
  msg_type: 'text',
  content,
  sent_at: at(n),
});
const recall = (n: number): LiveEvent => ({ type: 'recall', cursor: 'r', batch_id: `bm-${n}` });
const ids = (messages: Messages) => messages.order.map((item) => Number(item.batch_id.slice(3)));

function opened(...numbers: number[]): Messages {
  const messages = new Messages();
  messages.merge(page(numbers), 'top');
  return messages;
}

describe('pages', () => {
  test('older pages go below, and the end is known', () => {
    const messages = new Messages();
    messages.merge(page([9, 8, 7], 'n1'), 'top');
    expect(messages.verifiedCount).toBe(3);
    messages.merge(page([6, 5], null), 'verified');
    expect(ids(messages)).toEqual([9, 8, 7, 6, 5]);
    expect(messages.complete).toBe(true);
    expect(messages.verifiedCount).toBe(5);
  });

  test('what the device kept and the server has no more is removed, page by page', () => {
    const first = opened(9, 8, 7, 6, 5, 4);
    const kept = first.order.map((item) => ({ ...item }));
    const messages = new Messages();
    messages.restore(kept);
    const top = messages.merge(page([9, 7], 'n1'), 'top');
    expect(top.overlaps).toBe(true);
    expect(top.gone).toEqual(['bm-8']);
    expect(ids(messages)).toEqual([9, 7, 6, 5, 4]);
    expect(messages.verifiedCount).toBe(2);
    const next = messages.merge(page([6, 4], null), 'verified');
    expect(next.gone).toEqual(['bm-5']);
    expect(ids(messages)).toEqual([9, 7, 6, 4]);
  });

  test('a page that does not reach what was kept leaves a gap, so that goes', () => {
    const messages = new Messages();
    messages.restore(opened(3, 2, 1).order);
    expect(messages.merge(page([9, 8], 'n1'), 'top').overlaps).toBe(false);
    messages.keepVerified();
    expect(ids(messages)).toEqual([9, 8]);
  });

  test('messages of one moment stay in the order of the page, whatever was kept', () => {
    const same = (n: number) => ({ ...message(5), batch_id: `bm-${n}`, message_id: `om_${n}` });
    const messages = new Messages();
    messages.merge({ ...page([]), messages: [same(3), same(1), same(2)] }, 'top');
    expect(ids(messages)).toEqual([3, 1, 2]);
    messages.doubt();
    messages.merge({ ...page([]), messages: [same(1), same(2), same(3)] }, 'top');
    expect(ids(messages)).toEqual([1, 2, 3]);
  });

  test('a page that was made before a recall or a read does not undo it', () => {
    const messages = new Messages();
    messages.apply([recall(8), { type: 'read', batch_ids: ['bm-9'] }]);
    messages.merge(page([9, 8, 7]), 'top');
    expect(ids(messages)).toEqual([9, 7]);
    expect(messages.get('bm-9')!.read_at).not.toBeNull();
  });
});

describe('live', () => {
  test('arrivals go on top in their order, once, and count as unread', () => {
    const messages = opened(2, 1);
    const change = messages.apply([arrival(3), arrival(4), arrival(3), arrival(2)]);
    expect(ids(messages)).toEqual([4, 3, 2, 1]);
    expect(change.arrived).toBe(2);
    expect(change.put.map((item) => item.batch_id)).toEqual(['bm-3', 'bm-4']);
    expect(messages.unread).toBe(2);
  });

  test('what was missed long ago finds its place among what a page brought', () => {
    const messages = opened(9, 8, 2, 1);
    messages.apply([arrival(5), arrival(10)]);
    expect(ids(messages)).toEqual([10, 9, 8, 5, 2, 1]);
  });

  test('a page does not remove what came live and it does not know yet', () => {
    const messages = opened(2, 1);
    messages.doubt();
    messages.apply([arrival(3)]);
    messages.merge(page([2, 1]), 'top');
    expect(ids(messages)).toEqual([3, 2, 1]);
  });

  test('a recall removes the message and its part of the unread, also within one frame', () => {
    const messages = opened(2, 1);
    messages.unread = 2;
    const change = messages.apply([arrival(3), recall(3), recall(1)]);
    expect(ids(messages)).toEqual([2]);
    expect(change).toMatchObject({ put: [], gone: ['bm-3', 'bm-1'], arrived: 0, uncertain: false });
    expect(messages.unread).toBe(1);
    messages.apply([arrival(1)]);
    expect(ids(messages)).toEqual([2]);
  });

  test('a recall or a read of what is not loaded makes the count uncertain', () => {
    expect(opened(2).apply([recall(1)]).uncertain).toBe(true);
    expect(opened(2).apply([{ type: 'read', batch_ids: ['bm-1'] }]).uncertain).toBe(true);
    expect(opened(2).apply([{ type: 'read', batch_ids: ['bm-2'] }]).uncertain).toBe(false);
  });

  test('reading counts once, wherever it was done', () => {
    const messages = opened(2, 1);
    messages.unread = 2;
    expect(messages.markRead('bm-2', at(5))).toBeDefined();
    messages.apply([{ type: 'read', batch_ids: ['bm-2', 'bm-1'] }]);
    expect(messages.unread).toBe(0);
    expect(messages.markRead('bm-1', at(6))).toBeUndefined();
  });

  test('10,000 arrivals are applied in far less than a frame each hundred', () => {
    const messages = opened();
    const begin = performance.now();
    for (let n = 0; n < 10_000; n += 100) {
      messages.apply(Array.from({ length: 100 }, (_, i) => arrival(n + i)));
    }
    expect(messages.order).toHaveLength(10_000);
    expect((performance.now() - begin) / 100).toBeLessThan(16);
  });
});

test('a filter for the unread keeps what was read since it was chosen', () => {
  const messages = opened(3, 2, 1);
  messages.markRead('bm-3', at(10));
  const since = at(20);
  const shown = () =>
    filtered(messages.order, { kind: 'unread', since }).map((item) => item.batch_id);
  expect(shown()).toEqual(['bm-2', 'bm-1']);
  messages.markRead('bm-2', at(21));
  expect(shown()).toEqual(['bm-2', 'bm-1']);
  expect(filtered(messages.order, { kind: 'app', appId: 'cli_other' })).toEqual([]);
});

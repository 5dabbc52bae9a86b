import { afterEach, expect, test, vi } from 'vitest';

import { noticeOf } from './notice';

afterEach(() => vi.unstubAllGlobals());

const knock = { type: 'message', batch_id: 'bm-1', app: { app_id: 'a', name: 'HR' } } as const;
const inbox = (...ids: string[]) =>
  vi.stubGlobal('fetch', async () =>
    Response.json({
      messages: ids.map((batch_id) => ({ batch_id, msg_type: 'text', content: { text: 'Lunch' } })),
    }),
  );

test('the words come from the inbox', async () => {
  inbox('bm-2', 'bm-1');
  expect(await noticeOf(knock, ['en'])).toEqual({ title: 'HR', body: 'Lunch', tag: 'bm-1' });
});

test('a recalled message has none, nor has one that cannot be asked for', async () => {
  inbox('bm-2');
  expect(await noticeOf(knock, ['zh-CN'])).toMatchObject({ title: 'HR', body: '新消息' });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError()));
  expect(await noticeOf({}, ['en'])).toMatchObject({ title: 'Carillon', body: 'New message' });
});

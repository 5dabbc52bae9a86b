import { expect, test } from 'vitest';

import { edit, emptyDraft } from '../compose/draft';
import { actionsOf, isSettled, settled } from './batch_state';
import { joinCsv } from './csv';
import { formats } from './format';
import { newKey } from './key';
import { may } from './roles';

test('pages of a CSV become one file with one head', () => {
  expect(joinCsv(['a,b\r\n1,2\r\n', 'a,b\r\n3,4\r\n'])).toBe('\uFEFFa,b\r\n1,2\r\n3,4\r\n');
  expect(joinCsv(['a\n1'])).toBe('\uFEFFa\n1\r\n');
  expect(joinCsv(['\uFEFFa\n', 'a\n'])).toBe('\uFEFFa\n');
});

test('each role may do what those before it may', () => {
  expect(may('viewer', 'sender')).toBe(false);
  expect(may('sender', 'viewer')).toBe(true);
  expect(may('admin', 'sender')).toBe(true);
  expect(may(null, 'viewer')).toBe(false);
});

test('only what the state allows is offered', () => {
  const batch = { delivered: 5, unread: 5 };
  expect(actionsOf({ ...batch, state: 'sending' })).toContain('pause');
  expect(actionsOf({ ...batch, state: 'paused' })).toContain('resume');
  expect(actionsOf({ ...batch, state: 'sent' })).toEqual(['remind', 'recall']);
  expect(actionsOf({ ...batch, unread: 0, state: 'sent' })).toEqual(['recall']);
  expect(actionsOf({ ...batch, state: 'recalled' })).toEqual([]);
  expect(actionsOf({ delivered: 0, unread: 0, state: 'canceled' })).toEqual([]);
  expect(isSettled('recalling')).toBe(false);
  expect(settled({ valid: 10, pending: 4 })).toBe(6);
});

test('a hundred per cent is said only when it is true', () => {
  const { percent, span, number } = formats('en');
  expect(percent(999_999, 1_000_000)).toBe('99.9%');
  expect(percent(5, 5)).toBe('100%');
  expect(percent(0, 0)).toBe('–');
  expect(percent(null, 5)).toBe('–');
  expect(number(1234567)).toBe('1,234,567');
  expect(span(59.2)).toMatch(/^1m 0s$|^60s$/u);
  expect(span(3725)).toBe('1h 2m');
  expect(span(null)).toBe('–');
});

test('keys are unlike each other and fit the header', () => {
  const keys = new Set(Array.from({ length: 100 }, newKey));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/u);
});

test('what was written of one type stays while another is looked at', () => {
  let draft = edit(emptyDraft(), { type: 'model', msgType: 'text', model: { text: 'Hello' } });
  draft = edit(draft, { type: 'msg_type', msgType: 'markdown' });
  draft = edit(draft, { type: 'msg_type', msgType: 'text' });
  expect(draft.models.text.text).toBe('Hello');
  expect(edit({ ...draft, appId: 'a' }, { type: 'clear' }).appId).toBe('a');
});

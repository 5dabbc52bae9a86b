import { expect, test } from 'vitest';

import { dayName, dayNumber, sameDay } from './times';

const local = (y: number, m: number, d: number, h = 12) => new Date(y, m - 1, d, h).toISOString();
const words = { today: 'Today', yesterday: 'Yesterday' };
const now = dayNumber(new Date(2026, 2, 30, 1)); // an hour into the day, as clocks change

test('days are those of the reader, not of 24 hours', () => {
  expect(dayName('en', local(2026, 3, 30, 0), words, now)).toBe('Today');
  expect(dayName('en', local(2026, 3, 29, 23), words, now)).toBe('Yesterday');
  expect(dayName('en', local(2026, 3, 29, 0), words, now)).toBe('Yesterday');
  expect(dayName('en', local(2026, 3, 28), words, now)).toBe('Saturday, March 28');
  expect(dayName('zh-CN', local(2025, 12, 31), words, now)).toBe('2025年12月31日星期三');
  expect(sameDay(local(2026, 3, 29, 0), local(2026, 3, 29, 23))).toBe(true);
  expect(sameDay(local(2026, 3, 29, 23), local(2026, 3, 30, 0))).toBe(false);
});

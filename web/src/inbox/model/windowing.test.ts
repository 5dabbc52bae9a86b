import { expect, test } from 'vitest';

import { Offsets } from './windowing';

function of(...heights: number[]): Offsets {
  const offsets = new Offsets();
  offsets.rebuild(heights, (height) => height);
  return offsets;
}

test('starts are sums of what lies above', () => {
  const offsets = of(10, 20, 30);
  expect([0, 1, 2, 3].map((i) => offsets.start(i))).toEqual([0, 10, 30, 60]);
  expect(offsets.total).toBe(60);
  expect(offsets.start(-5)).toBe(0);
  expect(offsets.start(99)).toBe(60);
});

test('the row at a height, and the nearest one outside', () => {
  const offsets = of(10, 20, 30);
  expect([-5, 0, 9.9, 10, 29, 30, 59, 60, 999].map((y) => offsets.at(y))).toEqual([
    0, 0, 0, 1, 1, 2, 2, 2, 2,
  ]);
});

test('the window is covered with its margins, and never more than that', () => {
  const offsets = of(...Array.from({ length: 1000 }, () => 50));
  expect(offsets.range(1000, 500, 100)).toEqual({ from: 18, to: 33 });
  expect(offsets.range(0, 500, 100)).toEqual({ from: 0, to: 13 });
  expect(offsets.range(49_600, 500, 100).to).toBe(1000);
});

test('an empty list has no rows, also after it had some', () => {
  const offsets = of(10, 20);
  offsets.rebuild([], () => 1);
  expect(offsets.range(0, 500, 100)).toEqual({ from: 0, to: 0 });
  expect(offsets.total).toBe(0);
});

test('10,000 rows are summed in a small part of a frame', () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => i % 300);
  const offsets = new Offsets();
  const begin = performance.now();
  for (let i = 0; i < 100; ++i) offsets.rebuild(rows, (row) => row);
  expect((performance.now() - begin) / 100).toBeLessThan(4);
});

import { expect, test } from 'vitest';

import { append, eta, interpolate, points, rate, type Sample } from './rate';

const steady = (perSecond: number, seconds: number): Sample[] =>
  Array.from({ length: seconds * 2 + 1 }, (_, n) => ({ at: n * 500, done: (n * perSecond) / 2 }));

test('a steady batch has its own rate, and the time left follows from it', () => {
  const perSecond = rate(steady(100, 20), 20_000);
  expect(perSecond).toBeCloseTo(100);
  expect(eta(500, perSecond)).toBeCloseTo(5);
});

test('the rate falls while nothing happens, and no time left is made up', () => {
  const curve = steady(100, 10);
  expect(rate(curve, 12_500)!).toBeLessThan(60);
  expect(rate(curve, 30_000)).toBe(0);
  expect(eta(500, 0)).toBeNull();
  expect(eta(500, null)).toBeNull();
  expect(eta(0, null)).toBe(0);
});

test('one sample says nothing about speed', () => {
  expect(rate([], 1_000)).toBeNull();
  expect(rate([{ at: 1_000, done: 5 }], 1_000)).toBeNull();
});

test('a curve never grows beyond what a screen shows, and keeps both ends', () => {
  let curve: Sample[] = [];
  for (let n = 0; n <= 100_000; ++n) curve = append(curve, { at: n, done: n });
  expect(curve.length).toBeLessThanOrEqual(240);
  expect(curve[0]).toEqual({ at: 0, done: 0 });
  expect(curve.at(-1)).toEqual({ at: 100_000, done: 100_000 });
});

test('two samples of one instant are one, and an older one is passed over', () => {
  const curve = append(append([], { at: 5, done: 1 }), { at: 5, done: 2 });
  expect(curve).toEqual([{ at: 5, done: 2 }]);
  expect(append(curve, { at: 4, done: 9 })).toEqual(curve);
});

test('between two samples the way is straight', () => {
  const curve = [
    { at: 0, done: 0 },
    { at: 10, done: 100 },
  ];
  expect(interpolate(curve, 5)).toBe(50);
  expect(interpolate(curve, 99)).toBe(100);
});

test('points begin at the left below and end at the right, at the share that is done', () => {
  const curve = [
    { at: 0, done: 0 },
    { at: 10, done: 50 },
  ];
  expect(points(curve, 100, 200, 40)).toBe('0.0,40.0 200.0,20.0');
  expect(points([], 100, 200, 40)).toBe('');
});

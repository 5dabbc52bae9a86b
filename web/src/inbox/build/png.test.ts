import { inflateSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { png } from './png';

const SQUARE = 'M2 2 L6 2 L6 6 L2 6 Z';

test('a drawing becomes pixels', () => {
  const bytes = png({ path: SQUARE, size: 8, ground: '#102030', ink: '#ffffff' }, 8);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([8, 8]);
  const length = bytes.readUInt32BE(33);
  const raw = inflateSync(bytes.subarray(41, 41 + length));
  const pixel = (x: number, y: number) => [...raw.subarray(y * 25 + 1 + x * 3).subarray(0, 3)];
  expect(pixel(0, 0)).toEqual([0x10, 0x20, 0x30]);
  expect(pixel(4, 4)).toEqual([255, 255, 255]);
  expect(pixel(6, 4)).toEqual([0x10, 0x20, 0x30]);
});

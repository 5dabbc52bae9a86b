import { expect, test } from 'vitest';

import {
  add,
  has,
  isEmpty,
  nobody,
  parseIds,
  remove,
  toggle,
  toRequest,
  type Chip,
} from './audience';

const sales: Chip = { kind: 'department', id: 'sales', name: 'Sales' };
const li: Chip = { kind: 'user', id: 'li', name: 'Li Lei' };

test('somebody is picked once, whoever names them again', () => {
  const audience = add(add(add(nobody, sales), li), { ...sales, name: 'renamed' });
  expect(audience.chips).toEqual([sales, li]);
  expect(toRequest(audience)).toEqual({
    everyone: false,
    department_ids: ['sales'],
    user_ids: ['li'],
  });
});

test('a department and a person of one id are two', () => {
  const audience = add(add(nobody, sales), { kind: 'user', id: 'sales', name: 'Sal Es' });
  expect(has(remove(audience, sales), 'user', 'sales')).toBe(true);
  expect(has(remove(audience, sales), 'department', 'sales')).toBe(false);
});

test('toggling twice changes nothing', () => {
  expect(toggle(toggle(nobody, li), li)).toEqual(nobody);
  expect(isEmpty(nobody)).toBe(true);
});

test('everyone makes the chips meaningless, but does not forget them', () => {
  const audience = { ...add(nobody, li), everyone: true };
  expect(toRequest(audience)).toEqual({ everyone: true, department_ids: [], user_ids: [] });
  expect(isEmpty({ ...nobody, everyone: true })).toBe(false);
  expect(audience.chips).toHaveLength(1);
});

test('pasted ids may stand in lines, with commas, blanks, and twice', () => {
  expect(parseIds(' u1, u2;u3\n\nu1，u4\tu5 ')).toEqual(['u1', 'u2', 'u3', 'u4', 'u5']);
  expect(parseIds('  ')).toEqual([]);
});

import { expect, test } from 'vitest';

import { check, kTemplates, placeOfFault } from './card';

test('every template is a card', () => {
  for (const card of Object.values(kTemplates))
    expect(check(JSON.stringify(card))).toMatchObject({ ok: true });
});

test('a fault has the place where it is', () => {
  expect(check('{\n  "elements": [],\n  oops\n}')).toEqual({
    ok: false,
    problem: 'json',
    line: 3,
    column: 3,
  });
  expect(placeOfFault('{"a": 1,}')).toEqual({ line: 1, column: 9 });
  expect(placeOfFault('{"a": "x\n"}')).toEqual({ line: 1, column: 9 });
  expect(placeOfFault('[1, 2')).toEqual({ line: 1, column: 6 });
  expect(placeOfFault('{"a": tru}')).toEqual({ line: 1, column: 10 });
  expect(placeOfFault('{} x')).toEqual({ line: 1, column: 4 });
  expect(placeOfFault('"\\q"')).toEqual({ line: 1, column: 3 });
});

test('our reader and the engine agree on what is JSON', () => {
  const texts = [
    '{}',
    '[]',
    '0',
    '-1.5e+3',
    '"\\u00e9\\n"',
    'true',
    'null',
    ' [1 , {"a":[]} ] ',
    '01',
    '1.',
    '+1',
    "{'a':1}",
    '{"a"}',
    '[,]',
    '"\t"',
    '{"a":1 "b":2}',
    '',
    'nul',
    '1e',
  ];
  for (const text of texts) {
    let good = true;
    try {
      JSON.parse(text);
    } catch {
      good = false;
    }
    const { line, column } = placeOfFault(text);
    const end = line === 1 && column === text.length + 1;
    if (good) expect(end, text).toBe(true);
    else expect(check(text), text).toMatchObject({ ok: false, problem: 'json' });
  }
});

test('JSON that is no card is said to be none', () => {
  expect(check('[]')).toEqual({ ok: false, problem: 'object' });
  expect(check('{"config":{}}')).toEqual({ ok: false, problem: 'shape' });
  expect(check('{"type":"template","data":{"template_id":"x"}}')).toMatchObject({ ok: true });
  const long = JSON.stringify({ elements: ['x'.repeat(31 * 1024)] });
  expect(check(long)).toEqual({ ok: false, problem: 'size' });
});

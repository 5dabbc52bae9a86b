import { expect, test } from 'vitest';

import { texts } from './texts';

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
}
const variables = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

test('both languages say the same things, with the same values in them', () => {
  const english = new Map(flat(texts.en).filter(([key]) => !key.endsWith('_one')));
  const chinese = new Map(flat(texts['zh-CN']));
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, text] of chinese) {
    expect(variables(text), key).toEqual(variables(english.get(key)!));
    expect(text, key).not.toBe('');
  }
});

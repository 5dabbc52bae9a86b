// No page asks for a text that is not there, and no text is there that no page asks for.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { en } from './en';
import { zh } from './zh';

const flat = (texts: object, before = ''): string[] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : flat(value as object, `${before}${key}.`),
  );
const keys = flat(en).map((key) => key.replace(/_(one|other)$/u, ''));

const root = join(process.cwd(), 'src/console');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/u.test(name) && !/\.test\.|^i18n/u.test(name))
  .map((name) => readFileSync(join(root, name), 'utf8'))
  .join('\n');
const groups = Object.keys(en).join('|');
const quoted = [...sources.matchAll(new RegExp(`'((?:${groups})\\.[a-zA-Z_]+)'`, 'gu'))].map(
  (found) => found[1]!,
);
// `state.${x}`: any key of that beginning
const composed = [
  ...sources.matchAll(new RegExp('`((?:' + groups + ')\\.[a-z_]*)\\$\\{[^}]+\\}([a-z_]*)`', 'gu')),
].map((found) => new RegExp(`^${found[1]!.replace('.', '\\.')}\\w+${found[2]}$`, 'u'));

test('every text that a page asks for is there', () => {
  expect(quoted.length).toBeGreaterThan(300);
  expect(quoted.filter((key) => !keys.includes(key))).toEqual([]);
  expect(composed.filter((pattern) => !keys.some((key) => pattern.test(key)))).toEqual([]);
});

test('every text that is there is asked for', () => {
  const unused = keys.filter(
    (key) => !quoted.includes(key) && !composed.some((pattern) => pattern.test(key)),
  );
  expect(unused).toEqual([]);
});

test('both languages fill in the same values', () => {
  const values = (text: string) =>
    [...text.matchAll(/\{\{(\w+)/gu)].map((found) => found[1]).sort();
  const at = (texts: object, key: string) =>
    key
      .split('.')
      .reduce((value, part) => (value as Record<string, unknown>)[part] as object, texts);
  for (const key of flat(zh)) {
    const [mine, theirs] = [at(en, key), at(zh, key)] as unknown as [string, string];
    expect([...new Set(values(theirs))], key).toEqual([...new Set(values(mine))]);
  }
});

import { expect, test } from 'vitest';

import {
  emptyVersion,
  insert,
  moveParagraph,
  problems,
  removeElement,
  replace,
  toContent,
} from './post';

test('what the editor needs does not go out: empty texts and lines at both ends', () => {
  const version = {
    title: '',
    content: [
      [{ tag: 'text' as const, text: '' }],
      [{ tag: 'text' as const, text: 'Hello' }],
      [],
      [{ tag: 'text' as const, text: 'again' }],
      [{ tag: 'text' as const, text: '' }],
    ],
  };
  expect(toContent({ zh_cn: version })).toEqual({
    post: {
      zh_cn: { content: [[{ tag: 'text', text: 'Hello' }], [], [{ tag: 'text', text: 'again' }]] },
    },
  });
});

test('an image stands alone in its paragraph', () => {
  const version = insert(emptyVersion(), 0, { tag: 'img', image_key: 'img_1' });
  expect(version.content.map((line) => line.map((one) => one.tag))).toEqual([['text'], ['img']]);
  const more = insert(version, 1, { tag: 'text', text: 'x' });
  expect(more.content[1]).toEqual([{ tag: 'img', image_key: 'img_1' }]);
  expect(more.content[2]).toEqual([{ tag: 'text', text: 'x' }]);
});

test('what is missing is told with its place', () => {
  expect(problems({})).toEqual([{ kind: 'no_locale' }]);
  expect(problems({ en_us: emptyVersion() })).toEqual([{ kind: 'empty', locale: 'en_us' }]);
  const link = { tag: 'a' as const, text: 'here', href: 'javascript:alert(1)' };
  expect(problems({ zh_cn: { title: 'T', content: [[link]] } })).toEqual([
    { kind: 'field', locale: 'zh_cn', paragraph: 0, field: 'href' },
  ]);
  expect(problems({ zh_cn: { title: 'Only a title', content: [] } })).toEqual([]);
});

test('a paragraph goes with its last element, and moves within bounds', () => {
  const version = {
    title: '',
    content: [[{ tag: 'text' as const, text: 'a' }], [{ tag: 'text' as const, text: 'b' }]],
  };
  expect(removeElement(version, 0, 0).content).toEqual([[{ tag: 'text', text: 'b' }]]);
  expect(moveParagraph(version, 0, 1).content[0]).toEqual([{ tag: 'text', text: 'b' }]);
  expect(moveParagraph(version, 0, -1)).toBe(version);
  expect(replace(version, 1, 0, { tag: 'text', text: 'c' }).content[1]).toEqual([
    { tag: 'text', text: 'c' },
  ]);
});

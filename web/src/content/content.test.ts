import { describe, expect, test } from 'vitest';

import { contentTexts, summarize } from '.';
import { parseCard } from './card';
import { beginningOf } from './extent';
import { samples } from './gallery/samples';
import { linkTo, pictureOf, plainInlines, safeHref } from './links';
import { parseText } from './mentions';
import type { Block } from './model';
import { nodesOf, parseMessage, picturesOf } from './parse';
import { parsePost } from './post';
import { clean, localized, visibleStrings } from './read';
import { toneOf } from './tones';

describe('links', () => {
  test.each([
    ['https://x.example/a?b=1#c', 'https://x.example/a?b=1#c'],
    ['HTTP://X.example', 'http://x.example/'],
    ['mailto:li@x.example', 'mailto:li@x.example'],
    ['tel:+861012345678', 'tel:+861012345678'],
    [' https://x.example ', 'https://x.example/'],
    ['https://b\u00fccher.example', 'https://xn--bcher-kva.example/'],
    [
      'dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fx.example%2Fa&pc_slide=true',
      'https://x.example/a',
    ],
  ])('%s may be followed', (written, href) => {
    expect(safeHref(written)).toBe(href);
  });

  test.each([
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///x',
    'blob:https://x.example/1',
    '//x.example',
    'x.example',
    '/inbox',
    '',
    'https://',
    'https://bank.example@evil.example/',
    'lark://client',
    'dingtalk://x',
    'dingtalk://dingtalkclient/page/link?url=javascript%3Aalert(1)',
    `https://x.example/${'a'.repeat(5000)}`,
    null,
    7,
    {},
  ])('%j may not', (written) => {
    expect(safeHref(written)).toBeNull();
  });

  test('a link that looks like another one says where it leads', () => {
    const shown = (text: string): unknown =>
      JSON.stringify(linkTo('https://evil.example/x', plainInlines(text), text)).includes(
        '(evil.example)',
      );
    expect(shown('https://bank.example/login')).toBe(true);
    expect(shown('bank.example')).toBe(true);
    expect(shown('www.evil.example')).toBe(false);
    expect(shown('https://еvil.example')).toBe(true); // a Cyrillic е
    expect(shown('click here')).toBe(false);
    expect(shown('请看 v2.0')).toBe(false);
  });

  test('only a name can be a picture of ours', () => {
    expect(pictureOf('img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj').key).not.toBeNull();
    expect(pictureOf('@lADOADmaWMzazQKA').key).toBe('@lADOADmaWMzazQKA');
    expect(pictureOf('https://x.example/a.png')).toMatchObject({
      key: null,
      remote: 'https://x.example/a.png',
    });
    for (const name of [
      '../../x',
      '//x.example/a',
      'javascript:x',
      'a b',
      '',
      '/x',
      'x?y',
      'x#y',
      'a'.repeat(300),
    ]) {
      expect(pictureOf(name).key, name).toBeNull();
    }
  });
});

describe('text', () => {
  test('mentions and addresses in it', () => {
    expect(
      parseText('<at user_id="ou_1">Li</at>, see https://x.example.\n<at user_id=\'all\'></at>!'),
    ).toEqual([
      { kind: 'mention', id: 'ou_1', name: 'Li', all: false },
      { kind: 'text', text: ', see ' },
      {
        kind: 'link',
        href: 'https://x.example/',
        children: [{ kind: 'text', text: 'https://x.example' }],
      },
      { kind: 'text', text: '.' },
      { kind: 'break' },
      { kind: 'mention', id: 'all', name: '', all: true },
      { kind: 'text', text: '!' },
    ]);
  });

  test('everything else is what it is', () => {
    expect(parseText('<at> <b>x</b> **y** <at')).toEqual([
      { kind: 'text', text: '<at> <b>x</b> **y** <at' },
    ]);
  });

  test('what could turn or hide the page is taken out, writing of any script stays', () => {
    expect(clean('a\u202eb\u2066c\u200fd\u0000e\ufefff\ud800g')).toBe('abcdefg');
    expect(clean('مرحبا שלום 你好 👨‍👩‍👧 é')).toBe('مرحبا שלום 你好 👨‍👩‍👧 é');
    expect([...clean(`z${'\u0301'.repeat(500)}`)].length).toBe(7);
    expect(clean('a\r\nb\rc')).toBe('a\nb\nc');
  });
});

describe('post', () => {
  const post = {
    post: {
      zh_cn: { title: '你好', content: [[{ tag: 'text', text: 'zh' }]] },
      en_us: {
        title: 'Hi',
        content: [[{ tag: 'text', text: 'one' }], [], [{ tag: 'text', text: 'three' }]],
      },
    },
  };

  test.each([
    ['zh-CN', '你好'],
    ['zh-TW', '你好'],
    ['en', 'Hi'],
    ['en-GB', 'Hi'],
    ['fr', 'Hi'],
  ])('in %s', (locale, title) => {
    expect(summarize('post', post, { locale })).toContain(title);
  });

  test('in whatever language it has', () => {
    expect(
      summarize(
        'post',
        { post: { ja_jp: { content: [[{ tag: 'text', text: 'です' }]] } } },
        { locale: 'zh-CN' },
      ),
    ).toBe('です');
    expect(summarize('post', { title: 'x', content: [[{ tag: 'text', text: 'flat' }]] })).toBe(
      'x flat',
    );
    expect(localized({}, 'en')).toBeUndefined();
  });

  test('its lines make one paragraph, blank ones too', () => {
    const [, lines] = parsePost(post, 'en');
    expect(lines).toEqual({
      kind: 'paragraph',
      children: [
        { kind: 'text', text: 'one' },
        { kind: 'break' },
        { kind: 'break' },
        { kind: 'text', text: 'three' },
      ],
    });
  });

  test('un_escape decodes only where it is asked for', () => {
    const said = (un_escape?: boolean): string =>
      summarize('post', {
        post: { en_us: { content: [[{ tag: 'text', text: '&lt;b&gt;', un_escape }]] } },
      });
    expect(said()).toBe('&lt;b&gt;');
    expect(said(true)).toBe('<b>');
  });
});

describe('cards', () => {
  const only = (element: unknown): Block | undefined => {
    const [card] = parseCard({ elements: [element] }, 'en');
    return card?.kind === 'card' ? card.blocks[0] : undefined;
  };
  const plain = (content: string) => ({ tag: 'plain_text', content });

  test('a button leads where its url, its several urls or its behaviours say', () => {
    const href = (fields: object): unknown => {
      const block = only({
        tag: 'action',
        actions: [{ tag: 'button', text: plain('x'), ...fields }],
      });
      return block?.kind === 'actions' && block.actions[0]?.href;
    };
    expect(href({ url: 'https://x.example/1' })).toBe('https://x.example/1');
    expect(href({ multi_url: { url: '', pc_url: 'https://x.example/2' } })).toBe(
      'https://x.example/2',
    );
    expect(
      href({
        behaviors: [{ type: 'callback' }, { type: 'open_url', default_url: 'https://x.example/3' }],
      }),
    ).toBe('https://x.example/3');
    expect(href({ url: 'lark://x', multi_url: { url: 'javascript:x' } })).toBeNull();
    expect(href({ value: { a: 1 } })).toBeNull();
    expect(href({ url: 'https://x.example', disabled: true })).toBeNull();
  });

  test('the reader’s language, in titles and in elements', () => {
    const card = {
      header: {
        title: { tag: 'plain_text', content: 'other', i18n: { zh_cn: '题', en_us: 'Title' } },
      },
      i18n_elements: {
        zh_cn: [{ tag: 'markdown', content: '文' }],
        en_us: [{ tag: 'markdown', content: 'Words' }],
      },
    };
    expect(summarize('interactive', card, { locale: 'zh-CN' })).toBe('题 文');
    expect(summarize('interactive', card, { locale: 'en' })).toBe('Title Words');
  });

  test('what is inside of an unknown tag is still read', () => {
    expect(
      only({ tag: 'new_box', elements: [{ tag: 'markdown', content: 'inside' }] }),
    ).toMatchObject({ kind: 'paragraph' });
    expect(only({ tag: 'new_thing', text: plain('said') })).toEqual({
      kind: 'unknown',
      what: 'new_thing',
      lines: ['said'],
    });
  });

  test('nesting without end is cut off, its words are kept', () => {
    let element: unknown = { tag: 'markdown', content: 'at the bottom' };
    for (let n = 0; n < 500; n++)
      element = { tag: 'column_set', columns: [{ tag: 'column', elements: [element] }] };
    const depth = (nodes: readonly unknown[]): number =>
      Math.max(
        0,
        ...nodes.map((node) =>
          typeof node === 'object' && node ? 1 + depth(Object.values(node)) : 0,
        ),
      );
    expect(depth(parseMessage('interactive', { elements: [element] }, 'en'))).toBeLessThan(50);
    let shallow: unknown = { tag: 'markdown', content: 'at the bottom' };
    for (let n = 0; n < 10; n++) shallow = { tag: 'form', elements: [shallow] };
    expect(summarize('interactive', { elements: [shallow] })).toContain('at the bottom');
  });

  test('pictures in the order in which they are shown, small signs not among them', () => {
    const blocks = parseMessage(
      'interactive',
      {
        elements: [
          { tag: 'img', img_key: 'img_1' },
          { tag: 'note', elements: [{ tag: 'img', img_key: 'img_sign' }] },
          { tag: 'markdown', content: 'x ![a](img_2) ![b](https://x.example/p.png)' },
          { tag: 'img_combination', img_list: [{ img_key: 'img_3' }, {}] },
        ],
      },
      'en',
    );
    expect(picturesOf(blocks).map((picture) => picture.key)).toEqual(['img_1', 'img_2', 'img_3']);
  });
});

test.each([
  ['red', 'red'],
  ['gray', 'grey'],
  ['blue-50', 'blue'],
  ['#FF0000', 'red'],
  ['#f00', 'red'],
  ['0xFF78C06E', 'green'],
  ['FFBBBBBB', 'grey'],
  ['rgb(20, 86, 240)', 'blue'],
  ['#000000', null],
  ['white', null],
  ['', null],
  ['constructor', null],
])('the colour %s is %s', (written, tone) => {
  expect(toneOf(written)).toBe(tone);
});

describe('every sample', () => {
  const meant = /unknown|malformed/;
  test.each(samples.map((sample) => [sample.name, sample] as const))('%s', (name, sample) => {
    const blocks = parseMessage(sample.msg_type, sample.content, 'en');
    const unknown = [...nodesOf(blocks)].some((node) => node.kind === 'unknown');
    expect(unknown).toBe(meant.test(name));
    expect(summarize(sample.msg_type, sample.content)).not.toBe('');
  });
});

describe('long messages', () => {
  const text = (lines: number): Block[] =>
    parseMessage(
      'text',
      { text: Array.from({ length: lines }, (_, n) => `line ${n}`).join('\n') },
      'en',
    );
  const linesOf = (blocks: Block[]): number =>
    [...nodesOf(blocks)].filter((node) => node.kind === 'break').length + 1;

  test('short ones are whole', () => {
    const blocks = text(30);
    expect(beginningOf(blocks, 28)).toBe(blocks);
  });

  test('long ones begin', () => {
    expect(linesOf(beginningOf(text(200), 28))).toBeLessThanOrEqual(29);
    const one = parseMessage('text', { text: '长'.repeat(100_000) }, 'en');
    expect(JSON.stringify(beginningOf(one, 28)).length).toBeLessThan(3000);
  });

  test('a card keeps its frame', () => {
    const card = parseMessage(
      'interactive',
      {
        header: { title: { tag: 'plain_text', content: 'T' } },
        elements: Array.from({ length: 100 }, (_, n) => ({
          tag: 'markdown',
          content: `part ${n}`,
        })),
      },
      'en',
    );
    const [cut] = beginningOf(card, 28);
    expect(cut?.kind === 'card' && cut.header && cut.blocks.length).toBeLessThan(30);
  });
});

test('a summary is one line of whole characters', () => {
  expect(summarize('text', { text: 'a\n\n b' })).toBe('a b');
  expect(summarize('text', { text: '👍'.repeat(200) }, { most: 10 })).toBe(`${'👍'.repeat(9)}…`);
  expect(summarize('image', { image_key: 'img_1' }, { locale: 'zh-CN' })).toBe('[图片]');
  expect(summarize('voice', { media_id: '@x', duration: 3 })).toBe('[Voice message]');
});

test('both languages have the same texts, with the same gaps', () => {
  const gaps = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  const { en, 'zh-CN': zh } = contentTexts;
  expect(Object.keys(zh)).toEqual(Object.keys(en));
  for (const [key, text] of Object.entries(en))
    expect(gaps(zh[key as keyof typeof zh]), key).toEqual(gaps(text));
});

test('strings that nobody sees are not shown plainly', () => {
  expect(
    visibleStrings({ tag: 'x', img_key: 'y', text: { content: 'seen' }, url: 'https://x.example' }),
  ).toEqual(['seen']);
});

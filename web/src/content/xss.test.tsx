// Hostile strings in every place of every type of message: whatever they are, the page holds only
// elements and attributes of ours, and leads only to where links may lead.
import { createRoot, type Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { summarize } from '.';
import { isStructure, replaced } from './gallery/hostile';
import { samples } from './gallery/samples';
import { Message } from './message';
import corpus from './xss.corpus.json';

const elements = new Set(
  (
    'A AUDIO BDI BLOCKQUOTE BR BUTTON CODE DD DETAILS DIV DL DT EM FIGCAPTION FIGURE HR IMG LI OL P PRE S SPAN ' +
    'STRONG SUMMARY TABLE TBODY TD TH THEAD TR U UL'
  ).split(' '),
);
const attributes = new Set(
  (
    'alt aria-expanded aria-hidden aria-label aria-labelledby class controls decoding dir download draggable height href id ' +
    'loading open preload rel role scope src start tabindex target title type width'
  ).split(' '),
);

vi.setConfig({ testTimeout: 60_000 }); // thousands of pages, on a machine that may be busy

let container: HTMLElement;
let root: Root;
beforeEach(() => {
  container = document.createElement('div');
  document.body.append(container);
  root = createRoot(container);
});
afterEach(() => {
  root.unmount();
  container.remove();
});

let renders = 0;
async function draw(msg_type: string, content: unknown): Promise<void> {
  const message = (
    <Message
      key={++renders}
      msg_type={msg_type}
      content={content}
      collapseLines={0}
      imageUrl={(key) => `/own/${encodeURIComponent(key)}`}
      fileUrl={(id) => `/own/${encodeURIComponent(id)}`}
    />
  );
  flushSync(() => root.render(message));
  // The runner wants to hear of us now and then.
  if (renders % 100 === 0) await new Promise((go) => setImmediate(go));
}

function faults(): string[] {
  return [...container.querySelectorAll('*')].flatMap((element) => {
    const wrong = elements.has(element.tagName) ? [] : [`<${element.tagName}>`];
    for (const { name, value } of element.attributes) {
      if (!attributes.has(name)) wrong.push(`${name}=${value}`);
    }
    if (
      (element instanceof HTMLImageElement || element instanceof HTMLAudioElement) &&
      !/^\/own\/[^/]*$/.test(element.getAttribute('src') ?? '')
    ) {
      wrong.push(`src ${element.getAttribute('src')}`);
    }
    if (element instanceof HTMLAnchorElement) wrong.push(...faultsOfLink(element));
    return wrong;
  });
}

function faultsOfLink(link: HTMLAnchorElement): string[] {
  const href = link.getAttribute('href') ?? '';
  if (/^\/own\/[^/]*$/.test(href)) return [];
  const safe = /^(https?:\/\/[^/@]+([/?#]|$)|mailto:|tel:)/.test(href);
  const apart = link.rel === 'noopener noreferrer' && link.target === '_blank';
  return safe && apart ? [] : [`href ${href}`];
}

type Place = (string | number)[];

// Every string in it, and every name of a member.
function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value === 'string' || typeof value === 'number') return [at];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...at, key]));
}

function withAt(value: unknown, place: Place, put: unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return put;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  copy[String(key)] = withAt(copy[String(key)], rest, put);
  return copy;
}

test('the corpus is large enough to mean something', () => {
  expect(new Set(corpus).size).toBeGreaterThanOrEqual(100);
});

// One for each kind is enough: the headers of cards differ in a word only.
const kinds = samples.filter((sample) => !/^card-header-(?!blue)/.test(sample.name));

describe.each(kinds.map((sample) => [sample.name, sample] as const))('%s', (_, sample) => {
  test('the whole corpus in all of its words', async () => {
    for (const payload of corpus) {
      const content = replaced(sample.content, payload, isStructure);
      await draw(sample.msg_type, content);
      expect(faults(), payload).toEqual([]);
      expect(() => summarize(sample.msg_type, content)).not.toThrow();
    }
  });

  test('in its tags, too', async () => {
    for (const payload of corpus.filter((_, n) => n % 8 === 0)) {
      await draw(
        sample.msg_type,
        replaced(sample.content, payload, () => false),
      );
      expect(faults(), payload).toEqual([]);
    }
  });

  test('each place by itself, also with what is no string', async () => {
    const odd = [
      'javascript:alert(1)',
      '[x](javascript:alert(1))',
      'https://ok.example/x',
      null,
      7,
      [[]],
      {},
      { $$typeof: 'react.element', type: 'script', props: { children: 'alert(1)' } },
    ];
    for (const place of placesOf(sample.content)) {
      for (const put of odd) {
        await draw(sample.msg_type, withAt(sample.content, place, put));
        expect(faults(), place.join('.')).toEqual([]);
      }
    }
  });
});

test.each([
  'text',
  'post',
  'image',
  'share_chat',
  'interactive',
  'voice',
  'file',
  'link',
  'oa',
  'markdown',
  'action_card',
  '',
  '__proto__',
])('%s whose content is anything', async (msg_type) => {
  const error = vi.spyOn(console, 'error');
  const anything = [
    undefined,
    null,
    0,
    '',
    'x',
    [],
    {},
    [[[]]],
    { text: {} },
    { post: [] },
    { elements: {} },
    JSON.parse('{"__proto__":{"x":1}}'),
    { post: { zh_cn: { content: [[{ tag: 'text' }], 3, null] } } },
    { header: { title: 3 }, elements: [3, null, [], 'x'] },
    { body: { elements: [{ tag: 'column_set', columns: [{}] }] } },
    { toString: null, valueOf: null },
  ];
  for (const content of anything) {
    await draw(msg_type, content);
    expect(faults()).toEqual([]);
    expect(container.querySelector('.c-message')).not.toBeNull();
  }
  expect(error).not.toHaveBeenCalled();
});

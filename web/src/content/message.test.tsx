import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { inboxFileUrl, inboxImageUrl, Message, type MessageProps } from '.';

let container: HTMLElement;
let root: Root;
beforeEach(() => {
  container = document.createElement('div');
  document.body.append(container);
  root = createRoot(container);
});
afterEach(() => {
  flushSync(() => root.unmount());
  container.remove();
  vi.restoreAllMocks();
});

const draw = (props: MessageProps): void => flushSync(() => root.render(<Message {...props} />));
const one = (selector: string): HTMLElement => {
  const found = container.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`${selector} is missing in ${container.innerHTML}`);
  return found;
};

test('a link opens apart from the page and tells it nothing', () => {
  draw({ msg_type: 'text', content: { text: 'https://x.example/a' } });
  const link = one('a');
  expect(link.getAttribute('href')).toBe('https://x.example/a');
  expect(link.getAttribute('target')).toBe('_blank');
  expect(link.getAttribute('rel')).toBe('noopener noreferrer');
  expect(link.textContent).toBe('https://x.example/a (opens in a new window)');
});

test('the reader’s own mentions stand out', () => {
  const content = { text: '<at user_id="ou_1">Li</at><at user_id="ou_2">Han</at>' };
  draw({ msg_type: 'text', content, viewer: { ids: ['ou_2'] } });
  expect([...container.querySelectorAll('.c-mine')].map((each) => each.textContent)).toEqual([
    '@Han',
  ]);
});

test('a picture comes from our own server or not at all', () => {
  const content = { image_key: 'img_v2_1/x' };
  draw({ msg_type: 'image', content });
  expect(one('.c-missing').textContent).toBe('Picture not available');
  draw({ msg_type: 'image', content, imageUrl: inboxImageUrl('om_1') });
  expect(one('img').getAttribute('src')).toBe('/api/v1/inbox/om_1/images/img_v2_1%2Fx');
  flushSync(() => one('img').dispatchEvent(new Event('error')));
  expect(one('.c-missing').textContent).toBe('Picture not available');
  draw({ msg_type: 'image', content: { image_key: 'img_v2_2' }, imageUrl: inboxImageUrl('om_1') });
  expect(one('img').getAttribute('src')).toBe('/api/v1/inbox/om_1/images/img_v2_2');
});

test('a voice plays, a file downloads, and both only from our own server', () => {
  const content = { media_id: '@lAD/x', duration: '3' };
  draw({ msg_type: 'voice', content });
  expect(container.querySelector('audio, a')).toBeNull();
  draw({ msg_type: 'voice', content, fileUrl: inboxFileUrl('bm-1') });
  const url = '/api/v1/inbox/bm-1/files/%40lAD%2Fx';
  expect(one('audio').getAttribute('src')).toBe(url);
  expect(one('audio').getAttribute('preload')).toBe('none');
  expect(one('a[download]').getAttribute('href')).toBe(url);
  draw({ msg_type: 'file', content, fileUrl: inboxFileUrl('bm-1') });
  expect(container.querySelector('audio')).toBeNull();
  expect(one('a[download]').getAttribute('href')).toBe(url);
  const elsewhere = { media_id: 'https://x.example/a', duration: '3' };
  draw({ msg_type: 'voice', content: elsewhere, fileUrl: inboxFileUrl('bm-1') });
  expect(container.querySelector('audio, a')).toBeNull();
});

test('a long message opens and folds', () => {
  const text = Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n');
  draw({ msg_type: 'text', content: { text } });
  expect(container.textContent).not.toContain('line 99');
  expect(one('.c-fold').getAttribute('aria-expanded')).toBe('false');
  flushSync(() => one('.c-fold').click());
  expect(container.textContent).toContain('line 99');
  flushSync(() => one('.c-fold').click());
  expect(container.textContent).not.toContain('line 99');
  draw({ msg_type: 'text', content: { text }, collapseLines: 0 });
  expect(container.textContent).toContain('line 99');
});

test('what cannot be drawn leaves its words, and the next content has another chance', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const silent = (event: Event): void => event.preventDefault();
  window.addEventListener('error', silent);
  const imageUrl = (): string => {
    throw new Error('on purpose');
  };
  draw({
    msg_type: 'interactive',
    content: { elements: [{ tag: 'img', img_key: 'k', alt: { content: 'A plan' } }] },
    imageUrl,
  });
  expect(container.textContent).toContain('A plan');
  draw({
    msg_type: 'interactive',
    content: { elements: [{ tag: 'markdown', content: '**fine**' }] },
    imageUrl,
  });
  expect(one('strong').textContent).toBe('fine');
  window.removeEventListener('error', silent);
});

test('our own words can be the page’s', () => {
  draw({
    msg_type: 'voice',
    content: { media_id: '@v', duration: '3' },
    t: (key, values) => `${key}:${values?.count ?? ''}`,
  });
  expect(container.textContent).toBe('voice:seconds:3');
  draw({ msg_type: 'voice', content: { media_id: '@v', duration: '3' }, locale: 'zh-CN' });
  expect(container.textContent).toBe('语音消息3 秒');
});

import { expect, test } from 'vitest';

import {
  contentOf,
  emptyModels,
  isBlank,
  kTypes,
  modelOf,
  problemsOf,
  type Models,
  type MsgType,
} from './message';

const written: Models = {
  text: { text: 'Lunch <at user_id="all">everybody</at>' },
  post: { zh_cn: { title: 'T', content: [[{ tag: 'text', text: 'x' }]] } },
  image: { image_key: 'img_1' },
  share_chat: { share_chat_id: 'oc_1' },
  interactive: { json: '{"elements":[]}' },
  oa: {
    message_url: 'https://example.com',
    head: 'HR',
    colour: 'FFBBBBBB',
    title: 'T',
    form: [{ key: 'a', value: 'b' }],
    content: 'c',
    author: 'd',
  },
  markdown: { title: 'T', text: '# x' },
  link: { title: 'T', text: 'x', messageUrl: 'https://example.com', picUrl: '@media' },
  action_card: {
    title: 'T',
    markdown: 'x',
    upright: true,
    buttons: [
      { title: 'A', action_url: 'https://a.example' },
      { title: 'B', action_url: 'https://b.example' },
    ],
  },
};
// `Models` by a type that is only known at run time.
const each = (check: (type: MsgType, model: never) => void) =>
  kTypes.forEach((type) => check(type, written[type] as never));

test('what is written can be sent, and what is not cannot', () => {
  each((type, model) => expect(problemsOf(type, model), type).toEqual([]));
  const empty = emptyModels();
  for (const type of kTypes) {
    if (type === 'interactive') continue; // begins with a template
    expect(problemsOf(type, empty[type] as never).length, type).toBeGreaterThan(0);
    expect(isBlank(type, empty), type).toBe(true);
    expect(isBlank(type, written), type).toBe(false);
  }
});

test('a message that was sent comes back into its editor as it was', () => {
  each((type, model) => {
    const content = contentOf(type, model);
    const back = modelOf(type, content)!;
    expect(back.type).toBe(type);
    expect(contentOf(type, back.model as never), type).toEqual(content);
  });
  expect(modelOf('voice', { media_id: 'x' })).toBeNull();
});

test('one button is a single one, several are a list', () => {
  const one = { ...written.action_card, buttons: written.action_card.buttons.slice(0, 1) };
  expect(contentOf('action_card', one)).toEqual({
    title: 'T',
    markdown: 'x',
    single_title: 'A',
    single_url: 'https://a.example',
  });
  expect(contentOf('action_card', written.action_card)).toMatchObject({
    btn_orientation: '0',
    btn_json_list: [{ title: 'A' }, { title: 'B' }],
  });
});

test('addresses and lengths are looked at', () => {
  const bad = { ...written.link, messageUrl: 'javascript:alert(1)' };
  expect(problemsOf('link', bad)).toEqual([{ field: 'messageUrl', kind: 'url' }]);
  const long = { title: '题'.repeat(65), text: 'x' };
  expect(problemsOf('markdown', long)).toEqual([{ field: 'title', kind: 'too_long', max: 64 }]);
});

// DingTalk's work notifications: eight types, each with its own object.
import { fileKeyOf, pictureOf, plainInlines, safeHref } from './links';
import { parseMarkdown } from './markdown';
import type { Action, Block, Picture } from './model';
import { fields, list, text, whole, type Fields } from './read';
import { toneOf } from './tones';

export function parseLink(link: Fields): Block[] {
  const blocks: Block[] = [{ kind: 'paragraph', children: plainInlines(text(link['text'])) }];
  const picture = pictureOf(text(link['picUrl']));
  // A picture elsewhere is left out: a link to it beside the link itself would only be in the way.
  const extra: Block = { kind: 'picture', picture, caption: [], small: true };
  const shown: Block[] = picture.key === null ? blocks : [{ kind: 'beside', blocks, extra }];
  return [titledCard(link['title'], link['messageUrl'], shown)];
}

export function parseMarkdownMessage(message: Fields): Block[] {
  const title = text(message['title']);
  const blocks = parseMarkdown(text(message['text']));
  if (repeats(text(message['text']), title)) return blocks;
  return [{ kind: 'heading', level: 2, children: plainInlines(title) }, ...blocks];
}

// The title is for lists, and most senders say it again in the words themselves: once is enough.
const repeats = (words: string, title: string): boolean => words.includes(title.trim());

export function parseActionCard(card: Fields): Block[] {
  const several = list(card['btn_json_list']).map(fields);
  const buttons: Action[] =
    several.length > 0
      ? several.map((button) => buttonOf(button['title'], button['action_url']))
      : text(card['single_title']) === ''
        ? []
        : [buttonOf(card['single_title'], card['single_url'])];
  const blocks = parseMarkdown(text(card['markdown']));
  const layout = several.length > 0 && text(card['btn_orientation']) === '1' ? 'even' : 'stack';
  if (buttons.length > 0) blocks.push({ kind: 'actions', actions: buttons, layout });
  const title = text(card['title']);
  return [titledCard(repeats(text(card['markdown']), title) ? '' : title, null, blocks)];
}

function buttonOf(title: unknown, url: unknown): Action {
  return { text: text(title), href: safeHref(url), look: 'plain' };
}

function titledCard(title: unknown, url: unknown, blocks: Block[]): Block {
  const words = plainInlines(text(title));
  const header = words.length === 0 ? null : { title: words, subtitle: [], tone: null, labels: [] };
  return { kind: 'card', header, href: safeHref(url), blocks };
}

export function parseOa(oa: Fields): Block[] {
  const head = fields(oa['head']);
  const body = fields(oa['body']);
  const bar = fields(oa['status_bar']);
  const blocks = oaBlocks(body);
  const status = text(bar['status_value']);
  if (status !== '')
    blocks.push({ kind: 'status', text: status, tone: toneOf(text(bar['status_bg'])) ?? 'grey' });
  const name = text(head['text']);
  const header =
    name === ''
      ? null
      : {
          title: plainInlines(name),
          subtitle: [],
          tone: toneOf(text(head['bgcolor'])),
          labels: [],
        };
  const href = safeHref(oa['message_url']) ?? safeHref(oa['pc_message_url']);
  return [{ kind: 'card', header, href, blocks }];
}

function oaBlocks(body: Fields): Block[] {
  const out: Block[] = [];
  const title = text(body['title']);
  if (title !== '') out.push({ kind: 'heading', level: 3, children: plainInlines(title) });
  const items = list(body['form'])
    .slice(0, 50)
    .map(fields)
    .map((pair) => ({ key: text(pair['key']), value: text(pair['value']) }));
  if (items.length > 0) out.push({ kind: 'pairs', items });
  const rich = fields(body['rich']);
  const number = text(rich['num']);
  if (number !== '') out.push({ kind: 'figure', number, unit: text(rich['unit']) });
  const content = text(body['content']);
  if (content !== '') out.push({ kind: 'paragraph', children: plainInlines(content) });
  const image = text(body['image']);
  if (image !== '') out.push(pictureBlock(pictureOf(image)));
  const count = text(body['file_count']);
  if (count !== '' && count !== '0') out.push({ kind: 'attachments', count });
  const author = text(body['author']);
  if (author !== '') out.push({ kind: 'author', name: author });
  return out;
}

const pictureBlock = (picture: Picture): Block => ({
  kind: 'picture',
  picture,
  caption: [],
  small: false,
});

export function parseAttachment(what: 'file' | 'voice', message: Fields): Block[] {
  const name = text(message['file_name']) || text(message['fileName']);
  const seconds = whole(message['duration'], 0, 86_400);
  return [{ kind: 'attachment', what, key: fileKeyOf(text(message['media_id'])), name, seconds }];
}

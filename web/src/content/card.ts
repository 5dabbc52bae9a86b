// Interactive cards, JSON 1.0 and 2.0: one switch over the tags that both know. What a card does in
// the vendor's own client only (forms, menus, callbacks) is shown, not offered.
import { pictureOf, plainInlines, safeHref } from './links';
import { parseMarkdown } from './markdown';
import type { Action, ActionLayout, Align, Block, CardHeader, Column, Inline, Tone } from './model';
import {
  depthMax,
  fields,
  flag,
  list,
  localized,
  text,
  visibleStrings,
  whole,
  type Fields,
} from './read';
import { toneOf } from './tones';

interface Context {
  locale: string;
  depth: number;
}

export function parseCard(content: unknown, locale: string): Block[] {
  const card = fields(content);
  const context = { locale, depth: 0 };
  if (card['type'] === 'template') return [templateCard(fields(card['data']))];
  const body = fields(card['body']);
  const elements =
    body['elements'] ??
    card['elements'] ??
    localized(card['i18n_elements'] ?? body['i18n_elements'], locale);
  const href = targetOf(fields(card['card_link']));
  const blocks = elementsOf(elements, context);
  return [{ kind: 'card', header: headerOf(card, context), href, blocks }];
}

// The template itself is the vendor's; what is known here is what was filled in.
function templateCard(data: Fields): Block {
  const items = Object.entries(fields(data['template_variable']))
    .slice(0, 50)
    .map(([key, value]) => ({
      key: text(key),
      value: text(value) || visibleStrings(value).join(', '),
    }))
    .filter((pair) => pair.value !== '');
  const blocks: Block[] = [{ kind: 'template' }];
  if (items.length > 0) blocks.push({ kind: 'pairs', items });
  return { kind: 'card', header: null, href: null, blocks };
}

function headerOf(card: Fields, context: Context): CardHeader | null {
  const header = fields(card['header'] ?? localized(card['i18n_header'], context.locale));
  const i18n = localized(fields(header['title'])['i18n'], context.locale);
  const title = i18n === undefined ? inlinesOf(header['title'], context) : plainInlines(text(i18n));
  const subtitle = inlinesOf(header['subtitle'], context);
  const tags = localized(header['i18n_text_tag_list'], context.locale) ?? header['text_tag_list'];
  const labels = list(tags)
    .slice(0, 10)
    .map((each) => {
      const tag = fields(each);
      return { tone: toneOf(text(tag['color'])) ?? 'blue', text: stringOf(tag['text'], context) };
    })
    .filter((label) => label.text !== '');
  if (title.length + subtitle.length + labels.length === 0) return null;
  return { title, subtitle, tone: templateTone(text(header['template'])), labels };
}

function templateTone(template: string): Tone | null {
  return template === '' || template === 'default' ? null : toneOf(template);
}

// A text object's words as they are: plain_text, and the titles of things.
function stringOf(value: unknown, context: Context): string {
  if (typeof value === 'string') return text(value);
  const said = fields(value);
  const i18n = localized(said['i18n_content'] ?? said['i18n'], context.locale);
  return text(i18n) || text(said['content']);
}

function markdownOf(element: Fields, context: Context): Block[] {
  const hrefs = new Map(
    Object.entries(fields(element['href'])).map(([name, target]) => [name, urlOf(target)]),
  );
  return parseMarkdown(stringOf(element, context), hrefs);
}

/** A text object as one line of inlines. */
function inlinesOf(value: unknown, context: Context): Inline[] {
  const said = fields(value);
  if (said['tag'] !== 'lark_md' && said['tag'] !== 'markdown')
    return plainInlines(stringOf(value, context));
  return markdownOf(said, context).flatMap((block, n): Inline[] => {
    const inner =
      'children' in block ? block.children : plainInlines(visibleStrings(block).join(' '));
    return n === 0 ? inner : [{ kind: 'break' }, ...inner];
  });
}

/** A text object as blocks: markdown may hold several. */
function textBlocks(value: unknown, context: Context): Block[] {
  const said = fields(value);
  if (said['tag'] === 'lark_md' || said['tag'] === 'markdown') {
    return withLook(markdownOf(said, context), said);
  }
  const words = stringOf(value, context);
  return words === '' ? [] : withLook([{ kind: 'paragraph', children: plainInlines(words) }], said);
}

function withLook(blocks: Block[], element: Fields): Block[] {
  const align = alignOf(element['text_align']);
  const size = sizeOf(text(element['text_size']));
  const tone = toneOf(text(element['text_color']));
  return blocks.map((block): Block => {
    if (block.kind !== 'paragraph') return block;
    const children: Inline[] =
      tone === null ? block.children : [{ kind: 'tone', tone, children: block.children }];
    return { ...block, children, ...(align && { align }), ...(size && { size }) };
  });
}

function alignOf(value: unknown): Align | null {
  return value === 'center' || value === 'right' ? value : null;
}

function sizeOf(size: string): 'small' | 'large' | null {
  if (size === 'notation' || size === 'x-small') return 'small';
  return size.startsWith('heading') || size.startsWith('x') ? 'large' : null;
}

function urlOf(value: unknown): string {
  const urls = fields(value);
  return (
    [
      typeof value === 'string' ? value : '',
      ...['url', 'pc_url', 'default_url', 'android_url', 'ios_url'].map((name) => text(urls[name])),
    ].find((url) => safeHref(url) !== null) ?? ''
  );
}

/** Where pressing it leads: its own address, several by device, or card 2.0's behaviours. */
function targetOf(element: Fields): string | null {
  const opening = list(element['behaviors']).find((each) => fields(each)['type'] === 'open_url');
  return (
    safeHref(urlOf(element)) ?? safeHref(urlOf(element['multi_url'])) ?? safeHref(urlOf(opening))
  );
}

function elementsOf(value: unknown, context: Context): Block[] {
  const elements = list(value);
  if (context.depth >= depthMax) {
    const lines = visibleStrings(elements);
    return lines.length === 0 ? [] : [{ kind: 'unknown', what: '', lines }];
  }
  const inner = { ...context, depth: context.depth + 1 };
  return elements.flatMap((each) => elementBlocks(fields(each), inner));
}

function elementBlocks(element: Fields, context: Context): Block[] {
  const tag = text(element['tag']);
  switch (tag) {
    case 'div':
      return divBlocks(element, context);
    case 'markdown':
    case 'lark_md':
    case 'plain_text':
      return textBlocks(element, context);
    case 'hr':
      return [{ kind: 'rule' }];
    case 'img':
      return [imageBlock(element, context)];
    case 'img_combination':
      return [
        { kind: 'pictures', pictures: list(element['img_list']).slice(0, 9).map(keyPicture) },
      ];
    case 'note':
      return [{ kind: 'note', blocks: noteBlocks(element, context) }];
    case 'action':
      return actionBlocks(list(element['actions']), layoutOf(element['layout']), context);
    case 'column_set':
      return [columnsBlock(element, context)];
    case 'column':
    case 'form':
    case 'interactive_container':
    case 'custom_icon_container':
      return containerBlocks(element, context);
    case 'collapsible_panel':
      return [panelBlock(element, context)];
    case 'table':
      return [tableBlock(element, context)];
    case 'person':
    case 'person_list':
      return [peopleBlock(element)];
    case 'standard_icon':
    case 'custom_icon':
      return [];
    case 'button':
    case 'overflow':
    case 'select_static':
    case 'multi_select_static':
    case 'select_person':
    case 'multi_select_person':
    case 'select_img':
    case 'date_picker':
    case 'picker_date':
    case 'picker_time':
    case 'picker_datetime':
    case 'input':
    case 'checker':
      return actionBlocks([element], 'row', context);
    default:
      return unknownBlocks(tag, element, context);
  }
}

function divBlocks(element: Fields, context: Context): Block[] {
  const blocks = textBlocks(element['text'], context);
  const items = list(element['fields'])
    .map(fields)
    .map((field) => ({
      short: flag(field['is_short']),
      children: textBlocks(field['text'], context),
    }))
    .filter((item) => item.children.length > 0);
  if (items.length > 0) blocks.push({ kind: 'fields', items });
  const extra =
    element['extra'] === undefined ? [] : elementBlocks(fields(element['extra']), context);
  const beside = extra[0];
  if (beside === undefined) return blocks;
  const small: Block = beside.kind === 'picture' ? { ...beside, small: true } : beside;
  return [{ kind: 'beside', blocks, extra: small }];
}

function keyPicture(value: unknown): ReturnType<typeof pictureOf> {
  return pictureOf(text(fields(value)['img_key']));
}

function imageBlock(element: Fields, context: Context): Block {
  const alt = stringOf(element['alt'], context);
  return {
    kind: 'picture',
    picture: pictureOf(text(element['img_key']) || text(element['image_key']), alt),
    caption: inlinesOf(element['title'], context),
    small: element['mode'] === 'tiny' || flag(element['compact_width']),
  };
}

// Words and small pictures in one line.
function noteBlocks(element: Fields, context: Context): Block[] {
  const children = list(element['elements']).flatMap((each, n): Inline[] => {
    const part = fields(each);
    const gap: Inline[] = n === 0 ? [] : [{ kind: 'text', text: ' ' }];
    if (part['tag'] === 'img')
      return [...gap, { kind: 'picture', picture: smallPicture(part, context), still: true }];
    return [...gap, ...inlinesOf(part, context)];
  });
  return [{ kind: 'paragraph', children }];
}

function smallPicture(element: Fields, context: Context): ReturnType<typeof pictureOf> {
  return pictureOf(text(element['img_key']), stringOf(element['alt'], context));
}

const layoutOf = (layout: unknown): ActionLayout =>
  layout === 'bisected' || layout === 'trisection' ? 'even' : 'row';

function actionBlocks(
  elements: readonly unknown[],
  layout: ActionLayout,
  context: Context,
): Block[] {
  const out: Block[] = [];
  let actions: Action[] = [];
  const flush = (): void => {
    if (actions.length > 0) out.push({ kind: 'actions', actions, layout });
    actions = [];
  };
  for (const each of elements) {
    const element = fields(each);
    if (element['tag'] === 'button') {
      actions.push(buttonOf(element, context));
    } else {
      flush();
      out.push(choiceBlock(element, context));
    }
  }
  flush();
  return out;
}

function buttonOf(element: Fields, context: Context): Action {
  const type = text(element['type']);
  const look = type.startsWith('primary')
    ? 'primary'
    : type.startsWith('danger')
      ? 'danger'
      : 'plain';
  const href = flag(element['disabled']) ? null : targetOf(element);
  return { text: stringOf(element['text'], context), href, look };
}

// A menu, a picker, an input: what it asks and what there is to choose from.
function choiceBlock(element: Fields, context: Context): Block {
  const prompt =
    stringOf(element['placeholder'], context) ||
    stringOf(element['label'], context) ||
    stringOf(element['text'], context);
  const options = list(element['options'])
    .map(fields)
    .map((option): Action => {
      const words = stringOf(option['text'], context) || text(option['value']);
      return { text: words, href: targetOf(option), look: 'plain' };
    })
    .filter((option) => option.text !== '');
  const chosen =
    text(element['initial_date'] ?? element['initial_time'] ?? element['initial_datetime']) ||
    stringOf(element['default_value'], context);
  const known: Action[] = chosen === '' ? [] : [{ text: chosen, href: null, look: 'plain' }];
  return { kind: 'choice', prompt, options: [...known, ...options] };
}

function columnsBlock(element: Fields, context: Context): Block {
  const columns = list(element['columns'])
    .slice(0, 12)
    .map(fields)
    .map((column): Column => ({
      weight: column['width'] === 'auto' ? 0 : whole(column['weight'] ?? 1, 1, 5),
      background: toneOf(text(column['background_style'])),
      blocks: elementsOf(column['elements'], context),
    }));
  return { kind: 'columns', columns, background: toneOf(text(element['background_style'])) };
}

function containerBlocks(element: Fields, context: Context): Block[] {
  const blocks = elementsOf(element['elements'], context);
  const href = targetOf(element);
  if (href === null) return blocks;
  return [{ kind: 'card', header: null, href, blocks }];
}

function panelBlock(element: Fields, context: Context): Block {
  return {
    kind: 'details',
    title: inlinesOf(fields(element['header'])['title'], context),
    blocks: elementsOf(element['elements'], context),
    open: flag(element['expanded']),
  };
}

function tableBlock(element: Fields, context: Context): Block {
  const columns = list(element['columns']).slice(0, 20).map(fields);
  const rows = list(element['rows'])
    .slice(0, 100)
    .map(fields)
    .map((row) => columns.map((column) => cellOf(row[text(column['name'])], column, context)));
  return {
    kind: 'table',
    head: columns.map((column) =>
      plainInlines(stringOf(column['display_name'], context) || text(column['name'])),
    ),
    rows,
    align: columns.map((column) => alignOf(column['horizontal_align']) ?? 'left'),
  };
}

function cellOf(value: unknown, column: Fields, context: Context): Inline[] {
  const type = text(column['data_type']);
  if (type === 'date' && typeof value === 'number') {
    const day = new Date(value);
    return Number.isNaN(day.getTime()) ? [] : plainInlines(day.toISOString().slice(0, 10));
  }
  if (Array.isArray(value)) {
    return list(value).flatMap((each): Inline[] => {
      const option = fields(each);
      const words = text(each) || stringOf(option['text'], context);
      if (words === '') return [];
      return [
        { kind: 'label', tone: toneOf(text(option['color'])) ?? 'grey', text: words },
        { kind: 'text', text: ' ' },
      ];
    });
  }
  return inlinesOf(
    {
      tag: type === 'lark_md' || type === 'markdown' ? 'lark_md' : 'plain_text',
      content: text(value),
    },
    context,
  );
}

function peopleBlock(element: Fields): Block {
  const people = [
    element['user_id'],
    ...list(element['persons']).map((each) => fields(each)['id']),
  ];
  const children = people
    .map(text)
    .filter((id) => id !== '')
    .slice(0, 50)
    .flatMap((id): Inline[] => [
      { kind: 'mention', id, name: '', all: false },
      { kind: 'text', text: ' ' },
    ]);
  return { kind: 'paragraph', children };
}

// Whatever it is, what stands inside it can still be read.
function unknownBlocks(tag: string, element: Fields, context: Context): Block[] {
  const inner = elementsOf(element['elements'] ?? element['columns'], context);
  if (inner.length > 0) return inner;
  return [{ kind: 'unknown', what: tag, lines: visibleStrings(element) }];
}

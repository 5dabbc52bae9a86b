// Rich text (`post`): a title and paragraphs of tagged elements, once a locale.
import { unescaped } from './inline';
import { fileKeyOf, linkTo, pictureOf, plainInlines } from './links';
import { faceOf } from './emotions';
import { parseMarkdown } from './markdown';
import type { Block, Inline, Mark } from './model';
import { fields, list, localized, text, visibleStrings, whole, type Fields } from './read';

/** `content` is {"post":{LOCALE:{...}}}; also without `post`, as messages to one person have it. */
export function parsePost(content: unknown, locale: string): Block[] {
  const outer = fields(content);
  const post = fields(outer['post'] ?? outer);
  const said = fields('content' in post ? post : localized(post, locale));
  const title = text(said['title']);
  const out: Block[] =
    title === '' ? [] : [{ kind: 'heading', level: 2, children: plainInlines(title) }];
  for (const paragraph of list(said['content'])) appendLine(out, paragraphBlocks(list(paragraph)));
  return out;
}

// What the vendor calls a paragraph is a line: those that follow each other make one of ours.
function appendLine(out: Block[], blocks: Block[]): void {
  const last = out[out.length - 1];
  const [first, ...rest] = blocks;
  if (last?.kind === 'paragraph' && first?.kind === 'paragraph') {
    last.children.push({ kind: 'break' }, ...first.children);
    out.push(...rest);
  } else {
    out.push(...blocks);
  }
}

// Elements of the line gather in one paragraph; those that stand alone make blocks of their own.
function paragraphBlocks(elements: readonly unknown[]): Block[] {
  const out: Block[] = [];
  let line: Inline[] = [];
  const flush = (): void => {
    if (line.length > 0) out.push({ kind: 'paragraph', children: line });
    line = [];
  };
  for (const each of elements) {
    const element = fields(each);
    const alone = aloneBlocks(element);
    if (alone === null) {
      line.push(...elementInlines(element));
    } else {
      flush();
      out.push(...alone);
    }
  }
  flush();
  // An empty one is a line left blank on purpose.
  return elements.length === 0 ? [{ kind: 'paragraph', children: [] }] : out;
}

// null: it stands in the line.
function aloneBlocks(element: Fields): Block[] | null {
  switch (element['tag']) {
    case 'img':
      return [{ kind: 'picture', picture: sizedPicture(element), caption: [], small: false }];
    case 'media':
      return [
        {
          kind: 'attachment',
          what: 'video',
          key: fileKeyOf(text(element['file_key'])),
          name: text(element['file_name']),
          seconds: whole(element['duration'], 0, 86_400_000) / 1000,
        },
      ];
    case 'hr':
      return [{ kind: 'rule' }];
    case 'code_block':
      return [{ kind: 'code', language: text(element['language']), text: text(element['text']) }];
    case 'md':
      return parseMarkdown(text(element['text']));
    default:
      return null;
  }
}

function sizedPicture(element: Fields): ReturnType<typeof pictureOf> {
  const picture = pictureOf(text(element['image_key']), text(element['alt']));
  const width = whole(element['width'], 0, 20_000);
  const height = whole(element['height'], 0, 20_000);
  return width > 0 && height > 0 ? { ...picture, width, height } : picture;
}

function elementInlines(element: Fields): Inline[] {
  switch (element['tag']) {
    case 'text': {
      const written = text(element['text']);
      return styled(
        plainInlines(element['un_escape'] === true ? unescaped(written) : written),
        element,
      );
    }
    case 'a': {
      const written = text(element['text']);
      const label = element['un_escape'] === true ? unescaped(written) : written;
      const href = text(element['href']);
      return styled([linkTo(href, [{ kind: 'text', text: label || href }], label)], element);
    }
    case 'at': {
      const id = text(element['user_id']);
      const all = id === 'all' || id === '@_all';
      return styled([{ kind: 'mention', id, name: text(element['user_name']), all }], element);
    }
    case 'emotion': {
      const name = text(element['emoji_type']);
      return [{ kind: 'text', text: faceOf(name) ?? `[${name}]` }];
    }
    default:
      return plainInlines(visibleStrings(element).join(' '));
  }
}

const styles: readonly [string, Mark][] = [
  ['bold', 'bold'],
  ['italic', 'italic'],
  ['underline', 'underline'],
  ['lineThrough', 'strike'],
];

function styled(inlines: Inline[], element: Fields): Inline[] {
  const asked = list(element['style']);
  return styles.reduce(
    (inner, [name, mark]) =>
      asked.includes(name) ? [{ kind: 'mark', mark, children: inner }] : inner,
    inlines,
  );
}

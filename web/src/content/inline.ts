// Markdown within a line, as both vendors' cards have it: a small subset, read to inlines and never
// to markup. Bold ends also between a stop and a letter (**注意：**请), which CommonMark would refuse.
//
// Cost    Near linear: looking back and ahead is bounded, and so is nesting.
import { faceOf } from './emotions';
import { appendText, linkTo, pictureOf, plainInlines } from './links';
import { attributesOf, mentionOf } from './mentions';
import type { Inline, Mark } from './model';
import { toneOf } from './tones';

export interface InlineContext {
  /** Resolves names that a card gives to addresses: [text]($name). */
  hrefs: ReadonlyMap<string, string>;
  depth: number;
}

const nestingMax = 6;
const openersMax = 12;
const labelMax = 2000;

interface Delimiter {
  kind: 'delimiter';
  sign: string;
  count: number;
  opens: boolean;
  closes: boolean;
}
type Piece = Inline | Delimiter;

const special = /[\\`*_~<[!&:h\n]/g;

export function parseInline(source: string, context: InlineContext): Inline[] {
  if (context.depth > nestingMax) return plainInlines(source);
  const pieces: Piece[] = [];
  let pending = '';
  const flush = (): void => {
    appendText(pieces as Inline[], pending);
    pending = '';
  };
  const line: Line = {
    source,
    brackets: bracketsOf(source),
    inner: { ...context, depth: context.depth + 1 },
  };
  let at = 0;
  while (at < source.length) {
    special.lastIndex = at;
    const next = special.exec(source)?.index ?? source.length;
    pending += source.slice(at, next);
    at = next;
    const taken = at < source.length ? takeAt(line, at) : null;
    if (taken === null) {
      pending += source[at] ?? '';
      at += 1;
    } else {
      if (typeof taken.pieces === 'string') pending += taken.pieces;
      else {
        flush();
        pieces.push(...taken.pieces);
      }
      at = taken.end;
    }
  }
  flush();
  return withMarks(pieces);
}

interface Line {
  source: string;
  brackets: ReadonlyMap<number, number>; // where what opens at a place closes
  inner: InlineContext;
}

interface Taken {
  pieces: Piece[] | string;
  end: number;
}

function takeAt(line: Line, at: number): Taken | null {
  const { source, inner } = line;
  switch (source[at]) {
    case '\\':
      return takeEscape(source, at);
    case '`':
      return takeCode(source, at);
    case '*':
    case '_':
    case '~':
      return takeDelimiter(source, at);
    case '<':
      return takeTag(source, at, inner);
    case '[':
      return takeLink(line, at);
    case '!':
      return takePicture(line, at);
    case '&':
      return takeEntity(source, at);
    case ':':
      return takeEmotion(source, at);
    case 'h':
      return takeAddress(source, at);
    default:
      return null;
  }
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function takeEscape(source: string, at: number): Taken | null {
  const next = source[at + 1] ?? '';
  return /[!-/:-@[-`{-~]/.test(next) ? { pieces: next, end: at + 2 } : null;
}

function takeCode(source: string, at: number): Taken | null {
  const fence = matchAt(/`{1,8}/y, source, at)?.[0] ?? '';
  const close = source.slice(at + fence.length, at + labelMax).indexOf(fence);
  if (close <= 0) return { pieces: fence, end: at + fence.length };
  const start = at + fence.length;
  const text = source.slice(start, start + close).replace(/\n/g, ' ');
  const children: Inline[] = [{ kind: 'text', text }];
  return {
    pieces: [{ kind: 'mark', mark: 'code', children }],
    end: start + close + fence.length,
  };
}

const isSpace = (c: string): boolean => c === '' || /\s/.test(c);
const isWord = (c: string): boolean => /[A-Za-z0-9]/.test(c);

function takeDelimiter(source: string, at: number): Taken {
  const sign = source[at] ?? '';
  let end = at;
  while (source[end] === sign) end += 1;
  const count = end - at;
  const run = source.slice(at, end);
  if (count > 3 || (sign === '~' && count !== 2)) return { pieces: run, end };
  const before = source[at - 1] ?? '';
  const after = source[end] ?? '';
  const inWord = sign === '_' && isWord(before) && isWord(after);
  const opens = !isSpace(after) && !inWord;
  const closes = !isSpace(before) && !inWord;
  if (!opens && !closes) return { pieces: run, end };
  return { pieces: [{ kind: 'delimiter', sign, count, opens, closes }], end };
}

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['ensp', '\u2002'],
  ['emsp', '\u2003'],
]);

function takeEntity(source: string, at: number): Taken | null {
  const found = matchAt(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/iy, source, at);
  if (!found) return null;
  const text = entityText(found);
  return text === null ? null : { pieces: text, end: at + found[0].length };
}

function entityText(found: RegExpExecArray): string | null {
  if (found[3] !== undefined) return entities.get(found[3].toLowerCase()) ?? null;
  const point = found[1] !== undefined ? Number(found[1]) : parseInt(found[2] ?? '', 16);
  // What `clean` takes away must not come back in through a number.
  const usable = point >= 32 && point < 0x20_00 ? point < 127 || point > 0xa0 : point > 0x2070;
  const scalar = point <= 0x10ffff && (point < 0xd800 || point > 0xf8ff) && point < 0xe0000;
  return usable && scalar && point !== 0xfeff && point !== 0x61c
    ? String.fromCodePoint(point)
    : null;
}

/** The characters that HTML's names and numbers stand for; tags stay as they are. */
export function unescaped(text: string): string {
  let out = '';
  let at = 0;
  for (let next = text.indexOf('&'); next !== -1; next = text.indexOf('&', at)) {
    const taken = takeEntity(text, next);
    out += text.slice(at, next) + (taken === null ? '&' : (taken.pieces as string));
    at = taken?.end ?? next + 1;
  }
  return out + text.slice(at);
}

function takeEmotion(source: string, at: number): Taken | null {
  const found = matchAt(/:([A-Za-z][A-Za-z0-9_]{1,31}):/y, source, at);
  const face = found && faceOf(found[1] ?? '');
  return found && face !== null ? { pieces: face, end: at + found[0].length } : null;
}

function takeAddress(source: string, at: number): Taken | null {
  if (at > 0 && isWord(source[at - 1] ?? '')) return null;
  const found = matchAt(/https?:\/\/[\x21\x23-\x3b\x3d\x3f-\x7e]{1,2048}/iy, source, at);
  const link = found && plainInlines(found[0])[0];
  if (!found || link?.kind !== 'link') return null;
  const shown = link.children[0];
  const length = shown?.kind === 'text' ? shown.text.length : found[0].length;
  return { pieces: [link], end: at + length };
}

function bracketsOf(source: string): Map<number, number> {
  const out = new Map<number, number>();
  const open: Record<string, number[]> = { ']': [], ')': [] };
  const signs = /\\.|[[\]()]/gs;
  for (const { 0: sign, index } of source.matchAll(signs)) {
    if (sign === '[') open[']']?.push(index);
    if (sign === '(') open[')']?.push(index);
    const opened = open[sign]?.pop();
    if (opened !== undefined) out.set(opened, index);
  }
  return out;
}

interface Target {
  label: string;
  href: string;
  end: number;
}

function targetAt({ source, brackets }: Line, at: number): Target | null {
  const label = source[at] === '[' ? brackets.get(at) : undefined;
  if (label === undefined || label - at > labelMax || source[label + 1] !== '(') return null;
  const end = brackets.get(label + 1);
  if (end === undefined || end - label > labelMax) return null;
  const written = source.slice(label + 2, end).trim();
  const href = /^<([^<>]*)>|^(\S+)/.exec(written);
  return { label: source.slice(at + 1, label), href: href?.[1] ?? href?.[2] ?? '', end: end + 1 };
}

function takeLink(line: Line, at: number): Taken | null {
  const target = targetAt(line, at);
  if (target === null) return null;
  const { inner } = line;
  const href = target.href.startsWith('$') ? inner.hrefs.get(target.href.slice(1)) : target.href;
  const children = withoutLinks(parseInline(target.label, inner));
  return { pieces: [linkTo(href ?? '', children, target.label)], end: target.end };
}

function takePicture(line: Line, at: number): Taken | null {
  const target = targetAt(line, at + 1);
  if (target === null) return null;
  const picture = pictureOf(target.href, target.label);
  return { pieces: [{ kind: 'picture', picture }], end: target.end };
}

/** A link inside a link would be two things to press at one place. */
function withoutLinks(inlines: Inline[]): Inline[] {
  return inlines.flatMap((each): Inline[] => {
    if (each.kind === 'link') return each.children;
    if (each.kind === 'mark' || each.kind === 'tone') {
      return [{ ...each, children: withoutLinks(each.children) }];
    }
    if (each.kind === 'picture')
      return each.picture.alt === '' ? [] : [{ kind: 'text', text: each.picture.alt }];
    return [each];
  });
}

const tagStart = /<(at|font|a|text_tag|number_tag|person|link|br)((?:\s[^<>]{0,2048})?)(\/?)>/iy;

function takeTag(source: string, at: number, inner: InlineContext): Taken | null {
  const auto = matchAt(/<((?:https?:\/\/|mailto:|tel:)[^\s<>]{1,2048})>/iy, source, at);
  if (auto) {
    const shown = (auto[1] ?? '').replace(/^(mailto|tel):/i, '');
    return {
      pieces: [linkTo(auto[1], [{ kind: 'text', text: shown }], '')],
      end: at + auto[0].length,
    };
  }
  const found = matchAt(tagStart, source, at);
  if (!found) return null;
  const name = (found[1] ?? '').toLowerCase();
  const written = found[2] ?? '';
  const start = at + found[0].length;
  if (name === 'br') return { pieces: [{ kind: 'break' }], end: start };
  const empty = found[3] === '/' || written.endsWith('/');
  const close = empty ? -1 : closingTag(source, name, start);
  const body = close === -1 ? '' : source.slice(start, close);
  if (close === -1 && name !== 'at' && name !== 'link' && name !== 'person') return null;
  const end = close === -1 ? start : close + name.length + 3;
  return { pieces: tagPieces(name, attributesOf(written), body, inner), end };
}

const spanMax = 8000;

function closingTag(source: string, name: string, start: number): number {
  const window = source.slice(start, start + spanMax).toLowerCase();
  const found = window.indexOf(`</${name}>`);
  return found === -1 ? -1 : start + found;
}

function tagPieces(
  name: string,
  attributes: ReadonlyMap<string, string>,
  body: string,
  inner: InlineContext,
): Piece[] {
  const given = (key: string): string => attributes.get(key) ?? '';
  switch (name) {
    case 'at':
    case 'person':
      return mentionOf(attributes, body);
    case 'text_tag':
    case 'number_tag':
      return [
        {
          kind: 'label',
          tone: toneOf(given('color') || given('background_color')) ?? 'grey',
          text: body,
        },
      ];
    case 'font': {
      const tone = toneOf(given('color'));
      const children = parseInline(body, inner);
      return tone === null ? children : [{ kind: 'tone', tone, children }];
    }
    default: {
      const href = given('href') || given('url') || given('pc_url');
      const children = withoutLinks(parseInline(body, inner));
      const shown: Inline[] = children.length > 0 ? children : [{ kind: 'text', text: href }];
      return [linkTo(href, shown, body)];
    }
  }
}

const markOf = (sign: string, used: number): Mark =>
  sign === '~' ? 'strike' : used === 2 ? 'bold' : 'italic';

// Pairs the delimiters: each that closes takes the nearest open one of its sign. `openers` are the
// places of those still open; what is beyond their limit stays text, and so bounds the nesting.
function withMarks(pieces: readonly Piece[]): Inline[] {
  const out: Piece[] = [];
  const openers: number[] = [];
  for (const piece of pieces) {
    if (piece.kind !== 'delimiter') {
      out.push(piece);
      continue;
    }
    const left = piece.closes ? closeWith(piece, out, openers) : piece.count;
    if (left === 0) continue;
    if (piece.opens && openers.length < openersMax) openers.push(out.length);
    out.push({ ...piece, count: left });
  }
  return merged(out);
}

/** How many of its signs are left over. */
function closeWith(closer: Delimiter, out: Piece[], openers: number[]): number {
  let left = closer.count;
  while (left > 0) {
    const at = [...openers].reverse().find((place) => signAt(out, place) === closer.sign);
    const opener = at === undefined ? undefined : out[at];
    if (at === undefined || opener?.kind !== 'delimiter' || at === out.length - 1) break;
    const used = Math.min(2, left, opener.count);
    const children = merged(out.splice(at + 1));
    openers.splice(openers.indexOf(at) + 1);
    if (opener.count === used) {
      out.pop();
      openers.pop();
    } else {
      out[at] = { ...opener, count: opener.count - used };
    }
    out.push({ kind: 'mark', mark: markOf(closer.sign, used), children });
    left -= used;
  }
  return left;
}

function signAt(pieces: readonly Piece[], at: number): string | null {
  const piece = pieces[at];
  return piece?.kind === 'delimiter' ? piece.sign : null;
}

// Delimiters that found no partner are text; neighbouring texts are one.
function merged(pieces: readonly Piece[]): Inline[] {
  const out: Inline[] = [];
  for (const piece of pieces) {
    const last = out[out.length - 1];
    const text =
      piece.kind === 'delimiter'
        ? piece.sign.repeat(piece.count)
        : piece.kind === 'text'
          ? piece.text
          : null;
    if (text === null) out.push(piece as Inline);
    else if (last?.kind === 'text') out[out.length - 1] = { kind: 'text', text: last.text + text };
    else out.push({ kind: 'text', text });
  }
  return out;
}

// Markdown as blocks: headings, lists, quotes, code, tables, rules, paragraphs. A single line end
// is one, as both vendors' clients draw it. Inside a line: inline.ts.
import { parseInline, type InlineContext } from './inline';
import type { Align, Block, Inline } from './model';
import { depthMax } from './read';

const noHrefs: ReadonlyMap<string, string> = new Map();
const linesMax = 3000;
const rowsMax = 200;
const columnsMax = 20;

export function parseMarkdown(source: string, hrefs = noHrefs): Block[] {
  const lines = source.split('\n');
  const kept = lines.slice(0, linesMax);
  if (lines.length > linesMax) kept.push(lines.slice(linesMax).join(' '));
  return blocksOf(kept, { hrefs, depth: 0 }, 0);
}

type Taken = { block: Block; next: number } | null;
type Taker = (lines: string[], at: number, context: InlineContext, depth: number) => Taken;

const takers: Taker[] = [takeFence, takeHeading, takeRule, takeQuote, takeList, takeTable];

function blocksOf(lines: string[], context: InlineContext, depth: number): Block[] {
  const out: Block[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) out.push(...paragraphBlocks(paragraph, context));
    paragraph = [];
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const taken = depth < depthMax ? firstTaken(lines, at, context, depth) : null;
    if (taken !== null) {
      flush();
      out.push(taken.block);
      at = taken.next;
      continue;
    }
    if (line.trim() === '') flush();
    else paragraph.push(line.trim());
    at += 1;
  }
  flush();
  return out;
}

function firstTaken(lines: string[], at: number, context: InlineContext, depth: number): Taken {
  for (const take of takers) {
    const taken = take(lines, at, context, depth);
    if (taken !== null) return taken;
  }
  return null;
}

// A picture that stands alone is a block of its own.
function paragraphBlocks(lines: readonly string[], context: InlineContext): Block[] {
  const children = parseInline(lines.join('\n'), context);
  const only = children.length === 1 ? children[0] : undefined;
  if (only?.kind === 'picture') {
    return [{ kind: 'picture', picture: only.picture, caption: [], small: false }];
  }
  return [{ kind: 'paragraph', children }];
}

function takeFence(lines: string[], at: number): Taken {
  const start = /^ {0,3}(`{3,}|~{3,})([^`]*)$/.exec(lines[at] ?? '');
  if (!start) return null;
  const fence = start[1] ?? '';
  const body: string[] = [];
  let next = at + 1;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (line.trim().startsWith(fence) && line.trim().replaceAll(fence[0] ?? '', '') === '') break;
    body.push(line);
  }
  const language = (start[2] ?? '').trim().slice(0, 32);
  return { block: { kind: 'code', language, text: body.join('\n') }, next: next + 1 };
}

function takeHeading(lines: string[], at: number, context: InlineContext): Taken {
  const found = /^ {0,3}(#{1,6})[ \t]+(.*)$/.exec(lines[at] ?? '');
  if (!found) return null;
  const children = parseInline((found[2] ?? '').trim(), context);
  return { block: { kind: 'heading', level: (found[1] ?? '').length, children }, next: at + 1 };
}

function takeRule(lines: string[], at: number): Taken {
  const signs = (lines[at] ?? '').replace(/[ \t]/g, '');
  const rule = /^(?:-{3,}|\*{3,}|_{3,})$/.test(signs) || /^<hr\/?>$/i.test(signs);
  return rule ? { block: { kind: 'rule' }, next: at + 1 } : null;
}

function takeQuote(lines: string[], at: number, context: InlineContext, depth: number): Taken {
  const inner: string[] = [];
  let next = at;
  for (; /^ {0,3}>/.test(lines[next] ?? ''); next++) {
    inner.push((lines[next] ?? '').replace(/^ {0,3}> ?/, ''));
  }
  if (next === at) return null;
  return { block: { kind: 'quote', blocks: blocksOf(inner, context, depth + 1) }, next };
}

const itemStart = /^([ \t]*)([-*+]|\d{1,9}[.)])[ \t]+(?=\S)/;

function takeList(lines: string[], at: number, context: InlineContext, depth: number): Taken {
  const first = itemStart.exec(lines[at] ?? '');
  if (!first) return null;
  const ordered = /\d/.test(first[2] ?? '');
  const indent = widthOf(first[1] ?? '');
  const items: string[][] = [];
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    const start = itemStart.exec(line);
    const here = widthOf(/^[ \t]*/.exec(line)?.[0] ?? '');
    if (start && here < indent + 2) {
      if (here < indent || /\d/.test(start[2] ?? '') !== ordered) break;
      items.push([line.slice(start[0].length)]);
    } else if (line.trim() === '') {
      // A blank line ends the list unless it goes on below.
      const below = lines[next + 1] ?? '';
      const goesOn = itemStart.test(below) || widthOf(/^[ \t]*/.exec(below)?.[0] ?? '') > indent;
      if (below.trim() === '' || !goesOn) break;
    } else if (here > indent) {
      items[items.length - 1]?.push(dedented(line, indent + 2));
    } else {
      break;
    }
  }
  const blocks = items.map((item) => blocksOf(item, context, depth + 1));
  const start = ordered ? parseInt(first[2] ?? '1', 10) : 1;
  return { block: { kind: 'list', ordered, start, items: blocks }, next };
}

const widthOf = (blank: string): number => blank.replace(/\t/g, '    ').length;

function dedented(line: string, most: number): string {
  const blank = Math.min(/^[ \t]*/.exec(line)?.[0].length ?? 0, most);
  return line.slice(blank);
}

function takeTable(lines: string[], at: number, context: InlineContext): Taken {
  const rule = lines[at + 1] ?? '';
  if (!(lines[at] ?? '').includes('|') || !rule.includes('-')) return null;
  const marks = cellsOf(rule);
  if (!marks.every((mark) => /^:?-+:?$/.test(mark))) return null;
  const head = cellsOf(lines[at] ?? '');
  if (head.length !== marks.length) return null;
  const rows: Inline[][][] = [];
  let next = at + 2;
  for (; (lines[next] ?? '').includes('|') && rows.length < rowsMax; next++) {
    const cells = cellsOf(lines[next] ?? '');
    rows.push(head.map((_, n) => parseInline(cells[n] ?? '', context)));
  }
  const align = marks.map(alignOf);
  const table: Block = {
    kind: 'table',
    head: head.map((cell) => parseInline(cell, context)),
    rows,
    align,
  };
  return { block: table, next };
}

function alignOf(mark: string): Align {
  if (!mark.endsWith(':')) return 'left';
  return mark.startsWith(':') ? 'center' : 'right';
}

const escapedBar = '\u0000'; // `clean` has left none

function cellsOf(line: string): string[] {
  const inner = line.replaceAll('\\|', escapedBar).trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner
    .split('|')
    .slice(0, columnsMax)
    .map((cell) => cell.trim().replaceAll(escapedBar, '|'));
}

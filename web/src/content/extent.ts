// How long a message is, in lines, and its beginning if that is too long: reckoned from the content
// instead of measured on the page, so that a long list need not be laid out twice.
import type { Block, Inline } from './model';

const lineChars = 44; // of a narrow column; a wide character counts twice
const pictureLines = 8;

/** The blocks that fit into so many lines; the same array if all do. */
export function beginningOf(blocks: Block[], lines: number): Block[] {
  if (linesOf(blocks) <= lines * 1.25) return blocks; // nobody presses a button for two lines more
  return cut(blocks, lines).kept;
}

interface Cut {
  kept: Block[];
  left: number;
}

function cut(blocks: readonly Block[], lines: number): Cut {
  const kept: Block[] = [];
  let left = lines;
  for (const block of blocks) {
    if (left <= 0) break;
    const length = blockLines(block);
    if (length <= left) kept.push(block);
    else kept.push(...beginningOfBlock(block, left));
    left -= length;
  }
  return { kept, left };
}

function beginningOfBlock(block: Block, lines: number): Block[] {
  switch (block.kind) {
    case 'card':
      return [{ ...block, blocks: cut(block.blocks, Math.max(lines - 1, 1)).kept }];
    case 'details':
    case 'quote':
      return [{ ...block, blocks: cut(block.blocks, lines).kept }];
    case 'paragraph':
      return [{ ...block, children: cutInlines(block.children, lines) }];
    case 'list':
      return [
        {
          ...block,
          items: block.items
            .slice(0, Math.max(Math.floor(lines), 1))
            .map((item) => cut(item, lines).kept),
        },
      ];
    case 'table':
      return [{ ...block, rows: block.rows.slice(0, Math.max(Math.floor(lines), 1)) }];
    case 'code':
      return [{ ...block, text: cutText(block.text, lines) }];
    case 'pairs':
      return [
        {
          ...block,
          items: block.items
            .slice(0, Math.max(Math.floor(lines), 1))
            .map(({ key, value }) => ({ key, value: cutText(value, lines) })),
        },
      ];
    default:
      return [block]; // what cannot be divided
  }
}

function cutText(text: string, lines: number): string {
  const kept = text
    .split('\n')
    .slice(0, Math.max(Math.floor(lines), 1))
    .join('\n');
  const most = Math.max(Math.floor(lines), 1) * lineChars;
  // Never through the middle of a character.
  const short = kept.length > most ? kept.slice(0, most).replace(/[\ud800-\udbff]$/, '') : kept;
  return short === text ? text : `${short.trimEnd()}…`;
}

function cutInlines(inlines: readonly Inline[], lines: number): Inline[] {
  const out: Inline[] = [];
  const measure = new Measure();
  for (const inline of inlines) {
    const before = measure.lines;
    measure.add(wordsOf(inline));
    if (measure.lines > lines) {
      if (inline.kind === 'text')
        out.push({ ...inline, text: cutText(inline.text, lines - before + 1) });
      return out;
    }
    out.push(inline);
  }
  return out;
}

// Half a line is what separates blocks.
const linesOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + blockLines(block), 0);

/** Counts the lines of text that comes in pieces. */
class Measure {
  private full = 0;
  private width = 0;

  add(text: string): void {
    for (let n = 0; n < text.length; n++) {
      const code = text.charCodeAt(n);
      // Two columns for CJK and what is wider.
      if (code !== 10) this.width += code >= 0x2e80 ? 2 : 1;
      if (code !== 10 && this.width <= lineChars) continue;
      this.full += 1;
      this.width = code === 10 ? 0 : 1;
    }
  }

  get lines(): number {
    return this.full + 1;
  }
}

function textLines(text: string): number {
  const measure = new Measure();
  measure.add(text);
  return measure.lines;
}

function inlineLines(inlines: readonly Inline[]): number {
  const measure = new Measure();
  for (const inline of inlines) measure.add(wordsOf(inline));
  return measure.lines;
}

// As much room as it takes, as text.
function wordsOf(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
    case 'label':
      return inline.text;
    case 'break':
      return '\n';
    case 'mention':
      return inline.name;
    case 'picture':
      return inline.still ? '' : '\n\n';
    default:
      return inline.children.map(wordsOf).join('');
  }
}

function blockLines(block: Block): number {
  switch (block.kind) {
    case 'paragraph':
      return inlineLines(block.children) + 0.5;
    case 'heading':
      return inlineLines(block.children) + 1;
    case 'quote':
    case 'note':
      return linesOf(block.blocks);
    case 'card':
      return linesOf(block.blocks) + (block.header ? 2 : 0);
    case 'details':
      return 1.5 + (block.open ? linesOf(block.blocks) : 0);
    case 'list':
      return block.items.reduce((sum, item) => sum + linesOf(item), 0);
    case 'code':
      return textLines(block.text) + 1;
    case 'table':
      return (block.rows.length + 1) * 1.5;
    case 'picture':
      return block.small ? 4 : pictureLines;
    case 'pictures':
      return Math.ceil(block.pictures.length / 3) * 4;
    case 'fields':
      return block.items.reduce(
        (sum, item) => sum + linesOf(item.children) * (item.short ? 0.5 : 1),
        0,
      );
    case 'pairs':
      return block.items.reduce((sum, item) => sum + textLines(item.value), 0);
    case 'beside':
      return Math.max(linesOf(block.blocks), blockLines(block.extra));
    case 'columns':
      return Math.max(0, ...block.columns.map((column) => linesOf(column.blocks)));
    case 'actions':
      return block.layout === 'stack' ? block.actions.length * 2 : 2;
    case 'choice':
      return 2 + block.options.length * 0.3;
    case 'unknown':
      return block.lines.reduce((sum, line) => sum + textLines(line), 1);
    default:
      return 1.5;
  }
}

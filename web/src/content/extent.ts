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
      return [{ ...block, items: block.items.slice(0, Math.max(Math.floor(lines), 1)).map((item) => cut(item, lines).kept) }];
    case 'table':
      return [{ ...block, rows: block.rows.slice(0, Math.max(Math.floor(lines), 1)) }];
    case 'code':
      return [{ ...block, text: cutText(block.text, lines) }];
    case 'pairs':
      return [{ ...block, items: block.items.slice(0, Math.max(Math.floor(lines), 1)).map(({ key, value }) => ({ key, value: cutText(value, lines) })) }];
    default:
      return [block]; // what cannot be divided
  }
}

function cutText(text: string, lines: number): string {
  const kept = text.split('\n').slice(0, Math.max(Math.floor(lines), 1)).join('\n');
  const most = Math.max(Math.floor(lines), 1) * lineChars;
  // Never through the middle of a character.
  const short = kept.length > most ? kept.slice(0, most).replace(/[\ud800-\udbff]$/, '') : kept;
  return short === text ? text : `${short.trimEnd()}…`;
}

function cutInlines(inlines: readonly Inline[], lines: number): Inline[] {
  const out: Inline[] = [];
  let left = lines;
  for (const inline of inlines) {
    const length = inlineLines([inline]);
    if (left - length < 0) {
      const cuttable = inline.kind === 'text' ? [{ ...inline, text: cutText(inline.text, left) }] : [];
      return [...out, ...cuttable];
    }
    left -= length;
    out.push(inline);
  }
  return out;
}

// Half a line is what separates blocks.
const linesOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + blockLines(block), 0);

const textLines = (text: string): number =>
  text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / lineChars)), 0);

// Two columns for CJK and what is wider.
function widthOf(text: string): number {
  let width = 0;
  for (let n = 0; n < text.length; n++) width += text.charCodeAt(n) >= 0x2e80 ? 2 : 1;
  return width;
}

function inlineLines(inlines: readonly Inline[]): number {
  return inlines.reduce((sum, inline) => {
    if (inline.kind === 'text') return sum + widthOf(inline.text) / lineChars;
    if (inline.kind === 'break') return sum + 1;
    if (inline.kind === 'picture') return sum + 2;
    return sum + ('children' in inline ? inlineLines(inline.children) : 0.2);
  }, 0);
}

function blockLines(block: Block): number {
  switch (block.kind) {
    case 'paragraph':
      return Math.max(1, inlineLines(block.children)) + 0.5;
    case 'heading':
      return Math.max(1, inlineLines(block.children)) + 1;
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
      return block.items.reduce((sum, item) => sum + linesOf(item.children) * (item.short ? 0.5 : 1), 0);
    case 'pairs':
      return block.items.reduce((sum, item) => sum + textLines(item.value), 0);
    case 'beside':
      return Math.max(linesOf(block.blocks), blockLines(block.extra));
    case 'columns':
      return Math.max(0, ...block.columns.map((column) => linesOf(column.blocks)));
    case 'actions':
      return block.upright ? block.actions.length * 2 : 2;
    case 'choice':
      return 2 + block.options.length * 0.3;
    case 'unknown':
      return block.lines.reduce((sum, line) => sum + textLines(line), 1);
    default:
      return 1.5;
  }
}

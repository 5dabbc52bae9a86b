import { expect, test } from 'vitest';

import { parseMarkdown } from './markdown';
import type { Block, Inline } from './model';

// What it shows, in a notation short enough to compare at a glance.
function shown(nodes: readonly (Block | Inline)[]): string {
  return nodes.map(show).join('');
}

function show(node: Block | Inline): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return '⏎';
    case 'mark':
      return `${node.mark}(${shown(node.children)})`;
    case 'tone':
      return `${node.tone}(${shown(node.children)})`;
    case 'label':
      return `label-${node.tone}(${node.text})`;
    case 'link':
      return `link(${shown(node.children)} → ${node.href})`;
    case 'mention':
      return node.all ? '@all' : `@${node.id}/${node.name}`;
    case 'picture':
      return `picture(${node.picture.key ?? node.picture.remote}|${node.picture.alt})`;
    case 'paragraph':
      return `p(${shown(node.children)})`;
    case 'heading':
      return `h${node.level}(${shown(node.children)})`;
    case 'quote':
      return `quote(${shown(node.blocks)})`;
    case 'list':
      return `${node.ordered ? `ol${node.start}` : 'ul'}(${node.items.map(shown).join(' | ')})`;
    case 'code':
      return `code ${node.language}(${node.text})`;
    case 'rule':
      return 'rule';
    case 'table':
      return `table(${[node.head, ...node.rows].map((row) => row.map(shown).join(',')).join(' / ')}; ${node.align.join()})`;
    default:
      return node.kind;
  }
}

const line = (source: string): string => shown(parseMarkdown(source)).replace(/^p\((.*)\)$/s, '$1');

test.each([
  [
    '**bold** and *italic* and ~~gone~~ and `code`',
    'bold(bold) and italic(italic) and strike(gone) and code(code)',
  ],
  ['***both***', 'italic(bold(both))'],
  ['**a *b* c**', 'bold(a italic(b) c)'],
  ['**注意：**请看', 'bold(注意：)请看'],
  ['snake_case_name and _emphasis_', 'snake_case_name and italic(emphasis)'],
  ['2 * 3 * 4 ** 5', '2 * 3 * 4 ** 5'],
  ['**open *and never closed', '**open *and never closed'],
  ['****four', '****four'],
  ['\\*plain\\* \\[x](y)', '*plain* [x](y)'],
  ['a\nb<br>c<br/>d', 'a⏎b⏎c⏎d'],
  ['&lt;b&gt; &amp;amp; &#20320; &nope; &#0;', '<b> &amp; 你 &nope; &#0;'],
  ['`**as it is** <b>`', 'code(**as it is** <b>)'],
  ['``a ` b``', 'code(a ` b)'],
  ['<b>not ours</b>', '<b>not ours</b>'],
  [':DONE: 12:30:45 :nothing:', '✅ 12:30:45 :nothing:'],
])('in a line: %s', (source, expected) => {
  expect(line(source)).toBe(expected);
});

test.each([
  ['[a *link*](https://x.example/a(b)c)', 'link(a italic(link) → https://x.example/a(b)c)'],
  ['[x](https://x.example "title")', 'link(x → https://x.example/)'],
  ['[x](lark://open)', 'link(x → null)'],
  ['[x]($go)', 'link(x → https://x.example/go)'],
  ['[x]($missing)', 'link(x → null)'],
  ['[x] (y) [z] !(a)(b)', '[x] (y) [z] !(a)(b)'],
  ['[[a](https://i.example)](https://o.example)', 'link(a → https://o.example/)'],
  [
    'see https://x.example/a, or (https://y.example/b).',
    'see link(https://x.example/a → https://x.example/a), or (link(https://y.example/b → https://y.example/b)).',
  ],
  ['看https://x.example/a。好', '看link(https://x.example/a → https://x.example/a)。好'],
  ['<https://x.example/?a=1&b=2>', 'link(https://x.example/?a=1&b=2 → https://x.example/?a=1&b=2)'],
  ['<a href="https://x.example">there</a>', 'link(there → https://x.example/)'],
  ["<link icon='i' url='https://x.example'>there</link>", 'link(there → https://x.example/)'],
  ['a ![alt](img_v2_1) b', 'a picture(img_v2_1|alt) b'],
  ['a ![](https://cdn.example/p.png)', 'a picture(https://cdn.example/p.png|)'],
])('links and pictures: %s', (source, expected) => {
  const blocks = parseMarkdown(source, new Map([['go', 'https://x.example/go']]));
  expect(shown(blocks).replace(/^p\((.*)\)$/s, '$1')).toBe(expected);
});

test.each([
  ['<at id=all></at>', '@all'],
  ['<at id="ou_1">Li</at>', '@ou_1/Li'],
  ["<at ids='ou_1,ou_2'></at>", '@ou_1/@ou_2/'],
  ['<at email=li@x.example></at>', '@li@x.example/li@x.example'],
  ["<person id = 'ou_1' show_name = true></person>", '@ou_1/'],
  ["<font color='red'>r **b**</font>", 'red(r bold(b))'],
  ['<font color=#00aa00>g</font>', 'green(g)'],
  ["<font color='nothing'>n</font>", 'n'],
  ['<font color=red>never closed', '<font color=red>never closed'],
  ["<text_tag color='blue'>new</text_tag>", 'label-blue(new)'],
])('the vendors’ own tags: %s', (source, expected) => {
  expect(line(source)).toBe(expected);
});

test.each([
  ['# One\n### Three ###\n#no', 'h1(One)h3(Three ###)p(#no)'],
  ['a\n\nb', 'p(a)p(b)'],
  ['---\n***\n- - -', 'rulerulerule'],
  ['> a\n> > b\nc', 'quote(p(a)quote(p(b)))p(c)'],
  ['- a\n- b\n  - c\n- d', 'ul(p(a) | p(b)ul(p(c)) | p(d))'],
  ['3. c\n4) d', 'ol3(p(c) | p(d))'],
  ['1. a\n   more\n\n2. b\n\nafter', 'ol1(p(a⏎more) | p(b))p(after)'],
  ['- a\n1. b', 'ul(p(a))ol1(p(b))'],
  ['```js\na **b**\n```\nc', 'code js(a **b**)p(c)'],
  ['```\nnever closed', 'code (never closed)'],
  ['| a | b |\n|---|--:|\n| 1 | `x\\|y` |\n| 2 |', 'table(a,b / 1,code(x|y) / 2,; left,right)'],
  ['a | b\nno rule', 'p(a | b⏎no rule)'],
  ['![alone](img_v2_1)', 'picture(img_v2_1|alone)'],
])('blocks: %j', (source, expected) => {
  expect(shown(parseMarkdown(source))).toBe(expected);
});

test.each([
  ['quotes', '>'.repeat(20_000)],
  ['lists', Array.from({ length: 2000 }, (_, n) => `${' '.repeat(n)}- x`).join('\n')],
  ['stars', '*a **b '.repeat(6000)],
  ['runs of stars', `${'*'.repeat(3)}a${'*'.repeat(3)}`.repeat(6000)],
  ['brackets', '['.repeat(40_000)],
  ['links', '[a]('.repeat(10_000)],
  ['pictures', '![a]('.repeat(10_000)],
  ['ticks', '`a``'.repeat(10_000)],
  ['fonts', '<font color=red>'.repeat(3000)],
  ['fonts closed', `${'<font color=red>'.repeat(1500)}x${'</font>'.repeat(1500)}`],
  ['entities', '&#'.repeat(20_000)],
  ['blanks', `# ${' '.repeat(40_000)}x`],
  ['bars', `${'|'.repeat(20_000)}\n${'|-'.repeat(10_000)}`],
  ['addresses', 'https://'.repeat(6000)],
  ['colons', ':a'.repeat(20_000)],
])('hostile %s are read in little time and without depth', (_, source) => {
  const start = performance.now();
  const blocks = parseMarkdown(source);
  expect(performance.now() - start).toBeLessThan(1500);
  expect(depthOf(blocks)).toBeLessThan(40);
});

function depthOf(nodes: readonly unknown[]): number {
  return nodes.reduce((most: number, node) => {
    const inner = typeof node === 'object' && node !== null ? depthOf(Object.values(node)) : 0;
    return Math.max(most, inner + 1);
  }, 0);
}

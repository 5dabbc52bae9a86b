// A message in one line: for lists, notifications and the titles of windows.
import type { Block } from './model';
import { nodesOf, parseMessage } from './parse';
import { translatorFor, type Translate } from './texts';

export function summarize(
  msgType: string,
  content: unknown,
  {
    locale = 'en',
    t = translatorFor(locale),
    most = 120,
  }: { locale?: string; t?: Translate; most?: number } = {},
): string {
  const blocks = parseMessage(msgType, content, locale);
  let out = '';
  for (const words of wordsOf(blocks, t)) {
    out += words;
    if (out.length > most * 4) break; // blanks may still go
  }
  const line = out.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length > most
    ? `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : line;
}

function* wordsOf(blocks: readonly Block[], t: Translate): Generator<string> {
  for (const node of nodesOf(blocks)) {
    switch (node.kind) {
      case 'text':
      case 'label':
        yield node.text;
        break;
      case 'mention':
        yield `@${node.all ? t('everyone') : node.name || t('someone')}`;
        break;
      case 'picture':
        yield ` [${node.picture.alt || t('picture')}] `;
        break;
      case 'pictures':
        yield ` [${t('picture')}] `;
        break;
      case 'attachment':
        yield ` [${t(node.what)}] ${node.name}`;
        break;
      case 'group':
        yield ` [${t('group')}] `;
        break;
      case 'template':
        yield ` ${t('template')}: `;
        break;
      case 'code':
        yield ` ${node.text}`;
        break;
      case 'pairs':
        yield node.items.map(({ key, value }) => ` ${key} ${value}`).join('');
        break;
      case 'figure':
        yield ` ${node.number}${node.unit}`;
        break;
      case 'status':
        yield ` ${node.text}`;
        break;
      case 'actions':
        yield node.actions.map((action) => ` [${action.text}]`).join('');
        break;
      case 'choice':
        yield ` ${node.prompt} ${node.options.map((option) => option.text).join(' ')}`;
        break;
      case 'unknown':
        yield node.lines.length > 0 ? ` ${node.lines.join(' ')}` : ` ${t('unknown_message')}`;
        break;
      case 'break':
      case 'paragraph':
      case 'heading':
      case 'card':
      case 'columns':
        yield ' ';
        break;
      default:
    }
  }
}

// From a message as the inbox gives it to what it shows. Never throws.
import { parseCard } from './card';
import { pictureOf, plainInlines } from './links';
import { parseText } from './mentions';
import type { Block, Inline, Picture } from './model';
import {
  parseActionCard,
  parseAttachment,
  parseLink,
  parseMarkdownMessage,
  parseOa,
} from './notification';
import { parsePost } from './post';
import { fields, text, visibleStrings } from './read';

/** `locale` as in BCP 47: zh-CN. */
export function parseMessage(msgType: string, content: unknown, locale: string): Block[] {
  try {
    const blocks = blocksOf(msgType, content, locale);
    return isEmpty(blocks) ? plain(msgType, content) : blocks;
  } catch {
    return plain(msgType, content);
  }
}

/** What is left of content that is not as it should be: its words. */
export function plain(msgType: string, content: unknown): Block[] {
  return [{ kind: 'unknown', what: msgType, lines: wordsOf(content) }];
}

function wordsOf(content: unknown): string[] {
  try {
    return visibleStrings(content);
  } catch {
    return [];
  }
}

function blocksOf(msgType: string, content: unknown, locale: string): Block[] {
  const message = fields(content);
  switch (msgType) {
    case 'text': // `content` is DingTalk's, whose text knows no tags
      return message['text'] !== undefined
        ? [{ kind: 'paragraph', children: parseText(text(message['text'])) }]
        : [{ kind: 'paragraph', children: plainInlines(text(message['content'])) }];
    case 'post':
      return parsePost(content, locale);
    case 'image':
      return [
        {
          kind: 'picture',
          picture: pictureOf(text(message['image_key']) || text(message['media_id'])),
          caption: [],
          small: false,
        },
      ];
    case 'share_chat':
      return [{ kind: 'group', id: text(message['share_chat_id']) }];
    case 'interactive':
      return parseCard(content, locale);
    case 'voice':
    case 'file':
      return parseAttachment(msgType, message);
    case 'link':
      return parseLink(message);
    case 'oa':
      return parseOa(message);
    case 'markdown':
      return parseMarkdownMessage(message);
    case 'action_card':
      return parseActionCard(message);
    default:
      return plain(msgType, content);
  }
}

function isEmpty(blocks: readonly Block[]): boolean {
  return blocks.every((block) => {
    if (block.kind === 'paragraph') return block.children.length === 0;
    if (block.kind === 'picture')
      return block.picture.key === null && block.picture.remote === null;
    if (block.kind === 'card') return block.header === null && isEmpty(block.blocks);
    return block.kind === 'group' ? block.id === '' : false;
  });
}

type Node = Block | Inline;

/** Every node of it, outer before inner. */
export function* nodesOf(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node;
    yield* nodesOf(childrenOf(node));
  }
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'list':
      return node.items.flat();
    case 'table':
      return [...node.head.flat(), ...node.rows.flat(2)];
    case 'fields':
      return node.items.flatMap((item) => item.children);
    case 'beside':
      return [...node.blocks, node.extra];
    case 'columns':
      return node.columns.flatMap((column) => column.blocks);
    case 'details':
      return [...node.title, ...node.blocks];
    case 'card':
      return [...(node.header?.title ?? []), ...(node.header?.subtitle ?? []), ...node.blocks];
    case 'quote':
    case 'note':
      return node.blocks;
    case 'picture':
      return 'caption' in node ? node.caption : [];
    default:
      return 'children' in node ? node.children : [];
  }
}

/** The pictures that our own server has, in the order in which they are shown. */
export function picturesOf(blocks: readonly Block[]): Picture[] {
  return [...nodesOf(blocks)]
    .flatMap((node) =>
      node.kind === 'picture' && !('still' in node)
        ? [node.picture]
        : node.kind === 'pictures'
          ? node.pictures
          : [],
    )
    .filter((picture) => picture.key !== null);
}

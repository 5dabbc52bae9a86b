// Text messages: mentions written as tags, everything else as it stands.
import { plainInlines } from './links';
import type { Inline } from './model';

export type Attributes = ReadonlyMap<string, string>;

/** The attributes inside of a tag; `written` is at most some hundred characters. */
export function attributesOf(written: string): Attributes {
  const out = new Map<string, string>();
  for (const found of written.matchAll(
    /([a-z_]{1,32})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi,
  )) {
    out.set((found[1] ?? '').toLowerCase(), found[2] ?? found[3] ?? found[4] ?? '');
  }
  return out;
}

/** `name` is what stands between the tags; ids that say nothing to a reader are not shown. */
export function mentionOf(attributes: Attributes, name: string): Inline[] {
  const ids = attributes.get('ids')?.split(',') ?? [
    attributes.get('user_id') ?? attributes.get('id') ?? attributes.get('email') ?? '',
  ];
  return ids.slice(0, 50).map((written) => {
    const id = written.trim();
    const shown = name.replace(/^@/, '').trim();
    const all = id.toLowerCase() === 'all';
    return { kind: 'mention', id, name: shown === '' && id.includes('@') ? id : shown, all };
  });
}

const tag = /<at((?:\s[^<>]{0,512})?)>([^<]{0,256}<\/at>)?/gi;

export function parseText(text: string): Inline[] {
  const out: Inline[] = [];
  let end = 0;
  for (const found of text.matchAll(tag)) {
    const attributes = attributesOf(found[1] ?? '');
    if (attributes.size === 0) continue;
    out.push(...plainInlines(text.slice(end, found.index)));
    const name = (found[2] ?? '').replace(/<\/at>$/i, '');
    out.push(...mentionOf(attributes, name));
    end = found.index + found[0].length;
  }
  out.push(...plainInlines(text.slice(end)));
  return out;
}

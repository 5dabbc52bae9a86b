// The editor's model of a rich post, and Feishu's form of it.
//
// Shape  a post has a version for each locale; a version has a title and paragraphs; a paragraph is a
//        line of elements, or one image alone. The server takes the same (docs/wire/feishu/batch_send.md).

export const kLocales = ['zh_cn', 'en_us', 'ja_jp', 'zh_hk', 'zh_tw'] as const;
export type Locale = (typeof kLocales)[number];

export type Element =
  | { tag: 'text'; text: string }
  | { tag: 'a'; text: string; href: string }
  | { tag: 'at'; user_id: string; user_name?: string }
  | { tag: 'img'; image_key: string }
  | { tag: 'media'; file_key: string; image_key?: string }
  | { tag: 'emotion'; emoji_type: string };

export type Paragraph = Element[];
export interface Version {
  title: string;
  content: Paragraph[];
}
export type Post = Partial<Record<Locale, Version>>;

export const emptyVersion = (): Version => ({ title: '', content: [[{ tag: 'text', text: '' }]] });

export const alone = (tag: Element['tag']) => tag === 'img' || tag === 'media';

function kept(element: Element): boolean {
  return element.tag !== 'text' || element.text !== '';
}

// Empty texts and the empty lines at both ends are the editor's own, not the message's.
export function toContent(post: Post): { post: Record<string, unknown> } {
  const out: Record<string, unknown> = {};
  for (const locale of kLocales) {
    const version = post[locale];
    if (!version) continue;
    const lines = version.content.map((line) => line.filter(kept));
    while (lines.length > 0 && lines[0]!.length === 0) lines.shift();
    while (lines.length > 0 && lines[lines.length - 1]!.length === 0) lines.pop();
    out[locale] = { ...(version.title && { title: version.title }), content: lines };
  }
  return { post: out };
}

export type PostProblem =
  | { kind: 'no_locale' }
  | { kind: 'empty'; locale: Locale }
  | { kind: 'field'; locale: Locale; paragraph: number; field: string };

export function problems(post: Post): PostProblem[] {
  const out: PostProblem[] = [];
  const locales = kLocales.filter((locale) => post[locale]);
  if (locales.length === 0) out.push({ kind: 'no_locale' });
  for (const locale of locales) {
    const version = post[locale]!;
    const said = version.content.some((line) => line.some(kept));
    if (!said && version.title.trim() === '') out.push({ kind: 'empty', locale });
    version.content.forEach((line, paragraph) => {
      for (const element of line) {
        const missing = missingField(element);
        if (missing) out.push({ kind: 'field', locale, paragraph, field: missing });
      }
    });
  }
  return out;
}

function missingField(element: Element): string | null {
  switch (element.tag) {
    case 'a':
      if (element.text === '') return 'text';
      return /^https?:\/\/\S+$/u.test(element.href) ? null : 'href';
    case 'at':
      return element.user_id ? null : 'user_id';
    case 'img':
      return element.image_key ? null : 'image_key';
    case 'media':
      return element.file_key ? null : 'file_key';
    case 'emotion':
      return element.emoji_type ? null : 'emoji_type';
    default:
      return null;
  }
}

// An element that stands alone gets a paragraph of its own after the one where it was wanted.
export function insert(version: Version, paragraph: number, element: Element): Version {
  const content = version.content.map((line) => [...line]);
  const line = content[paragraph];
  if (!line) return { ...version, content: [...content, [element]] };
  if (alone(element.tag) || line.some((other) => alone(other.tag)))
    content.splice(paragraph + 1, 0, [element]);
  else line.push(element);
  return { ...version, content };
}

export function replace(
  version: Version,
  paragraph: number,
  index: number,
  element: Element,
): Version {
  const content = version.content.map((line) => [...line]);
  if (content[paragraph]?.[index]) content[paragraph]![index] = element;
  return { ...version, content };
}

export function removeElement(version: Version, paragraph: number, index: number): Version {
  const content = version.content.map((line) => [...line]);
  content[paragraph]?.splice(index, 1);
  if (content[paragraph]?.length === 0) content.splice(paragraph, 1);
  return { ...version, content };
}

export function moveParagraph(version: Version, from: number, to: number): Version {
  const content = [...version.content];
  if (to < 0 || to >= content.length) return version;
  const [line] = content.splice(from, 1);
  content.splice(to, 0, line!);
  return { ...version, content };
}

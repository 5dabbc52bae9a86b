// What a link may lead to, and where links stand in plain text.
import type { Inline, Picture } from './model';
import { clean } from './read';

const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const urlMax = 4096;

/** The address in its normal form if a reader may be led there; null: show the text alone. */
export function safeHref(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > urlMax) return null;
  // What browsers pass over inside an address must not hide its scheme from us.
  const written = clean(value)
    .replace(/[\t\n]/g, '')
    .trim();
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(written)) return insideVendorLink(written);
  try {
    const url = new URL(written);
    if (!schemes.has(url.protocol)) return null;
    if (url.username !== '' || url.password !== '') return null; // bank.example@elsewhere.example
    return url.href;
  } catch {
    return null;
  }
}

// dingtalk://dingtalkclient/page/link?url=https%3A%2F%2F... opens a page beside the conversation.
function insideVendorLink(written: string): string | null {
  const inside = /^dingtalk:\/\/dingtalkclient\/page\/link\?(.*)$/i.exec(written)?.[1];
  const url = inside === undefined ? null : new URLSearchParams(inside).get('url');
  return url !== null && /^https?:\/\//i.test(url) ? safeHref(url) : null;
}

export function hostOf(href: string): string {
  try {
    return new URL(href).host;
  } catch {
    return '';
  }
}

/**
 * A link; where its text looks like the address of another site, the real one is shown beside it.
 */
export function linkTo(href: unknown, children: Inline[], shown: string): Inline {
  const safe = safeHref(href);
  if (safe === null) return { kind: 'link', href: null, children };
  const said = /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?=[/:?#\s]|$)/iu.exec(
    shown,
  )?.[1];
  const host = hostOf(safe);
  const honest = said === undefined || host === '' || bare(hostOf(`http://${said}`)) === bare(host);
  return {
    kind: 'link',
    href: safe,
    children: honest ? children : [...children, { kind: 'text', text: ` (${host})` }],
  };
}

const bare = (host: string): string => host.replace(/^www\.|:\d+$/g, '');

const address = /https?:\/\/[\x21\x23-\x3b\x3d\x3f-\x7e]{1,2048}/gi;

/** Text with the addresses in it made links and its line ends breaks. */
export function plainInlines(text: string): Inline[] {
  const out: Inline[] = [];
  let end = 0;
  for (const found of text.matchAll(address)) {
    const url = withoutTail(found[0]);
    const href = safeHref(url);
    if (href === null || found.index < end) continue;
    appendText(out, text.slice(end, found.index));
    out.push({ kind: 'link', href, children: [{ kind: 'text', text: url }] });
    end = found.index + url.length;
  }
  appendText(out, text.slice(end));
  return out;
}

// The stop at a sentence's end, and a bracket opened before the address, are no part of it.
function withoutTail(url: string): string {
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1] ?? '';
    if (last === ')' && url.slice(0, end).includes('(')) break;
    if (!".,;:!?'*_~)]}|`".includes(last)) break;
  }
  return url.slice(0, end);
}

export function appendText(out: Inline[], text: string): void {
  text.split('\n').forEach((line, n) => {
    if (n > 0) out.push({ kind: 'break' });
    if (line === '') return;
    const last = out[out.length - 1];
    if (last?.kind === 'text') last.text += line;
    else out.push({ kind: 'text', text: line });
  });
}

/** The name by which our own server may have a file; null: it can be none. */
export function fileKeyOf(name: string): string | null {
  return /^[\w@$=+-][\w@.$=+/-]{0,255}$/.test(name) && !/\/\/|\.\./.test(name) ? name : null;
}

/** A picture by the name that a message gives it: a key of our own server, or an address. */
export function pictureOf(name: string, alt = ''): Picture {
  const key = fileKeyOf(name);
  return { key, remote: key === null ? safeHref(name) : null, alt };
}

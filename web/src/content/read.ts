// Reads what a stranger wrote: whatever stands at a place comes out as the type asked for, or
// empty. Nothing here throws, and every string leaves cleaned of what could disturb the page around
// it.

export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = Object.freeze(Object.create(null));
const listMax = 500;
const textMax = 200_000;

/** How many levels of blocks inside blocks are drawn; deeper ones are shown plainly. */
export const depthMax = 8;

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : none;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, listMax) : [];
}

/** A string, or a number or truth value as one: form clients send either. */
export function text(value: unknown): string {
  if (typeof value === 'string') return clean(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function flag(value: unknown): boolean {
  return value === true || value === 1 || value === 'true' || value === '1';
}

export function whole(value: unknown, least: number, most: number): number {
  const number = Math.round(Number(typeof value === 'boolean' ? NaN : value));
  return Number.isFinite(number) ? Math.min(Math.max(number, least), most) : least;
}

// Embeddings, overrides and isolates could turn the text of the page around them; each block of
// ours finds its direction by itself. Controls draw nothing; half a character breaks what encodes
// it; a tower of accents hides its neighbours.
const disturbing =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}]|[\u{e0000}-\u{e001f}]/gu;
const towers = /(\p{M}{6})\p{M}+/gu;

export function clean(value: string): string {
  return value
    .slice(0, textMax)
    .replace(/\r\n?/g, '\n')
    .replace(disturbing, '')
    .replace(towers, '$1');
}

// Names of members whose strings readers never see.
const hidden = new Set([
  'tag',
  'type',
  'img_key',
  'image_key',
  'media_id',
  'file_key',
  'template_id',
  'element_id',
  'token',
  'template',
  'url',
  'pc_url',
  'ios_url',
  'android_url',
  'bgcolor',
  'status_bg',
  'value',
  'name',
  'mode',
  'size',
  'width',
  'height',
  'color',
  'icon',
  'schema',
  'margin',
  'padding',
  'behaviors',
  'chart_spec',
  'background_style',
  'text_align',
  'text_size',
  'vertical_align',
  'horizontal_align',
  'flex_mode',
]);

/** The strings that somebody would see in it: what is left of content that nobody can draw. */
export function visibleStrings(value: unknown, most = 40): string[] {
  const found: string[] = [];
  const walk = (inner: unknown, depth: number): void => {
    if (found.length >= most || depth > 12) return;
    if (typeof inner === 'string') {
      const shown = clean(inner).trim();
      if (shown !== '') found.push(shown);
    } else if (Array.isArray(inner)) {
      for (const each of list(inner)) walk(each, depth + 1);
    } else {
      for (const [key, each] of Object.entries(fields(inner))) {
        if (!hidden.has(key)) walk(each, depth + 1);
      }
    }
  };
  walk(value, 0);
  return found;
}

/** The member of the reader's own locale, else of its language, else English, else the first. */
export function localized(value: unknown, locale: string): unknown {
  const by = fields(value);
  const wanted = locale.toLowerCase().replace('-', '_');
  const names = Object.keys(by);
  const same = (name: string): boolean => name.toLowerCase().split('_')[0] === wanted.split('_')[0];
  const name =
    names.find((each) => each.toLowerCase() === wanted) ??
    names.find(same) ??
    names.find((each) => each.toLowerCase() === 'en_us') ??
    names[0];
  return name === undefined ? undefined : by[name];
}

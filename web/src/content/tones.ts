// A message's own colours, by name or by number, as one of ours: ours keep their contrast in light
// and dark, and nothing can be hidden by writing white on white.
import { tones, type Tone } from './model';

const named = new Map<string, Tone>([
  ...tones.map((tone): [string, Tone] => [tone, tone]),
  ['gray', 'grey'],
  ['neutral', 'grey'],
  ['default', 'grey'],
  ['sunflower', 'yellow'],
  ['light_blue', 'wathet'],
  ['pink', 'carmine'],
  ['magenta', 'carmine'],
  ['cyan', 'turquoise'],
  ['teal', 'turquoise'],
  ['comment', 'grey'],
  ['info', 'green'],
  ['warning', 'orange'],
]);

/** null: no colour of its own, or none that can be told from the text's. */
export function toneOf(written: string): Tone | null {
  const name = written.trim().toLowerCase();
  const known = named.get(name) ?? named.get(name.replace(/-\d+$/, '')); // blue-50, in card 2.0
  return known ?? toneOfNumber(name);
}

// The last hue that is still called so, in degrees.
const hues: readonly [number, Tone][] = [
  [14, 'red'],
  [42, 'orange'],
  [66, 'yellow'],
  [90, 'lime'],
  [155, 'green'],
  [185, 'turquoise'],
  [205, 'wathet'],
  [235, 'blue'],
  [255, 'indigo'],
  [280, 'purple'],
  [305, 'violet'],
  [345, 'carmine'],
  [360, 'red'],
];

// #RGB, #RRGGBB, and ARGB with or without 0x; rgb(1,2,3).
function toneOfNumber(name: string): Tone | null {
  const functional = /^rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})/.exec(name);
  const digits = /^(?:#|0x)?([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/.exec(name)?.[1];
  if (!functional && digits === undefined) return null;
  const hex = digits?.length === 3 ? digits.replace(/./g, '$&$&') : (digits ?? '').slice(-6);
  const [r = 0, g = 0, b = 0] = functional
    ? functional.slice(1, 4).map(Number)
    : [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const high = Math.max(r, g, b);
  const spread = high - Math.min(r, g, b);
  if (spread < 32) return high < 64 ? null : 'grey';
  const sixth =
    high === r
      ? ((g - b) / spread + 6) % 6
      : high === g
        ? (b - r) / spread + 2
        : (r - g) / spread + 4;
  return hues.find(([last]) => sixth * 60 <= last)?.[1] ?? 'grey';
}

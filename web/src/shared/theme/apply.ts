// Light, dark or high contrast: as the system has it, unless somebody chose. Without React, for it
// also runs before the first paint.

export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
export type Shown = Exclude<Theme, 'system'>;

export const CHOSEN = 'carillon.theme';
const matches = (query: string) => matchMedia(query).matches;

export function chosenTheme(): Theme {
  const chosen = localStorage.getItem(CHOSEN) as Theme | null;
  return chosen && THEMES.includes(chosen) ? chosen : 'system';
}

export function shownTheme(): Shown {
  const chosen = chosenTheme();
  if (chosen !== 'system') return chosen;
  if (matches('(prefers-contrast: more)')) return 'contrast';
  return prefersDark() ? 'dark' : 'light';
}

const prefersDark = () => matches('(prefers-color-scheme: dark)');

// The stylesheet looks at <html data-theme="…" data-scheme="light|dark">.
export function applyTheme(): void {
  const shown = shownTheme();
  const dark = shown === 'dark' || (shown === 'contrast' && prefersDark());
  document.documentElement.dataset.theme = shown;
  document.documentElement.dataset.scheme = dark ? 'dark' : 'light';
}

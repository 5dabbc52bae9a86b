// Light, dark or high contrast: as the system has it, unless somebody chose.

import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
export type Shown = Exclude<Theme, 'system'>;

const CHOSEN = 'carillon.theme';
const listeners = new Set<() => void>();
const media = (query: string) => matchMedia(query);

export function chosenTheme(): Theme {
  const chosen = localStorage.getItem(CHOSEN) as Theme | null;
  return chosen && THEMES.includes(chosen) ? chosen : 'system';
}

export function shownTheme(): Shown {
  const chosen = chosenTheme();
  if (chosen !== 'system') return chosen;
  if (media('(prefers-contrast: more)').matches) return 'contrast';
  return media('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

// The stylesheet looks at <html data-theme="…" data-scheme="light|dark">.
function apply(): void {
  const shown = shownTheme();
  const dark = shown === 'dark' || (shown === 'contrast' && prefersDark());
  document.documentElement.dataset.theme = shown;
  document.documentElement.dataset.scheme = dark ? 'dark' : 'light';
  listeners.forEach((changed) => changed());
}

const prefersDark = () => media('(prefers-color-scheme: dark)').matches;

export function startTheme(): void {
  for (const query of ['(prefers-contrast: more)', '(prefers-color-scheme: dark)']) {
    media(query).addEventListener('change', apply);
  }
  apply();
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(CHOSEN);
  else localStorage.setItem(CHOSEN, theme);
  apply();
}

const subscribe = (changed: () => void) => {
  listeners.add(changed);
  return () => void listeners.delete(changed);
};

export const useChosenTheme = (): Theme => useSyncExternalStore(subscribe, chosenTheme);
export const useShownTheme = (): Shown => useSyncExternalStore(subscribe, shownTheme);

// The colours of a page while it is open: they follow the system, and whoever chooses others.

import { useSyncExternalStore } from 'react';

import { applyTheme, CHOSEN, chosenTheme, shownTheme, type Shown, type Theme } from './apply';

export { THEMES, type Theme } from './apply';

const listeners = new Set<() => void>();

function apply(): void {
  applyTheme();
  listeners.forEach((changed) => changed());
}

export function startTheme(): void {
  for (const query of ['(prefers-contrast: more)', '(prefers-color-scheme: dark)']) {
    matchMedia(query).addEventListener('change', apply);
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

// The language of a page: the one chosen before, else the browser's first that we have.
//
// Shape   A page calls `startLanguages` once with its texts; parts that bring their own add them
//         under a namespace of theirs (`addTexts`) and read them with `useText(namespace)`.

import i18next, { type TFunction } from 'i18next';
import { useMemo, useSyncExternalStore } from 'react';

import { languageFor, LANGUAGES, type Language } from './languages';

export { languageFor, LANGUAGES, type Language };

// Texts by key; a second level groups them. Plurals end in _one and _other, as i18next has them.
export type Texts = { [key: string]: string | { [key: string]: string } };
// The same keys in another language; Chinese has no _one.
export type SameTexts<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string
    ? string
    : SameTexts<T[K]>;
};

const CHOSEN = 'carillon.language';
const OWN = 'page';

export function startLanguages<T extends Texts>(texts: { en: T; 'zh-CN': SameTexts<T> }): void {
  const chosen = localStorage.getItem(CHOSEN);
  const language = languageFor(chosen ? [chosen] : navigator.languages);
  void i18next.init({
    lng: language,
    fallbackLng: 'en',
    supportedLngs: Object.keys(LANGUAGES),
    defaultNS: OWN,
    ns: [OWN],
    initAsync: false,
    interpolation: { escapeValue: false }, // React escapes
    resources: { en: { [OWN]: texts.en }, 'zh-CN': { [OWN]: texts['zh-CN'] } },
  });
  document.documentElement.lang = language;
}

export function addTexts<T extends Texts>(
  namespace: string,
  texts: { en: T; 'zh-CN': SameTexts<T> },
): void {
  for (const language of ['en', 'zh-CN'] as const) {
    i18next.addResourceBundle(language, namespace, texts[language]);
  }
}

export const currentLanguage = () => i18next.language as Language;

export function chooseLanguage(language: Language): void {
  localStorage.setItem(CHOSEN, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

const subscribe = (changed: () => void) => {
  i18next.on('languageChanged', changed);
  return () => i18next.off('languageChanged', changed);
};

export const useLanguage = (): Language => useSyncExternalStore(subscribe, currentLanguage);

export function useText(namespace: string = OWN): TFunction {
  const language = useLanguage();
  return useMemo(() => i18next.getFixedT(language, namespace), [language, namespace]);
}

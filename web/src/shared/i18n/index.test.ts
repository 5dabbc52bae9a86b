import { expect, test } from 'vitest';

import { chooseLanguage, currentLanguage, languageFor, startLanguages } from '.';
import i18next from 'i18next';

test('the first language of the browser that we have', () => {
  expect(languageFor(['zh-Hans-CN', 'en'])).toBe('zh-CN');
  expect(languageFor(['fr', 'en-GB', 'zh'])).toBe('en');
  expect(languageFor(['fr'])).toBe('en');
  expect(languageFor([])).toBe('en');
});

test('a choice is remembered and told to the document', () => {
  const texts = { en: { hi: 'Hello' }, 'zh-CN': { hi: '你好' } };
  startLanguages(texts);
  chooseLanguage('zh-CN');
  expect(i18next.t('hi')).toBe('你好');
  expect(document.documentElement.lang).toBe('zh-CN');
  startLanguages(texts);
  expect(currentLanguage()).toBe('zh-CN');
});

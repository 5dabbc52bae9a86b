// The few words that are ours and not the message's. A page may bring its own `t` instead.
import en from './texts.en.json';
import zhCN from './texts.zh-CN.json';

export type TextKey = keyof typeof en;
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string;

/** By language; `{{name}}` as i18next writes it, so that they can be added to a page's resources. */
export const contentTexts: Record<'en' | 'zh-CN', Record<TextKey, string>> = { en, 'zh-CN': zhCN };

export function translatorFor(locale: string): Translate {
  const texts = locale.toLowerCase().startsWith('zh') ? zhCN : en;
  return (key, values = {}) =>
    texts[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

// Language and theme, beside each other in the top line and on the sign-in page.

import { chooseLanguage, LANGUAGES, useLanguage, useText, type Language } from '@/shared/i18n';
import { chooseTheme, THEMES, useChosenTheme, type Theme } from '@/shared/theme/theme';

export function LanguageSwitch() {
  const t = useText();
  const language = useLanguage();
  return (
    <select
      className="select"
      aria-label={t('shell.language')}
      value={language}
      onChange={(event) => chooseLanguage(event.target.value as Language)}
    >
      {Object.entries(LANGUAGES).map(([key, name]) => (
        <option key={key} value={key} lang={key}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function ThemeSwitch() {
  const t = useText();
  const chosen = useChosenTheme();
  return (
    <select
      className="select"
      aria-label={t('shell.theme')}
      value={chosen}
      onChange={(event) => chooseTheme(event.target.value as Theme)}
    >
      {THEMES.map((theme) => (
        <option key={theme} value={theme}>
          {t(`theme.${theme}`)}
        </option>
      ))}
    </select>
  );
}

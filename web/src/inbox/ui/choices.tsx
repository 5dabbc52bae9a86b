// One of several, as radio buttons that look like one control.

import { useId } from 'react';

import { chooseLanguage, LANGUAGES, useLanguage, useText, type Language } from '@/shared/i18n';
import { chooseTheme, THEMES, useChosenTheme } from '@/shared/theme/theme';

interface Props<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string; lang?: string }[];
  onChoose(value: T): void;
}

function Choice<T extends string>({ label, value, options, onChoose }: Props<T>) {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend>{label}</legend>
      <div>
        {options.map((option) => (
          <label key={option.value} lang={option.lang}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function LanguageChoice() {
  const t = useText();
  const options = Object.entries(LANGUAGES).map(([value, label]) => ({
    value: value as Language,
    label,
    lang: value,
  }));
  return (
    <Choice
      label={t('settings.language')}
      value={useLanguage()}
      options={options}
      onChoose={chooseLanguage}
    />
  );
}

export function ThemeChoice() {
  const t = useText();
  const options = THEMES.map((value) => ({ value, label: t(`settings.${value}`) }));
  return (
    <Choice
      label={t('settings.theme')}
      value={useChosenTheme()}
      options={options}
      onChoose={chooseTheme}
    />
  );
}

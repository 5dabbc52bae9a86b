import { useMemo } from 'react';

import { useLanguage } from '@/shared/i18n';

import { formats, type Formats } from '../logic/format';

export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => formats(language), [language]);
}

// Until it is known who is here. The page itself brings the same (build/shell.ts), without words.

import { useText } from '@/shared/i18n';

import { Bell } from './Bell';

export function Skeleton() {
  const t = useText();
  return (
    <div>
      <header className="bar">
        <Bell />
        <h1>{t('inbox')}</h1>
      </header>
      <main className="skeleton" aria-busy="true">
        <p className="visually-hidden" role="status">
          {t('loading')}
        </p>
        <div />
        <div />
        <div />
      </main>
    </div>
  );
}

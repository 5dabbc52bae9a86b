import { useText } from '@/shared/i18n';

export function Skeleton() {
  const t = useText();
  return (
    <main className="skeleton" aria-busy="true">
      <p className="visually-hidden" role="status">
        {t('loading')}
      </p>
      <div />
      <div />
      <div />
    </main>
  );
}

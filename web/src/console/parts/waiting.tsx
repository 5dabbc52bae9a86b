import { useText } from '@/shared/i18n';

export function Waiting() {
  const t = useText();
  return (
    <p className="waiting" role="status">
      {t('common.loading')}
    </p>
  );
}

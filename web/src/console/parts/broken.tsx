// Stands for a page that could not be shown: its code did not come, or it has a fault.

import { Button } from 'antd';
import { useRouteError } from 'react-router-dom';

import { useText } from '@/shared/i18n';

export function Broken() {
  const t = useText();
  const error = useRouteError();
  return (
    <div className="page" role="alert">
      <h1>{t('broken.title')}</h1>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <Button type="primary" onClick={() => window.location.reload()}>
        {t('broken.reload')}
      </Button>
    </div>
  );
}

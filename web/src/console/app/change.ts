// Changing an app: the answer is what the page shows from then on.

import { useQueryClient } from '@tanstack/react-query';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { App, AppPatch } from '../api/types';
import { useAct } from '../parts/use_act';

export function useChangeApp(app: App) {
  const t = useText();
  const queries = useQueryClient();
  return useAct(
    async (body: AppPatch) => {
      const changed = await call('patch', '/api/v1/apps/{app_id}', {
        path: { app_id: app.app_id },
        body,
      });
      queries.setQueryData(['apps', app.app_id], changed);
      return changed;
    },
    { done: t('common.saved'), changes: [['apps']] },
  );
}

// One app: what it is, what it may do, whom it reaches, its secrets, and where its events go.

import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { useParams, useSearchParams } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import { Availability } from '../app/availability';
import { Events } from '../app/events';
import { General } from '../app/general';
import { Scopes } from '../app/scope_list';
import { Secrets } from '../app/secrets';
import { Page } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { Waiting } from '../parts/waiting';

export function Component() {
  const t = useText();
  const { appId = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const query = useQuery({
    queryKey: ['apps', appId],
    queryFn: ({ signal }) =>
      call('get', '/api/v1/apps/{app_id}', { path: { app_id: appId }, signal }),
  });
  const app = query.data;
  return (
    <Page
      name={app?.name ?? appId}
      title={
        <>
          {app?.name ?? appId} <span className="mono quiet small">{appId}</span>
        </>
      }
    >
      {query.isError && <ProblemAlert error={query.error} retry={query.refetch} />}
      {query.isPending && <Waiting />}
      {app && (
        <Tabs
          animated={false}
          destroyOnHidden
          activeKey={search.get('tab') ?? 'general'}
          onChange={(tab) => setSearch({ tab }, { replace: true })}
          items={[
            { key: 'general', label: t('app.general'), children: <General app={app} /> },
            { key: 'scopes', label: t('app.scopes'), children: <Scopes app={app} /> },
            {
              key: 'availability',
              label: t('app.availability'),
              children: <Availability app={app} />,
            },
            { key: 'secrets', label: t('app.secrets'), children: <Secrets app={app} /> },
            { key: 'events', label: t('app.events'), children: <Events app={app} /> },
          ]}
        />
      )}
    </Page>
  );
}

// The apps that send, and a new one.

import { useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import { kCommonScopes } from '../app/scopes';
import { SecretShown } from '../app/secret_shown';
import type { App } from '../api/types';
import { ActionButton } from '../parts/action_button';
import { DataTable, type Column } from '../parts/data_table';
import { Field } from '../parts/field';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { inTenant, useApps, usePlace } from '../session';

export function Component() {
  const t = useText();
  const { tenant } = usePlace();
  const apps = useApps();
  const [creating, setCreating] = useState(false);
  const rows = apps.data?.filter((app) => tenant && inTenant(app, tenant.tenant_key)) ?? [];
  const columns: Column<App>[] = [
    {
      key: 'name',
      title: t('app.name'),
      cell: (row) => <Link to={`/apps/${encodeURIComponent(row.app_id)}`}>{row.name}</Link>,
    },
    { key: 'id', title: t('app.id'), cell: (row) => <span className="mono">{row.app_id}</span> },
    { key: 'type', title: t('app.type'), cell: (row) => t(`app.type_${row.type}`) },
    {
      key: 'state',
      title: t('app.state'),
      cell: (row) => (
        <span className={row.enabled ? 'dot dot-on' : 'dot'}>
          {row.enabled ? t('app.enabled') : t('app.disabled')}
        </span>
      ),
    },
    { key: 'scopes', title: t('app.scopes'), align: 'end', cell: (row) => row.scopes.length },
    {
      key: 'availability',
      title: t('app.availability'),
      cell: (row) => (row.availability.all ? t('app.all') : t('app.limited')),
    },
    { key: 'receipts', title: t('app.receipts'), cell: (row) => t(`app.receipts_${row.receipts}`) },
  ];
  return (
    <Page
      title={t('nav.apps')}
      actions={
        <ActionButton
          needs="admin"
          type="primary"
          reason={tenant ? null : t('common.no_tenant')}
          onClick={() => setCreating(true)}
        >
          {t('app.create')}
        </ActionButton>
      }
    >
      <Section>
        {apps.isError && <ProblemAlert error={apps.error} retry={apps.refetch} />}
        <DataTable
          label={t('nav.apps')}
          columns={columns}
          rows={rows}
          keyOf={(row) => row.app_id}
          busy={apps.isPending}
          empty={t('app.none')}
        />
      </Section>
      {creating && tenant && (
        <NewApp tenantKey={tenant.tenant_key} close={() => setCreating(false)} />
      )}
    </Page>
  );
}

function NewApp({ tenantKey, close }: { tenantKey: string; close: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [appId, setAppId] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<{ app: App; secret: string } | null>(null);
  const create = async () => {
    setBusy(true);
    setError(null);
    try {
      const created = await call('post', '/api/v1/apps', {
        body: {
          tenant_key: tenantKey,
          name: name.trim(),
          ...(appId.trim() && { app_id: appId.trim() }),
          scopes: [...kCommonScopes],
        },
      });
      void queries.invalidateQueries({ queryKey: ['apps'] });
      setMade({ app: created.app, secret: created.app_secret });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  if (made) {
    return (
      <SecretShown
        title={t('app.created', { name: made.app.name })}
        appId={made.app.app_id}
        secret={made.secret}
        close={() => navigate(`/apps/${encodeURIComponent(made.app.app_id)}`)}
      />
    );
  }
  return (
    <Modal
      open
      title={t('app.create')}
      okText={t('app.create_do')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: busy, disabled: name.trim() === '' }}
      onOk={() => void create()}
      onCancel={close}
      transitionName=""
      maskTransitionName=""
    >
      <Field label={t('app.name')} hint={t('app.name_hint')}>
        {(control) => (
          <Input
            {...control}
            autoFocus
            value={name}
            maxLength={255}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('app.id')} hint={t('app.id_hint')}>
        {(control) => (
          <Input
            {...control}
            value={appId}
            maxLength={64}
            onChange={(event) => setAppId(event.target.value)}
          />
        )}
      </Field>
      {error !== null && <ProblemAlert error={error} />}
    </Modal>
  );
}

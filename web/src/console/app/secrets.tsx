// An app's secrets: a new one is shown once, and lives beside the old one until that is withdrawn.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { App } from '../api/types';
import { ActionButton } from '../parts/action_button';
import { Confirm } from '../parts/confirm';
import { DataTable, type Column } from '../parts/data_table';
import { useFormats } from '../parts/formats';
import { Section } from '../parts/page';
import { useAct } from '../parts/use_act';
import { SecretShown } from './secret_shown';

type Secret = App['secrets'][number];
type Use = Secret['use'];

export function Secrets({ app }: { app: App }) {
  const t = useText();
  const { time } = useFormats();
  const queries = useQueryClient();
  const [shown, setShown] = useState<string | null>(null);
  const [asked, setAsked] = useState<Secret | null>(null);
  const path = { app_id: app.app_id };
  const add = useAct(
    async (use: Use) => {
      const made = await call('post', '/api/v1/apps/{app_id}/secrets', { path, body: { use } });
      setShown(made.app_secret);
    },
    { changes: [['apps']] },
  );
  const good = (use: Use) => app.secrets.filter((one) => one.use === use && !one.withdrawn).length;
  const columns: Column<Secret>[] = [
    { key: 'use', title: t('app.secret_use'), cell: (row) => t(`app.use_${row.use}`) },
    { key: 'version', title: t('app.secret_version'), cell: (row) => row.version },
    { key: 'at', title: t('app.secret_made'), cell: (row) => time(row.created_at) },
    {
      key: 'state',
      title: t('app.state'),
      cell: (row) => (row.withdrawn ? t('app.secret_withdrawn') : t('app.secret_good')),
    },
    {
      key: 'act',
      title: <span className="unseen">{t('common.actions')}</span>,
      align: 'end',
      cell: (row) =>
        !row.withdrawn && (
          <ActionButton
            size="small"
            needs="admin"
            aria-label={t('app.withdraw_version', { version: row.version })}
            onClick={() => setAsked(row)}
          >
            {t('app.withdraw')}
          </ActionButton>
        ),
    },
  ];
  return (
    <Section
      title={t('app.secrets')}
      actions={
        <div className="actions">
          <ActionButton needs="admin" loading={add.isPending} onClick={() => add.mutate('feishu')}>
            {t('app.rotate')}
          </ActionButton>
          {app.dingtalk && (
            <ActionButton
              needs="admin"
              loading={add.isPending}
              onClick={() => add.mutate('dingtalk')}
            >
              {t('app.rotate_dingtalk')}
            </ActionButton>
          )}
        </div>
      }
    >
      <p className="quiet">{t('app.secrets_hint')}</p>
      <DataTable
        label={t('app.secrets')}
        columns={columns}
        rows={app.secrets}
        keyOf={(row) => `${row.use}/${row.version}`}
      />
      {shown !== null && (
        <SecretShown
          title={t('app.new_secret')}
          appId={app.app_id}
          secret={shown}
          close={() => setShown(null)}
        />
      )}
      {asked && (
        <Confirm
          open
          danger
          title={t('app.ask_withdraw', { version: asked.version })}
          yes={t('app.withdraw')}
          done={t('app.withdrew')}
          onYes={async () => {
            await call('delete', '/api/v1/apps/{app_id}/secrets/{version}', {
              path: { ...path, version: asked.version },
              query: { use: asked.use },
            });
            await queries.invalidateQueries({ queryKey: ['apps'] });
          }}
          onClose={() => setAsked(null)}
        >
          <p>{t(good(asked.use) === 1 ? 'app.means_withdraw_last' : 'app.means_withdraw')}</p>
        </Confirm>
      )}
    </Section>
  );
}

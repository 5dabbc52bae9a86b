// Name, state, addresses, receipts; how much of today's quota is used; and its end.

import { useQuery } from '@tanstack/react-query';
import { Input, Radio, Switch } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useQueryClient } from '@tanstack/react-query';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { App, AppPatch, ReceiptPolicy } from '../api/types';
import { ActionButton } from '../parts/action_button';
import { Confirm } from '../parts/confirm';
import { Field } from '../parts/field';
import { useFormats } from '../parts/formats';
import { Facts, Section } from '../parts/page';
import { useMay } from '../session';
import { useChangeApp } from './change';

const kPolicies: ReceiptPolicy[] = ['names', 'counts', 'off'];

export function General({ app }: { app: App }) {
  const t = useText();
  const admin = useMay('admin');
  const change = useChangeApp(app);
  // What was chosen is shown with the click itself, and stays if the server takes it. (The
  // mutation's own state comes a moment later: a radio would jump back meanwhile.)
  const [chosen, setChosen] = useState<AppPatch>({});
  const shown = { ...app, ...chosen };
  const choose = (patch: AppPatch) => {
    setChosen(patch);
    change.mutate(patch, { onSettled: () => setChosen({}) });
  };
  const [name, setName] = useState(app.name);
  const [addresses, setAddresses] = useState(app.ip_allow.join('\n'));
  const ip_allow = addresses.split(/[\s,]+/u).filter((one) => one !== '');
  const dirty = name.trim() !== app.name || ip_allow.join() !== app.ip_allow.join();
  return (
    <>
      <Section title={t('app.general')}>
        <Field label={t('app.name')}>
          {(control) => (
            <Input
              {...control}
              className="narrow"
              value={name}
              readOnly={!admin}
              maxLength={255}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('app.ip_allow')} hint={t('app.ip_hint')}>
          {(control) => (
            <Input.TextArea
              {...control}
              className="narrow mono"
              rows={3}
              value={addresses}
              readOnly={!admin}
              onChange={(event) => setAddresses(event.target.value)}
            />
          )}
        </Field>
        <div className="buttons">
          <ActionButton
            needs="admin"
            type="primary"
            loading={change.isPending}
            reason={dirty && name.trim() !== '' ? null : t('common.no_changes')}
            onClick={() => change.mutate({ name: name.trim(), ip_allow })}
          >
            {t('common.save')}
          </ActionButton>
        </div>
        <div className="switches">
          <label className="switch">
            <Switch
              checked={shown.enabled}
              disabled={!admin || change.isPending}
              onChange={(enabled) => choose({ enabled })}
            />
            {t('app.enabled_hint')}
          </label>
          <label className="switch">
            <Switch
              checked={shown.bot}
              disabled={!admin || change.isPending}
              onChange={(bot) => choose({ bot })}
            />
            {t('app.bot')}
          </label>
        </div>
      </Section>
      <Section title={t('app.receipts')}>
        <p className="quiet">{t('app.receipts_hint')}</p>
        <Radio.Group
          className="radios radios-upright"
          aria-label={t('app.receipts')}
          value={shown.receipts}
          disabled={!admin || change.isPending}
          onChange={(event) => choose({ receipts: event.target.value as ReceiptPolicy })}
          options={kPolicies.map((policy) => ({
            value: policy,
            label: (
              <>
                {t(`app.receipts_${policy}`)}{' '}
                <span className="quiet">– {t(`app.receipts_${policy}_hint`)}</span>
              </>
            ),
          }))}
        />
      </Section>
      <About app={app} />
      <Delete app={app} />
    </>
  );
}

function About({ app }: { app: App }) {
  const t = useText();
  const { number, time } = useFormats();
  const quota = useQuery({
    queryKey: ['quota', app.app_id],
    queryFn: ({ signal }) =>
      call('get', '/api/v1/apps/{app_id}/quota', { path: { app_id: app.app_id }, signal }),
  });
  const rows = quota.data?.quotas ?? [];
  return (
    <Section title={t('app.about')}>
      <Facts
        of={[
          [t('app.type'), t(`app.type_${app.type}`)],
          [t('app.developer'), app.developer || '–'],
          [
            t('app.dingtalk'),
            app.dingtalk ? (
              <span className="mono">
                {app.dingtalk.appkey} · {app.dingtalk.agent_id}
              </span>
            ) : (
              '–'
            ),
          ],
          [
            t('app.installed_in'),
            app.installations.map((one) => one.tenant_key).join(', ') || (app.tenant_key ?? '–'),
          ],
          ...rows.map((row): [string, string] => [
            t('app.quota', { tenant: row.tenant_key }),
            row.limit === 0
              ? t('app.quota_none', { used: number(row.used) })
              : t('app.quota_used', {
                  used: number(row.used),
                  limit: number(row.limit),
                  at: time(row.resets_at),
                }),
          ]),
        ]}
      />
    </Section>
  );
}

function Delete({ app }: { app: App }) {
  const t = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  return (
    <Section title={t('app.delete')}>
      <p className="quiet">{t('app.delete_hint')}</p>
      <ActionButton needs="admin" danger onClick={() => setAsked(true)}>
        {t('app.delete_do')}
      </ActionButton>
      <Confirm
        open={asked}
        danger
        title={t('app.ask_delete', { name: app.name })}
        yes={t('app.delete_do')}
        done={t('app.deleted')}
        onYes={async () => {
          await call('delete', '/api/v1/apps/{app_id}', { path: { app_id: app.app_id } });
          queries.removeQueries({ queryKey: ['apps', app.app_id] });
          void queries.invalidateQueries({ queryKey: ['apps'], exact: true });
          navigate('/apps');
        }}
        onClose={() => setAsked(false)}
      >
        <p>{t('app.means_delete')}</p>
      </Confirm>
    </Section>
  );
}

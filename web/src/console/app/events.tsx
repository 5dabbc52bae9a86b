// Where an app's events go, how that goes, and those that could not be told.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Input } from 'antd';
import { useState } from 'react';

import { call, type Schemas } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { App } from '../api/types';
import { ActionButton } from '../parts/action_button';
import { Confirm } from '../parts/confirm';
import { DataTable, type Column } from '../parts/data_table';
import { Field } from '../parts/field';
import { useFormats } from '../parts/formats';
import { Facts, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { useAct } from '../parts/use_act';
import { Waiting } from '../parts/waiting';

type Settings = Schemas['AppEvents'];
type Lane = Settings['tenants'][number];
type Letter = Schemas['DeadLetters']['dead_letters'][number];

export function Events({ app }: { app: App }) {
  const path = { app_id: app.app_id };
  const events = useQuery({
    queryKey: ['events', app.app_id],
    queryFn: ({ signal }) => call('get', '/api/v1/apps/{app_id}/events', { path, signal }),
    refetchInterval: 5_000,
  });
  if (events.isError) return <ProblemAlert error={events.error} retry={events.refetch} />;
  if (!events.data) return <Waiting />;
  return (
    <>
      <SettingsForm key={events.data.url ?? ''} app={app} settings={events.data} />
      {events.data.tenants.map((lane) => (
        <LaneView key={lane.tenant_key} app={app} lane={lane} />
      ))}
    </>
  );
}

function SettingsForm({ app, settings }: { app: App; settings: Settings }) {
  const t = useText();
  const { number } = useFormats();
  const path = { app_id: app.app_id };
  const [url, setUrl] = useState(settings.url ?? '');
  const [key, setKey] = useState('');
  const [token, setToken] = useState('');
  const [verify, setVerify] = useState(true);
  const [removing, setRemoving] = useState(false);
  const changes = [['events', app.app_id]];
  const save = useAct(
    () =>
      call('put', '/api/v1/apps/{app_id}/events', {
        path,
        body: {
          url: url.trim(),
          verify,
          ...(key && { encrypt_key: key }),
          ...(token && { verification_token: token }),
        },
      }),
    { done: t('common.saved'), changes, quiet: true },
  );
  return (
    <Section title={t('app.events')}>
      <p className="quiet">{t('app.events_hint')}</p>
      <Facts
        of={[
          [t('app.events_connections'), number(settings.connections)],
          [t('app.events_encrypted'), settings.encrypted ? t('common.yes') : t('common.no')],
          [
            t('app.events_has_token'),
            settings.has_verification_token ? t('common.yes') : t('common.no'),
          ],
        ]}
      />
      {settings.awaits_connection && (
        <Alert type="warning" showIcon message={t('app.events_awaits')} />
      )}
      <Field label={t('app.events_url')}>
        {(control) => (
          <Input {...control} value={url} onChange={(event) => setUrl(event.target.value)} />
        )}
      </Field>
      <Field label={t('app.events_key')} hint={t('app.events_key_hint')}>
        {(control) => (
          <Input.Password
            {...control}
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('app.events_token')}>
        {(control) => (
          <Input.Password
            {...control}
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      <p>
        <Checkbox checked={verify} onChange={(event) => setVerify(event.target.checked)}>
          {t('app.events_verify')}
        </Checkbox>
      </p>
      {save.isError && <ProblemAlert error={save.error} />}
      <div className="buttons">
        <ActionButton
          needs="admin"
          type="primary"
          loading={save.isPending}
          reason={url.trim() === '' ? t('app.events_needs_url') : null}
          onClick={() => save.mutate(undefined)}
        >
          {t('common.save')}
        </ActionButton>
        {settings.url && (
          <ActionButton needs="admin" danger onClick={() => setRemoving(true)}>
            {t('app.events_remove')}
          </ActionButton>
        )}
      </div>
      <RemoveEvents app={app} open={removing} close={() => setRemoving(false)} />
    </Section>
  );
}

function RemoveEvents({ app, open, close }: { app: App; open: boolean; close: () => void }) {
  const t = useText();
  const remove = useAct(
    () => call('delete', '/api/v1/apps/{app_id}/events', { path: { app_id: app.app_id } }),
    { changes: [['events', app.app_id]], quiet: true },
  );
  return (
    <Confirm
      open={open}
      danger
      title={t('app.events_ask_remove')}
      yes={t('app.events_remove')}
      done={t('common.saved')}
      onYes={() => remove.mutateAsync(undefined)}
      onClose={close}
    >
      <p>{t('app.events_means_remove')}</p>
    </Confirm>
  );
}

function LaneView({ app, lane }: { app: App; lane: Lane }) {
  const t = useText();
  const { number } = useFormats();
  return (
    <Section title={t('app.lane', { tenant: lane.tenant_key })}>
      {lane.problem && <Alert type="warning" showIcon message={lane.problem} />}
      <Facts
        of={[
          [t('app.lane_waiting'), number(lane.waiting)],
          [t('app.lane_retrying'), number(lane.retrying)],
          [t('app.lane_told'), number(lane.told)],
          [t('app.lane_refused'), number(lane.refused)],
          [t('app.lane_dead'), number(lane.dead_letters)],
          [t('app.lane_dropped'), number(lane.dropped)],
        ]}
      />
      {lane.dead_letters > 0 && <DeadLetters app={app} tenantKey={lane.tenant_key} />}
    </Section>
  );
}

function DeadLetters({ app, tenantKey }: { app: App; tenantKey: string }) {
  const t = useText();
  const { time, number } = useFormats();
  const path = { app_id: app.app_id };
  // A custom app has one lane and takes no tenant; a store app has one for each.
  const query = app.type === 'store' ? { tenant_key: tenantKey } : {};
  const letters = useInfiniteQuery({
    queryKey: ['events', app.app_id, 'dead', tenantKey],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/apps/{app_id}/events/dead_letters', {
        path,
        query: { ...query, limit: 50, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const changes = [['events', app.app_id]];
  const replayAll = useAct(
    () => call('post', '/api/v1/apps/{app_id}/events/dead_letters/replay', { path, query }),
    { done: t('app.replayed'), changes },
  );
  const replay = useAct(
    (event_id: string) =>
      call('post', '/api/v1/apps/{app_id}/events/dead_letters/{event_id}/replay', {
        path: { ...path, event_id },
      }),
    { done: t('app.replayed'), changes },
  );
  const drop = useAct(
    (event_id: string) =>
      call('delete', '/api/v1/apps/{app_id}/events/dead_letters/{event_id}', {
        path: { ...path, event_id },
      }),
    { changes },
  );
  const rows = letters.data?.pages.flatMap((page) => page.dead_letters) ?? [];
  const columns: Column<Letter>[] = [
    { key: 'at', title: t('app.letter_at'), cell: (row) => time(row.at) },
    { key: 'kind', title: t('app.letter_kind'), cell: (row) => t(`app.letter_${row.kind}`) },
    {
      key: 'attempts',
      title: t('app.letter_attempts'),
      align: 'end',
      cell: (row) => number(row.attempts),
    },
    { key: 'problem', title: t('app.letter_problem'), cell: (row) => row.problem },
    {
      key: 'act',
      title: <span className="unseen">{t('common.actions')}</span>,
      align: 'end',
      cell: (row) => (
        <span className="nowrap">
          <ActionButton size="small" needs="admin" onClick={() => replay.mutate(row.event_id)}>
            {t('app.replay')}
          </ActionButton>{' '}
          <ActionButton size="small" needs="admin" onClick={() => drop.mutate(row.event_id)}>
            {t('app.drop')}
          </ActionButton>
        </span>
      ),
    },
  ];
  return (
    <>
      <div className="card-head">
        <h3>{t('app.lane_dead')}</h3>
        <div className="spring" />
        <ActionButton
          size="small"
          needs="admin"
          loading={replayAll.isPending}
          onClick={() => replayAll.mutate(undefined)}
        >
          {t('app.replay_all')}
        </ActionButton>
      </div>
      {letters.isError && <ProblemAlert error={letters.error} retry={letters.refetch} />}
      <DataTable
        label={t('app.lane_dead')}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.event_id}
        busy={letters.isPending}
      />
      {letters.hasNextPage && (
        <Button size="small" onClick={() => void letters.fetchNextPage()}>
          {t('common.more')}
        </Button>
      )}
    </>
  );
}

// What is going on now, at a glance: what is being sent, what waits, what went wrong.

import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { Link } from 'react-router-dom';

import { call, type Schemas } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import { CountsBar, StateTag } from '../parts/batch_bits';
import { DataTable, type Column } from '../parts/data_table';
import { useFormats } from '../parts/formats';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { Waiting } from '../parts/waiting';
import { useAppName } from '../session';

type Overview = Schemas['Overview'];
type Queue = Overview['queues'][number];
type Quota = Overview['quotas'][number];
type Sending = Overview['sending'][number];

const kEveryMs = 2_000;

export function Component() {
  const t = useText();
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => call('get', '/api/v1/overview', { signal }),
    refetchInterval: kEveryMs,
  });
  return (
    <Page title={t('overview.title')}>
      {overview.isError && <ProblemAlert error={overview.error} retry={overview.refetch} />}
      {overview.isPending && <Waiting />}
      {overview.data && <Now of={overview.data} />}
    </Page>
  );
}

function Now({ of }: { of: Overview }) {
  const t = useText();
  const { number } = useFormats();
  const { totals, errors } = of;
  const waiting = of.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  return (
    <>
      <Errors of={errors} />
      <div className="tiles">
        <Tile label={t('overview.sending_now')} value={of.sending.length} />
        <Tile label={t('overview.waiting')} value={waiting} />
        <Tile label={t('overview.connected')} value={of.connected} />
        <Tile
          label={t('overview.delivered')}
          value={totals.delivered_since_start}
          note={t('overview.since_start')}
        />
        <Tile
          label={t('overview.read')}
          value={totals.read_since_start}
          note={t('overview.since_start')}
        />
        <Tile
          label={t('overview.people')}
          value={totals.users}
          note={t('overview.in', {
            tenants: number(totals.tenants),
            apps: number(totals.apps),
          })}
        />
      </div>
      <Section title={t('overview.sending_now')}>
        <SendingTable rows={of.sending} />
      </Section>
      <div className="halves">
        <Section title={t('overview.queues')}>
          <QueueTable rows={of.queues} />
        </Section>
        <Section title={t('overview.quotas')}>
          <QuotaTable rows={of.quotas} />
        </Section>
      </div>
    </>
  );
}

function Tile({ label, value, note }: { label: string; value: number; note?: string }) {
  const { number } = useFormats();
  return (
    <div className="tile">
      <div className="tile-label">{label}</div>
      <div className="tile-value">{number(value)}</div>
      {note && <div className="quiet">{note}</div>}
    </div>
  );
}

function Errors({ of }: { of: Overview['errors'] }) {
  const t = useText();
  const lines = [
    of.low_disk && t('overview.low_disk'),
    of.books_imbalance > 0 && t('overview.books_imbalance', { count: of.books_imbalance }),
    of.commit_failures > 0 && t('overview.commit_failures', { count: of.commit_failures }),
    of.dead_letters > 0 && t('overview.dead_letters', { count: of.dead_letters }),
    of.events_retrying > 0 && t('overview.events_retrying', { count: of.events_retrying }),
    of.failed > 0 && t('overview.failed', { count: of.failed }),
  ].filter((line): line is string => typeof line === 'string');
  if (lines.length === 0) return null;
  const bad = of.low_disk || of.books_imbalance > 0 || of.commit_failures > 0;
  return (
    <Alert
      type={bad ? 'error' : 'warning'}
      showIcon
      message={t('overview.errors')}
      description={
        <ul className="problem-list">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
          {of.dead_letters > 0 && (
            <li>
              <Link to="/apps">{t('overview.to_apps')}</Link>
            </li>
          )}
        </ul>
      }
    />
  );
}

function SendingTable({ rows }: { rows: Sending[] }) {
  const t = useText();
  const { number, percent, ago } = useFormats();
  const appName = useAppName();
  const columns: Column<Sending>[] = [
    {
      key: 'batch',
      title: t('batch.one'),
      cell: (row) => (
        <Link to={`/batches/${row.batch_id}`} className="mono">
          {row.batch_id.slice(0, 11)}…
        </Link>
      ),
    },
    { key: 'app', title: t('batch.app'), cell: (row) => appName(row.app_id) },
    { key: 'state', title: t('batch.state'), cell: (row) => <StateTag state={row.state} /> },
    { key: 'bar', title: t('batch.progress'), width: '32%', cell: (row) => <CountsBar of={row} /> },
    {
      key: 'done',
      title: t('counts.delivered'),
      align: 'end',
      cell: (row) => (
        <>
          {number(row.delivered)} <span className="quiet">/ {number(row.valid)}</span>
        </>
      ),
    },
    {
      key: 'percent',
      title: '%',
      align: 'end',
      cell: (row) => percent(row.valid - row.pending, row.valid),
    },
    { key: 'at', title: t('batch.accepted'), cell: (row) => ago(row.accepted_at) },
  ];
  return (
    <DataTable
      label={t('overview.sending_now')}
      columns={columns}
      rows={rows}
      keyOf={(row) => row.batch_id}
      empty={t('overview.nothing_sending')}
    />
  );
}

function QueueTable({ rows }: { rows: Queue[] }) {
  const t = useText();
  const { number, ago } = useFormats();
  const appName = useAppName();
  const count = (key: 'waiting' | 'sending' | 'scheduled' | 'paused'): Column<Queue> => ({
    key,
    title: t(`overview.queue_${key}`),
    align: 'end',
    cell: (row) => number(row[key]),
  });
  const columns: Column<Queue>[] = [
    {
      key: 'app',
      title: t('batch.app'),
      cell: (row) => (
        <Link to={`/batches?${new URLSearchParams({ app: row.app_id, tenant: row.tenant_key })}`}>
          {appName(row.app_id)}
        </Link>
      ),
    },
    count('waiting'),
    count('sending'),
    count('scheduled'),
    count('paused'),
    {
      key: 'oldest',
      title: t('overview.oldest'),
      cell: (row) => (row.oldest_accepted_at ? ago(row.oldest_accepted_at) : '–'),
    },
  ];
  return (
    <DataTable
      label={t('overview.queues')}
      columns={columns}
      rows={rows}
      keyOf={(row) => `${row.app_id}/${row.tenant_key}`}
      empty={t('overview.no_queues')}
    />
  );
}

function QuotaTable({ rows }: { rows: Quota[] }) {
  const t = useText();
  const { number, percent } = useFormats();
  const appName = useAppName();
  const columns: Column<Quota>[] = [
    { key: 'app', title: t('batch.app'), cell: (row) => appName(row.app_id) },
    {
      key: 'bar',
      title: t('overview.used'),
      width: '45%',
      cell: (row) => <Meter used={row.used} limit={row.limit} />,
    },
    {
      key: 'used',
      title: t('overview.of_today'),
      align: 'end',
      cell: (row) =>
        row.limit === 0
          ? number(row.used)
          : `${number(row.used)} / ${number(row.limit)} (${percent(row.used, row.limit)})`,
    },
  ];
  return (
    <DataTable
      label={t('overview.quotas')}
      columns={columns}
      rows={rows}
      keyOf={(row) => `${row.app_id}/${row.tenant_key}`}
      empty={t('overview.no_quotas')}
    />
  );
}

function Meter({ used, limit }: { used: number; limit: number }) {
  const t = useText();
  const share = limit > 0 ? Math.min(1, used / limit) : 0;
  return (
    <meter
      className={share > 0.9 ? 'meter meter-full' : 'meter'}
      value={share}
      max={1}
      aria-label={t('overview.used')}
    >
      {Math.round(share * 100)} %
    </meter>
  );
}

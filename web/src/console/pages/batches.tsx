// All batches, newest first; the filter stands in the address, so that a view can be passed on.

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useSearchParams } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import { kBatchStates, type Batch, type BatchState } from '../api/types';
import { isSettled } from '../logic/batch_state';
import { CountsBar, StateTag } from '../parts/batch_bits';
import { DataTable, type Column } from '../parts/data_table';
import { useFormats } from '../parts/formats';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { inTenant, useApps, useAppName, usePlace } from '../session';

export function Component() {
  const t = useText();
  const { tenant } = usePlace();
  const [search, setSearch] = useSearchParams();
  const apps = useApps();
  const filter = {
    tenant: search.get('tenant') ?? tenant?.tenant_key,
    app: search.get('app') ?? undefined,
    state: (search.get('state') ?? undefined) as BatchState | undefined,
    kind: (search.get('kind') ?? undefined) as 'bulk' | 'single' | undefined,
  };
  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const batches = useInfiniteQuery({
    queryKey: ['batches', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/batches', {
        query: { ...filter, limit: 50, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: tenant !== null,
    // Live while somebody looks at the top: pages further down are not asked for again and again.
    refetchInterval: (query) => {
      const pages = query.state.data?.pages ?? [];
      if (pages.length > 1) return false;
      const moving = pages[0]?.batches.some((batch) => !isSettled(batch.state));
      return moving ? 1_000 : 4_000;
    },
  });
  const rows = batches.data?.pages.flatMap((page) => page.batches) ?? [];
  const here = apps.data?.filter((app) => !filter.tenant || inTenant(app, filter.tenant)) ?? [];
  return (
    <Page title={t('batches.title')}>
      <Section>
        <div className="filters">
          <Choice
            label={t('batch.app')}
            value={filter.app ?? ''}
            onChange={(value) => set('app', value)}
            of={here.map((app) => [app.app_id, app.name])}
          />
          <Choice
            label={t('batch.state')}
            value={filter.state ?? ''}
            onChange={(value) => set('state', value)}
            of={kBatchStates.map((state) => [state, t(`state.${state}`)])}
          />
          <Choice
            label={t('batch.kind')}
            value={filter.kind ?? ''}
            all={t('batch.kind_bulk')}
            onChange={(value) => set('kind', value)}
            of={[['single', t('batch.kind_single')]]}
          />
        </div>
        {batches.isError && <ProblemAlert error={batches.error} retry={batches.refetch} />}
        <BatchTable rows={rows} busy={batches.isPending} />
        {batches.hasNextPage && (
          <div className="table-more">
            <Button
              loading={batches.isFetchingNextPage}
              onClick={() => void batches.fetchNextPage()}
            >
              {t('common.more')}
            </Button>
          </div>
        )}
      </Section>
    </Page>
  );
}

function Choice(props: {
  label: string;
  value: string;
  all?: string;
  of: [value: string, name: string][];
  onChange: (value: string) => void;
}) {
  const t = useText();
  return (
    <label className="choice">
      <span>{props.label}</span>
      <select
        className="select"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      >
        <option value="">{props.all ?? t('common.all')}</option>
        {props.of.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function BatchTable({ rows, busy }: { rows: Batch[]; busy: boolean }) {
  const t = useText();
  const { number, percent, time } = useFormats();
  const appName = useAppName();
  const columns: Column<Batch>[] = [
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
    { key: 'type', title: t('batch.type'), cell: (row) => t(`msg_type.${row.msg_type}`) },
    { key: 'state', title: t('batch.state'), cell: (row) => <StateTag state={row.state} /> },
    { key: 'bar', title: t('batch.progress'), width: '22%', cell: (row) => <CountsBar of={row} /> },
    { key: 'valid', title: t('counts.valid'), align: 'end', cell: (row) => number(row.valid) },
    {
      key: 'read',
      title: t('counts.read'),
      align: 'end',
      cell: (row) => (
        <>
          {number(row.read)} <span className="quiet">{percent(row.read, row.delivered)}</span>
        </>
      ),
    },
    {
      key: 'at',
      title: t('batch.accepted'),
      cell: (row) => <span className="nowrap">{time(row.send_at ?? row.accepted_at)}</span>,
    },
  ];
  return (
    <DataTable
      label={t('batches.title')}
      columns={columns}
      rows={rows}
      keyOf={(row) => row.batch_id}
      busy={busy}
      empty={t('batches.none')}
    />
  );
}

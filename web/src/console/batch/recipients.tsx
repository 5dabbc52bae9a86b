// Person by person: the state each is in, and since when.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useRef, useState } from 'react';
import { Link } from 'react-router-dom';

import { addressOf, call, Problem } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { Batch, Recipient, RecipientState } from '../api/types';
import { joinCsv } from '../logic/csv';
import { DataTable, type Column } from '../parts/data_table';
import { useFormats } from '../parts/formats';
import { ProblemAlert, words } from '../parts/problem';
import { saveFile } from '../parts/save_file';
import { usePlace } from '../session';

const kStates = [
  '',
  'unread',
  'read',
  'delivered',
  'pending',
  'failed',
  'excluded',
  'recalled',
] as const;
type Filter = (typeof kStates)[number];

export function Recipients({ batch }: { batch: Batch }) {
  const t = useText();
  const { number } = useFormats();
  const { tenant } = usePlace();
  const [state, setState] = useState<Filter>('');
  const path = { batch_id: batch.batch_id };
  const wanted = state === '' ? undefined : (state as RecipientState);
  const pages = useInfiniteQuery({
    queryKey: ['batch', batch.batch_id, 'recipients', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/batches/{batch_id}/recipients', {
        path,
        query: { state: wanted, limit: 200, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const count: Record<Filter, number | null> = {
    '': batch.valid,
    unread: batch.unread,
    read: batch.read,
    delivered: batch.delivered,
    pending: batch.pending,
    failed: batch.failed,
    excluded: batch.excluded,
    recalled: batch.recalled,
  };
  // What nobody is in is not offered; who read is not either, where the app's policy hides it.
  const offered = kStates.filter(
    (one) => one === '' || one === state || (count[one] !== null && count[one]! > 0),
  );
  const rows = pages.data?.pages.flatMap((page) => page.recipients) ?? [];
  return (
    <>
      <div className="filters">
        <Segmented
          size="small"
          aria-label={t('batch.state')}
          value={state}
          onChange={setState}
          options={offered.map((one) => ({
            value: one,
            label: (
              <>
                {one === '' ? t('common.all') : t(`recipient.${one}`)}{' '}
                <span className="quiet">{number(count[one])}</span>
              </>
            ),
          }))}
        />
        <div className="spring" />
        <Export batch={batch} state={wanted} />
      </div>
      {pages.isError && <ProblemAlert error={pages.error} retry={pages.refetch} />}
      <RecipientTable
        rows={rows}
        tenantKey={batch.tenant_key === tenant?.tenant_key ? tenant.tenant_key : null}
        total={count[state]}
        busy={pages.isFetching && !pages.isRefetching}
        more={pages.hasNextPage ? pages.fetchNextPage : null}
        failed={pages.isError}
      />
    </>
  );
}

function RecipientTable(props: {
  rows: Recipient[];
  tenantKey: string | null;
  total: number | null;
  busy: boolean;
  more: (() => unknown) | null;
  failed: boolean;
}) {
  const t = useText();
  const { moment } = useFormats();
  const columns: Column<Recipient>[] = [
    {
      key: 'name',
      title: t('person.name'),
      cell: (row) =>
        props.tenantKey ? (
          <Link to={`/directory/people/${encodeURIComponent(row.user_id)}`}>
            {row.name || row.user_id}
          </Link>
        ) : (
          row.name || row.user_id
        ),
    },
    {
      key: 'id',
      title: t('person.id'),
      cell: (row) => <span className="mono">{row.user_id}</span>,
    },
    {
      key: 'state',
      title: t('batch.state'),
      cell: (row) => (
        <>
          {t(`recipient.${row.state}`)}
          {row.reason && <span className="quiet"> · {t(`reason.${row.reason}`)}</span>}
        </>
      ),
    },
    {
      key: 'delivered',
      title: t('recipient.delivered_at'),
      cell: (row) => moment(row.delivered_at),
    },
    { key: 'read', title: t('recipient.read_at'), cell: (row) => moment(row.read_at) },
  ];
  if (props.failed && props.rows.length === 0) return null;
  return (
    <DataTable
      label={t('batch.by_person')}
      columns={columns}
      rows={props.rows}
      keyOf={(row) => row.user_id}
      height={480}
      total={props.total}
      busy={props.busy}
      more={props.more}
    />
  );
}

// One page of the server's CSV holds 10,000; more are fetched one after another and put together.
function Export({ batch, state }: { batch: Batch; state?: RecipientState }) {
  const t = useText();
  const { number } = useFormats();
  const [got, setGot] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  const run = async () => {
    const control = new AbortController();
    running.current = control;
    setError(null);
    setGot(0);
    try {
      const parts: string[] = [];
      let cursor: string | null = null;
      do {
        const address = addressOf(
          '/api/v1/batches/{batch_id}/recipients',
          { batch_id: batch.batch_id },
          { state, format: 'csv', limit: 10_000, cursor },
        );
        const answer: Response = await fetch(address, { signal: control.signal });
        if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
        parts.push(await answer.text());
        cursor = answer.headers.get('X-Next-Cursor');
        setGot(parts.length * 10_000);
      } while (cursor);
      saveFile(joinCsv(parts), 'text/csv', `${batch.batch_id}${state ? `-${state}` : ''}.csv`);
    } catch (problem) {
      if (!control.signal.aborted) setError(words(problem));
    } finally {
      setGot(null);
    }
  };
  return (
    <>
      {error && <span className="field-error">{error}</span>}
      {got === null ? (
        <Button size="small" onClick={() => void run()}>
          {t('batch.export')}
        </Button>
      ) : (
        <Button size="small" onClick={() => running.current?.abort()}>
          {t('batch.exporting', { count: got, got: number(got) })}
        </Button>
      )}
    </>
  );
}

// What operators changed, newest first. The filter looks at what has been loaded.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { AuditEntry } from '../api/types';
import { DataTable, type Column } from '../parts/data_table';
import { useFormats } from '../parts/formats';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';

const matches = (entry: AuditEntry, text: string) =>
  [entry.operator, entry.action, entry.target, entry.detail, entry.remote]
    .join('\n')
    .toLowerCase()
    .includes(text);

export function Component() {
  const t = useText();
  const { time } = useFormats();
  const [text, setText] = useState('');
  const audit = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/audit', { query: { limit: 100, before: pageParam }, signal }),
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  });
  const all = audit.data?.pages.flatMap((page) => page.entries) ?? [];
  const wanted = text.trim().toLowerCase();
  const rows = wanted ? all.filter((entry) => matches(entry, wanted)) : all;
  const columns: Column<AuditEntry>[] = [
    {
      key: 'at',
      title: t('audit.at'),
      cell: (row) => <span className="nowrap">{time(row.at)}</span>,
    },
    {
      key: 'operator',
      title: t('audit.operator'),
      cell: (row) => (
        <>
          {row.operator} <span className="quiet">· {t(`role.${row.role}`)}</span>
        </>
      ),
    },
    {
      key: 'action',
      title: t('audit.action'),
      cell: (row) => <span className="mono">{row.action}</span>,
    },
    {
      key: 'target',
      title: t('audit.target'),
      cell: (row) => <span className="mono break">{row.target}</span>,
    },
    {
      key: 'detail',
      title: t('audit.detail'),
      cell: (row) => <span className="break">{row.detail}</span>,
    },
    {
      key: 'remote',
      title: t('audit.remote'),
      cell: (row) => <span className="mono">{row.remote}</span>,
    },
    {
      key: 'status',
      title: t('audit.status'),
      align: 'end',
      cell: (row) => (
        <span className={row.status !== null && row.status >= 400 ? 'field-error' : undefined}>
          {row.status ?? t('audit.unknown')}
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t('nav.audit')}
      intro={t('audit.intro')}
      actions={
        <Button loading={audit.isRefetching} onClick={() => void audit.refetch()}>
          {t('common.refresh')}
        </Button>
      }
    >
      <Section>
        <div className="filters">
          <Input
            className="narrow"
            allowClear
            aria-label={t('audit.filter')}
            placeholder={t('audit.filter')}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <span className="quiet" role="status">
            {wanted && t('audit.matching', { count: rows.length, of: all.length })}
          </span>
        </div>
        {audit.isError && <ProblemAlert error={audit.error} retry={audit.refetch} />}
        {!audit.isError && (
          <DataTable
            label={t('nav.audit')}
            columns={columns}
            rows={rows}
            keyOf={(row) => `${row.at}/${row.operator}/${row.action}/${row.target}/${row.status}`}
            busy={audit.isPending}
          />
        )}
        {audit.hasNextPage && (
          <div className="table-more">
            <Button loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
              {t('common.more')}
            </Button>
          </div>
        )}
      </Section>
    </Page>
  );
}

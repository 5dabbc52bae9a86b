// The organisation as it is kept here: departments on the left, the people of one on the right.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Alert, Switch } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { User } from '../api/types';
import { DataTable, type Column } from '../parts/data_table';
import { useDepartments } from '../parts/departments';
import { useFormats } from '../parts/formats';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { SearchBox, useSearch, useSearchStatus } from '../parts/search';
import { TreeView } from '../parts/tree_view';
import { useMay, usePlace } from '../session';

export function Component() {
  const t = useText();
  const { tenant } = usePlace();
  const mayImport = useMay('admin');
  return (
    <Page
      title={t('directory.title')}
      intro={
        tenant &&
        t('directory.intro', { users: tenant.active_users, departments: tenant.departments })
      }
      actions={
        mayImport && (
          <Link className="button-link" to="/import">
            {t('nav.import')}
          </Link>
        )
      }
    >
      {tenant ? (
        <Browser key={tenant.tenant_key} tenantKey={tenant.tenant_key} />
      ) : (
        <Alert type="info" showIcon message={t('common.no_tenant')} />
      )}
    </Page>
  );
}

function Browser({ tenantKey }: { tenantKey: string }) {
  const t = useText();
  const { number } = useFormats();
  const load = useDepartments(tenantKey);
  const [place, setPlace] = useSearchParams();
  const department = place.get('department') ?? '0';
  const [text, setText] = useState('');
  const search = useSearch(tenantKey, text);
  const status = useSearchStatus(
    text,
    search.departments.length + search.users.length,
    search.searching,
  );
  const show = (id: string) => {
    setText('');
    setPlace(id === '0' ? {} : { department: id }, { replace: true });
  };
  return (
    <div className="browser">
      <Section className="browser-tree" label={t('directory.departments')}>
        <SearchBox label={t('audience.search')} value={text} onChange={setText} />
        <span className="unseen" role="status">
          {status}
        </span>
        {search.active && (
          <ul className="found">
            {search.departments.map((one) => (
              <li key={one.department_id}>
                <button type="button" className="found-row" onClick={() => show(one.department_id)}>
                  <span>{one.name}</span>
                  <span className="quiet end">{number(one.members)}</span>
                </button>
              </li>
            ))}
            {search.departments.length === 0 && !search.searching && (
              <li className="empty">{t('directory.no_departments')}</li>
            )}
          </ul>
        )}
        <div hidden={search.active}>
          <button
            type="button"
            className={department === '0' ? 'tree-root tree-root-on' : 'tree-root'}
            onClick={() => show('0')}
            aria-current={department === '0'}
          >
            {t('directory.whole')}
          </button>
          <TreeView
            label={t('directory.departments')}
            root="0"
            load={load}
            selected={department}
            onPick={(node) => show(node.id)}
          >
            {(node) => (
              <>
                <span>{node.name}</span>
                <span className="quiet end">{number(node.members)}</span>
              </>
            )}
          </TreeView>
        </div>
      </Section>
      {search.active ? (
        <Section title={t('directory.found_people')} className="browser-people">
          {search.error && <ProblemAlert error={search.error} />}
          <PeopleTable
            rows={search.users}
            busy={search.searching}
            more={search.more}
            empty={t('search.none')}
          />
        </Section>
      ) : (
        <People key={department} tenantKey={tenantKey} department={department} show={show} />
      )}
    </div>
  );
}

function People(props: { tenantKey: string; department: string; show: (id: string) => void }) {
  const t = useText();
  const { tenantKey, department } = props;
  const [recursive, setRecursive] = useState(true);
  const about = useQuery({
    queryKey: ['department', tenantKey, department],
    queryFn: ({ signal }) =>
      call('get', '/api/v1/tenants/{tenant_key}/departments/{department_id}', {
        path: { tenant_key: tenantKey, department_id: department },
        signal,
      }),
  });
  const users = useInfiniteQuery({
    queryKey: ['users', tenantKey, department, recursive],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/tenants/{tenant_key}/users', {
        path: { tenant_key: tenantKey },
        query: {
          department,
          recursive: recursive ? 'true' : 'false',
          limit: 100,
          cursor: pageParam,
        },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = users.data?.pages.flatMap((page) => page.users) ?? [];
  const whole = department === '0';
  return (
    <Section
      className="browser-people"
      title={whole ? t('directory.whole') : (about.data?.name ?? department)}
      actions={
        <label className="switch">
          <Switch size="small" checked={recursive} onChange={setRecursive} />
          {t('directory.recursive')}
        </label>
      }
    >
      {about.data && !whole && (
        <nav className="path" aria-label={t('directory.path')}>
          {about.data.path.map((one) => (
            <span key={one.department_id}>
              <button type="button" onClick={() => props.show(one.department_id)}>
                {one.department_id === '0' ? t('directory.whole') : one.name}
              </button>{' '}
              /{' '}
            </span>
          ))}
          <span className="mono quiet">{department}</span>
        </nav>
      )}
      {about.data && (
        <p className="quiet">{t('directory.members', { count: about.data.members })}</p>
      )}
      {users.isError && <ProblemAlert error={users.error} retry={users.refetch} />}
      <PeopleTable
        rows={rows}
        busy={users.isFetching}
        more={users.hasNextPage ? users.fetchNextPage : null}
        empty={t('directory.no_people')}
      />
    </Section>
  );
}

function PeopleTable(props: {
  rows: User[];
  busy: boolean;
  more: (() => unknown) | null;
  empty: string;
}) {
  const t = useText();
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: t('person.name'),
      cell: (row) => (
        <Link to={`/directory/people/${encodeURIComponent(row.user_id)}`}>
          {row.name || row.user_id}
        </Link>
      ),
    },
    {
      key: 'id',
      title: t('person.id'),
      cell: (row) => <span className="mono">{row.user_id}</span>,
    },
    {
      key: 'departments',
      title: t('person.departments'),
      cell: (row) => row.departments.map((one) => one.name).join(', '),
    },
    { key: 'email', title: t('person.email'), cell: (row) => row.email || '–' },
    {
      key: 'active',
      title: t('person.status'),
      cell: (row) => (row.active ? t('person.active') : t('person.inactive')),
    },
  ];
  return (
    <DataTable
      label={t('directory.people')}
      columns={columns}
      rows={props.rows}
      keyOf={(row) => row.user_id}
      height={560}
      busy={props.busy}
      more={props.more}
      empty={props.empty}
    />
  );
}

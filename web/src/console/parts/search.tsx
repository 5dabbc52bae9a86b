// Looking for departments and people of a tenant by a part of their name or by their id.
//
// A call looks at a bounded part of the directory, so a search goes on by itself until it has something
// to show or the end is reached; typing on gives up what is still under way.

import { Input } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { Department, User } from '../api/types';
import { useDebounced } from './debounced';

const kEnough = 20;

export function useSearch(tenantKey: string, text: string) {
  const q = useDebounced(text.trim(), 250);
  const found = useInfiniteQuery({
    queryKey: ['search', tenantKey, q],
    enabled: q !== '',
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/tenants/{tenant_key}/search', {
        path: { tenant_key: tenantKey },
        query: { q, limit: kEnough, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const pages = found.data?.pages ?? [];
  const departments: Department[] = unique(
    pages.flatMap((page) => page.departments),
    'department_id',
  );
  const users: User[] = unique(
    pages.flatMap((page) => page.users),
    'user_id',
  );
  const { hasNextPage, isFetching, fetchNextPage, isError } = found;
  const few = departments.length + users.length < kEnough;
  useEffect(() => {
    if (few && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [few, hasNextPage, isFetching, isError, fetchNextPage]);
  return {
    active: q !== '',
    departments,
    users,
    searching: isFetching || q !== text.trim(),
    error: found.error,
    more: hasNextPage ? fetchNextPage : null,
  };
}

function unique<T, K extends keyof T>(all: T[], key: K): T[] {
  const seen = new Set<T[K]>();
  return all.filter((one) => !seen.has(one[key]) && seen.add(one[key]));
}

export function SearchBox(props: { label: string; value: string; onChange(value: string): void }) {
  return (
    <Input.Search
      allowClear
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}

// Says how many there are to whoever cannot see the list.
export function useSearchStatus(text: string, count: number, searching: boolean): string {
  const t = useText();
  const [status, setStatus] = useState('');
  useEffect(() => {
    if (text.trim() === '') setStatus('');
    else if (!searching) setStatus(count === 0 ? t('search.none') : t('search.found', { count }));
  }, [text, count, searching, t]);
  return status;
}

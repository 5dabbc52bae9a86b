// The console as a whole: what every page of it has around itself.

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from 'react-router-dom';

import { Problem } from '@/shared/api/client';

import { Look } from './look';
import { router } from './routes';

// A refused call is not tried again: only the network and the server's own faults pass.
const retry = (failures: number, error: unknown) =>
  failures < 2 && !(error instanceof Problem && error.status < 500);

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof Problem && error.status === 401 && query.queryKey[0] !== 'session')
        void queries.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: {
    queries: { retry, staleTime: 10_000, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});

export function Console() {
  return (
    <QueryClientProvider client={queries}>
      <Look>
        <RouterProvider router={router} />
      </Look>
    </QueryClientProvider>
  );
}

// Which page stands where. Each page is a chunk of its own, so the first load stays small.

import { createBrowserRouter, Navigate, type RouteObject } from 'react-router-dom';

import { Shell } from './shell';
import { Broken } from './parts/broken';

const pages: RouteObject[] = [
  { index: true, lazy: () => import('./pages/overview') },
  { path: 'batches', lazy: () => import('./pages/batches') },
  { path: 'batches/:batchId', lazy: () => import('./pages/batch') },
  { path: 'compose', lazy: () => import('./pages/compose') },
  { path: 'directory', lazy: () => import('./pages/directory') },
  { path: 'directory/people/:userId', lazy: () => import('./pages/person') },
  { path: 'import', lazy: () => import('./pages/import') },
  { path: 'apps', lazy: () => import('./pages/apps') },
  { path: 'apps/:appId', lazy: () => import('./pages/app') },
  { path: 'operators', lazy: () => import('./pages/operators') },
  { path: 'audit', lazy: () => import('./pages/audit') },
  { path: '*', element: <Navigate to="/" replace /> },
];

export const router = createBrowserRouter(
  [
    { path: '/signin', lazy: () => import('./pages/sign_in'), errorElement: <Broken /> },
    {
      path: '/',
      element: <Shell />,
      errorElement: <Broken />,
      children: [{ errorElement: <Broken />, children: pages }],
    },
  ],
  {
    basename: '/console',
    future: {
      v7_relativeSplatPath: true,
      v7_fetcherPersist: true,
      v7_normalizeFormMethod: true,
      v7_partialHydration: true,
      v7_skipActionErrorRevalidation: true,
    },
  },
);

import { defineConfig } from 'vite';

import { budget } from './src/inbox/build/budget';
import { pwa } from './src/inbox/build/pwa';
import { firstPaint, THEME } from './src/inbox/build/shell';
import { alias, server } from './vite.shared';

// Written as React, built with Preact: the first screen must stay below 60 KB compressed.
const preact = {
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react-dom/client': 'preact/compat/client',
  'react-dom': 'preact/compat',
  react: 'preact/compat',
};

export default defineConfig({
  root: 'src/inbox',
  base: '/inbox/',
  resolve: { alias: { ...alias, ...preact } },
  esbuild: { jsx: 'automatic' },
  server,
  plugins: [
    firstPaint(),
    pwa(),
    budget({ files: ['index.html', THEME], bytes: 60 * 1024 }),
  ],
  build: {
    outDir: '../../dist/inbox',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
});

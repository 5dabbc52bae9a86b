import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

import inbox from '../../../vite.inbox';

// Built with what the inbox is built with, Preact, for the tests of tests/browser; no part of the
// product.
export default defineConfig({
  resolve: inbox.resolve,
  esbuild: inbox.esbuild,
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  build: {
    target: 'es2021',
    emptyOutDir: true,
    rollupOptions: { input: fileURLToPath(new URL('./gallery.html', import.meta.url)) },
  },
});

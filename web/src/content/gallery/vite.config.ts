import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

import inbox from '../../../vite.inbox';

// Built as the inbox is, with Preact, for the pictures of tests/browser; no part of the product.
export default defineConfig({
  ...inbox,
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  build: {
    target: 'es2021',
    emptyOutDir: true,
    rollupOptions: { input: fileURLToPath(new URL('./gallery.html', import.meta.url)) },
  },
});

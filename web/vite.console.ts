import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { alias, server } from './vite.shared';

export default defineConfig({
  root: 'src/console',
  base: '/console/',
  plugins: [react()],
  resolve: { alias },
  server,
  build: { outDir: '../../dist/console', emptyOutDir: true, target: 'es2021' },
});

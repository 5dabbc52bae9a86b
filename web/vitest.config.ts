import { defineConfig } from 'vitest/config';

import { alias } from './vite.shared';

export default defineConfig({
  resolve: { alias },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] },
});

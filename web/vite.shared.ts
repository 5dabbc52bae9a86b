import { fileURLToPath } from 'node:url';

export const alias = { '@': fileURLToPath(new URL('./src', import.meta.url)) };

// `npm exec vite -- --config vite.inbox.ts` beside a running server.
export const server = {
  proxy: { '/api': { target: process.env.CARILLON_URL ?? 'http://127.0.0.1:8080', ws: true } },
};

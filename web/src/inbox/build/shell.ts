// What the page shows before its script runs: the bar and the places of the first messages, in the
// right colours from the first paint on. The same as ui/Skeleton.tsx, which takes its place, but
// without words, for their language is not known yet.

import { build, type Plugin, type ResolvedConfig, type Rollup } from 'vite';

import { BELL, ICON_SIZE } from '../icon';

// A script of its own that the browser waits for, since the policy allows none inside of the page.
export const THEME = 'theme.js';

const bell =
  `<svg class="bell" viewBox="0 0 ${ICON_SIZE} ${ICON_SIZE}" aria-hidden="true">` +
  `<path d="${BELL}" fill="currentColor" /></svg>`;
const shell =
  `<div><header class="bar">${bell}</header>` +
  '<main class="skeleton" aria-busy="true"><div></div><div></div><div></div></main></div>';

// A file of ours as one script without imports.
export async function script(config: ResolvedConfig, file: string, define = {}): Promise<string> {
  const built = (await build({
    configFile: false,
    root: config.root,
    logLevel: 'warn',
    resolve: { alias: config.resolve.alias },
    define,
    build: {
      write: false,
      target: config.build.target,
      rollupOptions: { input: `${config.root}/${file}`, output: { format: 'iife' } },
    },
  })) as Rollup.RollupOutput;
  return built.output[0].code;
}

export function firstPaint(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'carillon-first-paint',
    configResolved(resolved) {
      config = resolved;
    },
    transformIndexHtml(html) {
      const tags =
        config.command === 'build'
          ? [{ tag: 'script', attrs: { src: config.base + THEME }, injectTo: 'head-prepend' as const }]
          : []; // main.tsx does it, a moment later
      return { html: html.replace('<div id="root">', `$&${shell}`), tags };
    },
    async generateBundle() {
      if (config.command !== 'build') return;
      this.emitFile({ type: 'asset', fileName: THEME, source: await script(config, 'first.ts') });
    },
  };
}

// What makes the inbox a page that can be installed: its manifest and icons, and the service
// worker, told which files are the shell.

import { createHash } from 'node:crypto';

import type { Plugin, ResolvedConfig } from 'vite';

import { BELL, ICON_GROUND, ICON_INK, ICON_SIZE } from '../icon';
import { png } from './png';
import { script, THEME } from './shell';

const ROOT = '/inbox/';
const PNG_SIZES = [192, 512];

const svg =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${ICON_SIZE} ${ICON_SIZE}">` +
  `<rect width="${ICON_SIZE}" height="${ICON_SIZE}" rx="112" fill="${ICON_GROUND}"/>` +
  `<path d="${BELL}" fill="${ICON_INK}"/></svg>\n`;

const manifest = {
  id: ROOT,
  name: 'Carillon',
  short_name: 'Carillon',
  description: 'Messages for you · 发给你的消息',
  start_url: ROOT,
  scope: ROOT,
  display: 'standalone',
  background_color: '#f5f6f8',
  theme_color: '#f5f6f8',
  icons: [
    { src: `${ROOT}icon.svg`, type: 'image/svg+xml', sizes: 'any' },
    ...PNG_SIZES.map((size) => ({
      src: `${ROOT}icon-${size}.png`,
      type: 'image/png',
      sizes: `${size}x${size}`,
      purpose: 'any maskable',
    })),
  ],
};

export function pwa(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'carillon-pwa',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const emit = (fileName: string, source: string | Buffer) =>
          this.emitFile({ type: 'asset', fileName, source });
        emit('manifest.webmanifest', JSON.stringify(manifest));
        emit('icon.svg', svg);
        for (const size of PNG_SIZES) {
          const drawing = { path: BELL, size: ICON_SIZE, ground: ICON_GROUND, ink: ICON_INK };
          emit(`icon-${size}.png`, png(drawing, size));
        }
        const version = createHash('sha256');
        const files = [ROOT, ROOT + THEME, `${ROOT}manifest.webmanifest`, `${ROOT}icon.svg`];
        for (const [name, part] of Object.entries(bundle)) {
          version.update(name).update(part.type === 'chunk' ? part.code : part.source);
          if (name.startsWith('assets/')) files.push(ROOT + name);
        }
        const shell = { version: version.digest('hex').slice(0, 16), files: files.sort() };
        const define = { __SHELL__: JSON.stringify(shell) };
        emit('sw.js', await script(config, 'sw/sw.ts', define));
      },
    },
  };
}

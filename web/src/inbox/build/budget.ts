// Ends the build when the first screen weighs more than it may: the page, its scripts with whatever
// that imports at once, and its styles, compressed as they are sent. What is loaded later is free.

import { gzipSync } from 'node:zlib';

import type { Plugin } from 'vite';

export function budget(of: { files: readonly string[]; bytes: number }): Plugin {
  return {
    name: 'carillon-budget',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const names = new Set(of.files);
        for (const part of Object.values(bundle)) {
          if (part.type !== 'chunk' || !part.isEntry) continue;
          for (const name of [part.fileName, ...part.imports]) names.add(name);
          for (const name of part.viteMetadata?.importedCss ?? []) names.add(name);
        }
        let sum = 0;
        for (const name of names) {
          const part = bundle[name];
          if (!part) return this.error(`the first screen has no ${name}`);
          sum += gzipSync(part.type === 'chunk' ? part.code : part.source, { level: 9 }).length;
        }
        const said = `first screen: ${sum} bytes compressed of ${of.bytes}`;
        if (sum > of.bytes) this.error(said);
        this.info(said);
      },
    },
  };
}

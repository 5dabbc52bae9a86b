// The gallery of messages (web/src/content/gallery): built as the inbox is, and served under the
// policy that the inbox is served under.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');

const web = path.resolve(__dirname, '../../web');
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; media-src 'self'; " +
  "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'none'";
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

async function openGallery() {
  const built = fs.mkdtempSync(path.join(os.tmpdir(), 'carillon-gallery-'));
  const vite = path.join(web, 'node_modules/vite/bin/vite.js');
  const config = path.join(web, 'src/content/gallery/vite.config.ts');
  execFileSync(process.execPath, [vite, 'build', '--config', config, '--outDir', built], {
    cwd: web,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://gallery');
    const file = path.join(built, path.normalize(decodeURIComponent(pathname)));
    if (!file.startsWith(built) || !fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const type = types[path.extname(file)];
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy });
    response.end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    url: (query) => `${origin}/gallery.html?${new URLSearchParams(query)}`,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(built, { recursive: true });
    },
  };
}

module.exports = { openGallery };

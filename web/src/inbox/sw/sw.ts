// The service worker: the page itself without a network, images that were seen, and notifications.
//
// Shape   The shell (index.html and what it loads, listed by the build) is kept whole under the
//         build's version. Of the API only images are kept, and only for when the server cannot be
//         reached: what it refuses (a recalled message's) is never shown from here.

import { IMAGE_CACHE, isImage } from '../model/images';
import { noticeOf } from '../push/notice';

declare const self: ServiceWorkerGlobalScope;
// Filled in by the build (build/pwa.ts).
declare const __SHELL__: { version: string; files: string[] };

const SHELL_PREFIX = 'carillon-inbox-shell:';
const SHELL = SHELL_PREFIX + __SHELL__.version;
const PAGE = '/inbox/';
const IMAGES_MAX = 200;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(SHELL);
      await cache.addAll(__SHELL__.files.map((file) => new Request(file, { cache: 'no-cache' })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(SHELL_PREFIX) && name !== SHELL) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(shell(PAGE, request));
  else if (isImage(url.pathname)) event.respondWith(image(request));
  else if (url.pathname.startsWith(PAGE)) event.respondWith(shell(url.pathname, request));
});

async function shell(path: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(SHELL)).match(path);
  return kept ?? fetch(request);
}

async function image(request: Request): Promise<Response> {
  const cache = await caches.open(IMAGE_CACHE);
  let answer: Response;
  try {
    answer = await fetch(request);
  } catch (problem) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw problem;
  }
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const kept = await cache.keys();
    for (const old of kept.slice(0, Math.max(0, kept.length - IMAGES_MAX))) await cache.delete(old);
  } else if (answer.status === 404 || answer.status === 401) {
    await cache.delete(request);
  }
  return answer;
}

self.addEventListener('push', (event) => {
  event.waitUntil(
    (async () => {
      let knock = {};
      try {
        knock = (event.data?.json() as object | null) ?? {};
      } catch {
        // not one of ours, but something must be shown
      }
      const { title, ...notice } = await noticeOf(knock, navigator.languages);
      const icon = `${PAGE}icon-192.png`;
      await self.registration.showNotification(title, { ...notice, icon, badge: icon });
    })(),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    (async () => {
      const pages = await self.clients.matchAll({ type: 'window' });
      const open = pages.find((page) => new URL(page.url).pathname.startsWith('/inbox'));
      if (open) await open.focus();
      else await self.clients.openWindow(PAGE);
    })(),
  );
});

// The copies that the service worker keeps of images that were seen.

export const IMAGE_CACHE = 'carillon-images';

const ROOT = '/api/v1/inbox/';

export const isImage = (path: string) => /^\/api\/v1\/inbox\/[^/]+\/images\/[^/]+$/.test(path);

// Of messages that were taken back.
export async function forgetImages(batchIds: readonly string[]): Promise<void> {
  if (batchIds.length === 0 || !('caches' in globalThis)) return;
  const gone = new Set(batchIds);
  const cache = await caches.open(IMAGE_CACHE);
  for (const kept of await cache.keys()) {
    const batchId = new URL(kept.url).pathname.slice(ROOT.length).split('/')[0] ?? '';
    if (gone.has(batchId)) await cache.delete(kept);
  }
}

export async function forgetAllImages(): Promise<void> {
  if ('caches' in globalThis) await caches.delete(IMAGE_CACHE);
}

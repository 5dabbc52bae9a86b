// Pictures chosen on this page: the app has them under a key, the preview draws them from the file
// itself, as a picture can be fetched only by who has a message that shows it.

import { addressOf, Problem, Unreachable } from '@/shared/api/client';

import type { UploadedImage } from '../api/types';

const shown = new Map<string, string>();

export const uploadedUrl = (key: string): string | undefined => shown.get(key);

export async function uploadImage(appId: string, tenantKey: string, file: File): Promise<string> {
  const form = new FormData();
  form.append('image', file, file.name);
  const address = addressOf(
    '/api/v1/apps/{app_id}/images',
    { app_id: appId },
    { tenant_key: tenantKey },
  );
  const answer = await fetch(address, { method: 'POST', body: form }).catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  const body: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, body as object);
  const { image_key } = body as UploadedImage;
  shown.set(image_key, URL.createObjectURL(file));
  return image_key;
}

// Pictures chosen on this page: the server has them under a key of ours, the preview draws them from
// the file itself, as a picture can be fetched only by who has a message that shows it.

import { Problem } from '@/shared/api/client';

import { newKey } from '../logic/key';

const shown = new Map<string, string>();

export const uploadedUrl = (key: string): string | undefined => shown.get(key);

export async function uploadImage(tenantKey: string, file: File): Promise<string> {
  const image_key = `img_${newKey()}`;
  const extension = /\.[A-Za-z0-9]{1,5}$/u.exec(file.name)?.[0] ?? '';
  const name = `${image_key}${extension}`;
  const organisation = {
    tenants: [{ tenant_key: tenantKey, images: [{ image_key, file: name }] }],
  };
  const form = new FormData();
  form.append(
    'organisation',
    new Blob([JSON.stringify(organisation)], { type: 'application/json' }),
    'organisation.json',
  );
  form.append('image', file, name);
  const answer = await fetch('/api/v1/import', { method: 'POST', body: form });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  shown.set(image_key, URL.createObjectURL(file));
  return image_key;
}

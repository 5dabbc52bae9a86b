// An image: uploaded here, or named by the key that an app got when it uploaded it.

import { Input } from 'antd';
import { useRef, useState } from 'react';

import { useText } from '@/shared/i18n';

import { ActionButton } from '../parts/action_button';
import { Field } from '../parts/field';
import { ProblemAlert } from '../parts/problem';
import { uploadImage } from './uploads';

export function ImageKey(props: {
  value: string;
  tenantKey: string;
  onChange: (imageKey: string) => void;
}) {
  const t = useText();
  const file = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const upload = async (chosen: File) => {
    setBusy(true);
    setError(null);
    try {
      props.onChange(await uploadImage(props.tenantKey, chosen));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Field label={t('field.image_key')} hint={t('field.image_hint')}>
        {(control) => (
          <div className="beside">
            <Input
              {...control}
              value={props.value}
              onChange={(event) => props.onChange(event.target.value.trim())}
            />
            <ActionButton needs="admin" loading={busy} onClick={() => file.current?.click()}>
              {t('compose.upload')}
            </ActionButton>
          </div>
        )}
      </Field>
      <input
        ref={file}
        type="file"
        hidden
        accept="image/png,image/jpeg,image/gif,image/webp,image/bmp"
        aria-label={t('compose.upload')}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = '';
          if (chosen) void upload(chosen);
        }}
      />
      {error !== null && <ProblemAlert error={error} />}
    </>
  );
}

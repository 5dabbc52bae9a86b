// An image: uploaded here, or named by the key that an app got when it uploaded it.

import { Input } from 'antd';
import { useRef, useState } from 'react';

import { useText } from '@/shared/i18n';

import { ActionButton } from '../parts/action_button';
import { Field } from '../parts/field';
import { ProblemAlert } from '../parts/problem';
import { uploadedUrl, uploadImage } from './uploads';

export function ImageKey(props: {
  value: string;
  appId: string; // empty: none is chosen yet
  tenantKey: string;
  onChange: (imageKey: string) => void;
}) {
  const t = useText();
  const file = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const uploaded = uploadedUrl(props.value);
  const upload = async (chosen: File) => {
    setBusy(true);
    setError(null);
    try {
      props.onChange(await uploadImage(props.appId, props.tenantKey, chosen));
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
            <ActionButton
              needs="sender"
              reason={props.appId === '' && t('compose.needs_app')}
              loading={busy}
              onClick={() => file.current?.click()}
            >
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
      {uploaded !== undefined && (
        <img className="uploaded" src={uploaded} alt={t('msg_type.image')} />
      )}
      {error !== null && <ProblemAlert error={error} />}
    </>
  );
}

// The last steps: a test to oneself, and sending, which states the number once more.

import { App, Button } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import { toRequest } from '../logic/audience';
import { newKey } from '../logic/key';
import { contentOf } from '../logic/message';
import { ActionButton } from '../parts/action_button';
import { Confirm } from '../parts/confirm';
import { useFormats } from '../parts/formats';
import { PersonPicker } from '../parts/person_picker';
import { words } from '../parts/problem';
import { CountDetails, type Count } from './count';
import type { Draft } from './draft';

const bodyOf = (draft: Draft, tenantKey: string) => ({
  app_id: draft.appId,
  tenant_key: tenantKey,
  msg_type: draft.type,
  content: contentOf(draft.type, draft.models[draft.type]),
});

export function SendButton(props: {
  draft: Draft;
  tenantKey: string;
  count: Count;
  missing: string | null;
  onSent: () => void;
}) {
  const t = useText();
  const { number, time } = useFormats();
  const navigate = useNavigate();
  const [key, setKey] = useState<string | null>(null);
  const { draft, count } = props;
  const deliverable = count.answer?.deliverable ?? 0;
  const why =
    props.missing ??
    (count.answer && deliverable === 0 ? t('compose.nobody_gets_it') : null) ??
    (count.current ? null : t('compose.counting'));
  const sendAt = draft.sendAt ? new Date(draft.sendAt).toISOString() : undefined;
  const send = async () => {
    const batch = await call('post', '/api/v1/batches', {
      body: {
        ...bodyOf(draft, props.tenantKey),
        audience: toRequest(draft.audience),
        ...(sendAt && { send_at: sendAt }),
      },
      headers: { 'Idempotency-Key': key! },
    });
    props.onSent();
    navigate(`/batches/${batch.batch_id}`);
  };
  return (
    <>
      <ActionButton needs="sender" type="primary" reason={why} onClick={() => setKey(newKey())}>
        {sendAt ? t('compose.schedule') : t('compose.send')}
      </ActionButton>
      <Confirm
        open={key !== null}
        title={t(sendAt ? 'compose.ask_schedule' : 'compose.ask_send', {
          count: deliverable,
          number: number(deliverable),
        })}
        yes={t(sendAt ? 'compose.yes_schedule' : 'compose.yes_send', {
          count: deliverable,
          number: number(deliverable),
        })}
        done={sendAt ? t('compose.did_schedule') : t('compose.did_send')}
        onYes={send}
        onClose={() => setKey(null)}
      >
        <p>
          {sendAt
            ? t('compose.means_schedule', { at: time(sendAt) })
            : t('compose.means_send', { count: deliverable, number: number(deliverable) })}
        </p>
        {count.answer && <CountDetails of={count.answer} />}
      </Confirm>
    </>
  );
}

interface Me {
  user_id: string;
  name: string;
}
const keyOf = (tenantKey: string) => `carillon.console.me.${tenantKey}`;

function remembered(tenantKey: string): Me | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(tenantKey)) ?? 'null') as Me | null;
  } catch {
    return null;
  }
}

export function TestSend(props: { draft: Draft; tenantKey: string; missing: string | null }) {
  const t = useText();
  const { message } = App.useApp();
  const { draft, tenantKey } = props;
  const [me, setMe] = useState(() => remembered(tenantKey));
  const [choosing, setChoosing] = useState(false);
  const [busy, setBusy] = useState(false);
  const remember = (chosen: Me) => {
    localStorage.setItem(keyOf(tenantKey), JSON.stringify(chosen));
    setMe(chosen);
    setChoosing(false);
  };
  const send = async () => {
    setBusy(true);
    try {
      const batch = await call('post', '/api/v1/batches', {
        body: {
          ...bodyOf(draft, tenantKey),
          audience: { user_ids: [me!.user_id] },
        },
        headers: { 'Idempotency-Key': newKey() },
      });
      if (batch.valid - batch.excluded > 0)
        void message.success(t('compose.did_test', { name: me!.name }));
      else void message.warning(t('compose.test_excluded', { name: me!.name }));
    } catch (problem) {
      void message.error(words(problem), 6);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="test-send">
      {me && !choosing ? (
        <div className="buttons">
          <ActionButton
            needs="sender"
            loading={busy}
            reason={props.missing}
            onClick={() => void send()}
          >
            {t('compose.test', { name: me.name })}
          </ActionButton>
          <Button type="link" size="small" onClick={() => setChoosing(true)}>
            {t('compose.not_me')}
          </Button>
        </div>
      ) : (
        <>
          <p className="quiet">{t('compose.who_am_i')}</p>
          <PersonPicker
            tenantKey={tenantKey}
            label={t('compose.find_me')}
            onPick={(user) => remember({ user_id: user.user_id, name: user.name || user.user_id })}
          />
        </>
      )}
    </div>
  );
}

// What can be done with a batch in its state. Each is asked about first, with what will happen.

import { App } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { Batch } from '../api/types';
import { newKey } from '../logic/key';
import { actionsOf, type BatchAction } from '../logic/batch_state';
import { ActionButton } from '../parts/action_button';
import { Confirm } from '../parts/confirm';
import { useFormats } from '../parts/formats';

export function BatchActions({ batch }: { batch: Batch }) {
  const t = useText();
  const { number } = useFormats();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<BatchAction | null>(null);
  const [key, setKey] = useState('');
  const path = { batch_id: batch.batch_id };

  const act = async (action: BatchAction) => {
    if (action === 'remind') {
      const reminder = await call('post', '/api/v1/batches/{batch_id}/remind', {
        path,
        body: {},
        headers: { 'Idempotency-Key': key },
      });
      void message.success(t('batch.did_remind', { count: reminder.valid }));
      navigate(`/batches/${reminder.batch_id}`);
      return;
    }
    const progress = await call('post', `/api/v1/batches/{batch_id}/${action}`, { path });
    queries.setQueryData<Batch>(
      ['batch', batch.batch_id],
      (known) => known && { ...known, ...progress },
    );
    void queries.invalidateQueries({ queryKey: ['batches'] });
    if (action === 'recall')
      void queries.invalidateQueries({ queryKey: ['batch', batch.batch_id] });
  };

  const numbers = {
    delivered: number(batch.delivered),
    read: number(batch.read),
    pending: number(batch.pending),
    unread: number(batch.unread),
  };
  return (
    <>
      {actionsOf(batch).map((action) => (
        <ActionButton
          key={action}
          needs="sender"
          danger={action === 'recall' || action === 'cancel'}
          onClick={() => {
            setKey(newKey());
            setAsked(action);
          }}
        >
          {t(`batch.${action}`)}
        </ActionButton>
      ))}
      {batch.content && (
        <Link className="button-link" to="/compose" state={{ copy: batch.batch_id }}>
          {t('batch.copy')}
        </Link>
      )}
      {asked && (
        <Confirm
          open
          title={t(`batch.ask_${asked}`)}
          yes={t(`batch.${asked}`)}
          danger={asked === 'recall' || asked === 'cancel'}
          done={asked === 'remind' ? undefined : t(`batch.did_${asked}`)}
          onYes={() => act(asked)}
          onClose={() => setAsked(null)}
        >
          <p>{t(`batch.means_${asked}`, numbers)}</p>
        </Confirm>
      )}
    </>
  );
}

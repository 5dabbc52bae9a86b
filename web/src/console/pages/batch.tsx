// One batch: how far it is, who got it, who read it, and what can be done with it.

import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { Batch } from '../api/types';
import { batchImageUrl } from '../logic/batch_image';
import { isSettled, settled } from '../logic/batch_state';
import { eta, rate } from '../logic/rate';
import { BatchActions } from '../batch/actions';
import { Curve } from '../batch/curve';
import { DepartmentReceipts } from '../batch/department_receipts';
import { Notes } from '../batch/notes';
import { Recipients } from '../batch/recipients';
import { useLive } from '../batch/live';
import { Books, CountsBar, StateTag } from '../parts/batch_bits';
import { useFormats } from '../parts/formats';
import { MessagePreview } from '../parts/message_preview';
import { Facts, Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { Waiting } from '../parts/waiting';
import { useAppName } from '../session';

export function Component() {
  const t = useText();
  const { batchId = '' } = useParams();
  const batch = useQuery({
    queryKey: ['batch', batchId],
    queryFn: ({ signal }) =>
      call('get', '/api/v1/batches/{batch_id}', { path: { batch_id: batchId }, signal }),
  });
  if (batch.data) return <One key={batchId} batch={batch.data} />;
  return (
    <Page title={t('batch.one')}>
      {batch.isError ? <ProblemAlert error={batch.error} retry={batch.refetch} /> : <Waiting />}
    </Page>
  );
}

function One({ batch }: { batch: Batch }) {
  const t = useText();
  const appName = useAppName();
  const { time } = useFormats();
  const { curve, now, connected } = useLive(batch);
  const [tab, setTab] = useState('departments');
  const imageUrl = useMemo(() => batchImageUrl(batch.batch_id), [batch.batch_id]);
  const times: [string, string | null][] = [
    [t('batch.accepted'), batch.accepted_at],
    [t('batch.send_at'), batch.send_at],
    [t('batch.sent'), batch.sent_at],
    [t('batch.canceled'), batch.canceled_at],
    [t('batch.recalled'), batch.recalled_at],
  ];
  const facts = times.filter(([, at]) => at !== null);
  return (
    <Page
      name={`${t('batch.one')} ${batch.batch_id.slice(0, 11)}`}
      title={
        <>
          {appName(batch.app_id)} · {t(`msg_type.${batch.msg_type}`)}{' '}
          <StateTag state={batch.state} />
        </>
      }
      actions={<BatchActions batch={batch} />}
    >
      <div className="batch">
        <div className="batch-main">
          <Section
            title={t('batch.progress')}
            actions={
              <span className={connected ? 'live live-on' : 'live'} role="status">
                {connected ? t('batch.live') : t('batch.not_live')}
              </span>
            }
          >
            <CountsBar of={batch} tall />
            <Books of={batch} />
            <Speed batch={batch} curve={curve} now={now} />
            <Curve samples={curve} total={batch.valid} />
          </Section>
          <Notes batch={batch} />
          <Section>
            <Tabs
              activeKey={tab}
              onChange={setTab}
              animated={false}
              destroyOnHidden
              items={[
                {
                  key: 'departments',
                  label: t('batch.by_department'),
                  children: <DepartmentReceipts batch={batch} />,
                },
                {
                  key: 'people',
                  label: t('batch.by_person'),
                  children: <Recipients batch={batch} />,
                },
              ]}
            />
          </Section>
        </div>
        <aside className="batch-side" aria-label={t('batch.about')}>
          <Section title={t('batch.message')}>
            {batch.content ? (
              <MessagePreview
                msgType={batch.msg_type}
                content={batch.content}
                imageUrl={imageUrl}
              />
            ) : (
              <p className="empty">{t('batch.content_gone')}</p>
            )}
          </Section>
          <Section title={t('batch.about')}>
            <Facts
              of={[
                [t('batch.id'), <span className="mono break">{batch.batch_id}</span>],
                [t('batch.tenant'), batch.tenant_key],
                ...facts.map(([label, at]): [string, string] => [label, time(at)]),
                ...(batch.reminds
                  ? [
                      [
                        t('batch.reminds'),
                        <Link to={`/batches/${batch.reminds}`} className="mono">
                          {batch.reminds.slice(0, 11)}…
                        </Link>,
                      ] as [string, JSX.Element],
                    ]
                  : []),
              ]}
            />
          </Section>
        </aside>
      </div>
    </Page>
  );
}

function Speed(props: { batch: Batch; curve: ReturnType<typeof useLive>['curve']; now: number }) {
  const t = useText();
  const { number, span, percent } = useFormats();
  const { batch, curve, now } = props;
  const over = isSettled(batch.state);
  const perSecond = over ? null : rate(curve, now);
  return (
    <Facts
      of={[
        [t('batch.done'), percent(settled(batch), batch.valid)],
        [
          t('batch.rate'),
          perSecond === null ? '–' : t('batch.per_second', { rate: number(Math.round(perSecond)) }),
        ],
        [t('batch.eta'), over ? '–' : span(eta(batch.pending, perSecond))],
        [t('batch.read_share'), percent(batch.read, batch.delivered)],
      ]}
    />
  );
}

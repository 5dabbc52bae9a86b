// Whom the message would reach, exactly: the server's own decision, without sending.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { AudienceAnswer } from '../api/types';
import { ReasonList } from '../batch/notes';
import { isEmpty, toRequest } from '../logic/audience';
import { contentOf, problemsOf } from '../logic/message';
import { useDebounced } from '../parts/debounced';
import { useFormats } from '../parts/formats';
import { ProblemAlert } from '../parts/problem';
import type { Draft } from './draft';

// With a message that could be sent the limits of its kind count too, so it is asked along.
function questionOf(draft: Draft, tenantKey: string) {
  const model = draft.models[draft.type];
  const complete = problemsOf(draft.type, model).length === 0;
  return {
    app_id: draft.appId,
    tenant_key: tenantKey,
    audience: toRequest(draft.audience),
    ...(complete && { msg_type: draft.type, content: contentOf(draft.type, model) }),
  };
}

export function useCount(draft: Draft, tenantKey: string) {
  const wanted = draft.appId !== '' && !isEmpty(draft.audience);
  const question = JSON.stringify(questionOf(draft, tenantKey));
  const rested = useDebounced(question, 350);
  const query = useQuery({
    queryKey: ['audience', rested],
    enabled: wanted,
    queryFn: ({ signal }) => call('post', '/api/v1/audience', { body: JSON.parse(rested), signal }),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    retry: false,
  });
  return {
    answer: wanted ? (query.data ?? null) : null,
    error: wanted && query.isError ? query.error : null,
    // Only a count of exactly what is on the page may be confirmed.
    current: wanted && question === rested && !query.isFetching && !query.isPlaceholderData,
  };
}
export type Count = ReturnType<typeof useCount>;

export function CountView({ count }: { count: Count }) {
  const t = useText();
  const { number } = useFormats();
  const { answer, error } = count;
  if (error) return <ProblemAlert error={error} />;
  if (!answer) return <p className="quiet">{t('audience.ask')}</p>;
  return (
    <div className={count.current ? 'count' : 'count count-old'} aria-busy={!count.current}>
      <p className="count-big" role="status">
        <b>{number(answer.deliverable)}</b> {t('audience.will_get', { count: answer.deliverable })}
      </p>
      <CountDetails of={answer} />
    </div>
  );
}

export function CountDetails({ of }: { of: AudienceAnswer }) {
  const t = useText();
  const { number } = useFormats();
  const excluded = Object.values(of.excluded).reduce((sum, count) => sum + count, 0);
  const inactive = of.named - of.valid;
  const { department_ids, user_ids } = of.invalid;
  return (
    <>
      {(excluded > 0 || inactive > 0) && (
        <ul className="reasons">
          {inactive > 0 && (
            <li>
              <b>{number(inactive)}</b> {t('audience.inactive')}
            </li>
          )}
        </ul>
      )}
      {excluded > 0 && <ReasonList reasons={of.excluded} />}
      {department_ids.length + user_ids.length > 0 && (
        <Alert
          type="warning"
          message={t('audience.invalid', { count: department_ids.length + user_ids.length })}
          description={
            <span className="mono break">
              {[...department_ids, ...user_ids].slice(0, 50).join(' ')}
            </span>
          }
        />
      )}
    </>
  );
}

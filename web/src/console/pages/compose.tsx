// Writes a message, says whom it will reach, and sends it.

import { useQuery } from '@tanstack/react-query';
import { Alert, Input, Radio } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import { useLocation } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { App } from '../api/types';
import { CountView, useCount } from '../compose/count';
import { useDraft } from '../compose/draft';
import { Editor } from '../compose/editors';
import { SendButton, TestSend } from '../compose/send';
import { uploadedUrl } from '../compose/uploads';
import { isEmpty } from '../logic/audience';
import { batchImageUrl } from '../logic/batch_image';
import {
  contentOf,
  isBlank,
  kDingtalkTypes,
  kFeishuTypes,
  modelOf,
  problemsOf,
  type MsgType,
} from '../logic/message';
import { AudiencePicker } from '../parts/audience_picker';
import { Field } from '../parts/field';
import { MessagePreview } from '../parts/message_preview';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { Waiting } from '../parts/waiting';
import { inTenant, speaksDingtalk, useApps, useMay, usePlace } from '../session';

export function Component() {
  const t = useText();
  const { tenant } = usePlace();
  const apps = useApps();
  if (!tenant) {
    return (
      <Page title={t('compose.title')}>
        <Alert type="info" showIcon message={t('common.no_tenant')} />
      </Page>
    );
  }
  return (
    <Page title={t('compose.title')}>
      {apps.isError && <ProblemAlert error={apps.error} retry={apps.refetch} />}
      {apps.isPending && <Waiting />}
      {apps.data && (
        <Compose
          key={tenant.tenant_key}
          tenantKey={tenant.tenant_key}
          apps={apps.data.filter((app) => inTenant(app, tenant.tenant_key))}
        />
      )}
    </Page>
  );
}

function Compose({ tenantKey, apps }: { tenantKey: string; apps: App[] }) {
  const t = useText();
  const maySend = useMay('sender');
  const { draft, dispatch, forget } = useDraft(tenantKey);
  const app = apps.find((one) => one.app_id === draft.appId) ?? null;
  const copied = useCopy(dispatch);
  const imageUrl = useCallback(
    (key: string) => uploadedUrl(key) ?? (copied ? batchImageUrl(copied)(key) : undefined),
    [copied],
  );
  // Where there is only one to choose, it is chosen.
  const only = apps.length === 1 ? apps[0]!.app_id : null;
  useEffect(() => {
    if (!app && only) dispatch({ type: 'app', appId: only });
  }, [app, only, dispatch]);

  const model = draft.models[draft.type];
  const problems = problemsOf(draft.type, model);
  const content = contentOf(draft.type, model);
  const count = useCount(draft, tenantKey);
  const messageMissing = !app
    ? t('compose.needs_app')
    : problems.length > 0
      ? t('compose.needs_message')
      : null;
  const late = draft.sendAt !== '' && new Date(draft.sendAt).getTime() < Date.now();
  const missing =
    messageMissing ??
    (isEmpty(draft.audience) ? t('compose.needs_audience') : null) ??
    (late ? t('compose.needs_future') : null);
  const types: MsgType[] =
    app && speaksDingtalk(app, tenantKey)
      ? [...kFeishuTypes, ...kDingtalkTypes]
      : [...kFeishuTypes];
  const allowed = types.includes(draft.type);
  useEffect(() => {
    if (app && !allowed) dispatch({ type: 'msg_type', msgType: 'text' });
  }, [app, allowed, dispatch]);

  return (
    <>
      {!maySend && <Alert type="info" showIcon message={t('compose.may_not')} />}
      <div className="compose">
        <div className="compose-main">
          <Section title={t('compose.from')}>
            <Field label={t('batch.app')}>
              {(control) => (
                <select
                  {...control}
                  className="select wide"
                  value={app ? draft.appId : ''}
                  onChange={(event) => dispatch({ type: 'app', appId: event.target.value })}
                >
                  <option value="">{t('compose.choose')}</option>
                  {apps.map((one) => (
                    <option key={one.app_id} value={one.app_id} disabled={!one.enabled || !one.bot}>
                      {one.name}
                      {one.enabled ? '' : ` (${t('app.disabled')})`}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </Section>
          <Section title={t('compose.to')}>
            <Radio.Group
              className="radios"
              aria-label={t('compose.to')}
              value={draft.audience.everyone}
              onChange={(event) =>
                dispatch({
                  type: 'audience',
                  audience: { ...draft.audience, everyone: event.target.value as boolean },
                })
              }
              options={[
                { value: false, label: t('audience.some') },
                { value: true, label: t('audience.everyone') },
              ]}
            />
            {draft.audience.everyone ? (
              <p className="quiet">{t('audience.everyone_hint')}</p>
            ) : (
              <AudiencePicker
                tenantKey={tenantKey}
                value={draft.audience}
                onChange={(audience) => dispatch({ type: 'audience', audience })}
              />
            )}
          </Section>
          <Section title={t('compose.message')}>
            <div className="types" role="radiogroup" aria-label={t('batch.type')}>
              {types.map((type) => (
                <label key={type} className={type === draft.type ? 'type type-on' : 'type'}>
                  <input
                    type="radio"
                    name="msg_type"
                    value={type}
                    checked={type === draft.type}
                    onChange={() => dispatch({ type: 'msg_type', msgType: type })}
                  />
                  {t(`msg_type.${type}`)}
                </label>
              ))}
            </div>
            <Editor
              type={draft.type}
              models={draft.models}
              problems={problems}
              appId={app?.app_id ?? ''}
              tenantKey={tenantKey}
              onChange={(changed) =>
                dispatch({ type: 'model', msgType: draft.type, model: changed })
              }
            />
          </Section>
          <Section title={t('compose.when')}>
            <Field
              label={t('compose.send_at')}
              hint={t('compose.send_at_hint')}
              error={late && t('compose.needs_future')}
            >
              {(control) => (
                <Input
                  {...control}
                  className="when"
                  type="datetime-local"
                  value={draft.sendAt}
                  onChange={(event) => dispatch({ type: 'send_at', sendAt: event.target.value })}
                />
              )}
            </Field>
          </Section>
        </div>
        <div className="compose-side">
          <Section title={t('preview.title')}>
            {isBlank(draft.type, draft.models) ? (
              <p className="empty">{t('preview.blank')}</p>
            ) : (
              <MessagePreview msgType={draft.type} content={content} imageUrl={imageUrl} />
            )}
          </Section>
          <Section title={t('compose.reach')}>
            <CountView count={count} />
            <div className="send-row">
              <SendButton
                draft={draft}
                tenantKey={tenantKey}
                count={count}
                missing={missing}
                onSent={forget}
              />
            </div>
            <TestSend draft={draft} tenantKey={tenantKey} missing={messageMissing} />
          </Section>
        </div>
      </div>
    </>
  );
}

// A copy of a batch that was sent: its app and its message, but not its people. Gives the batch's id.
function useCopy(dispatch: ReturnType<typeof useDraft>['dispatch']): string | undefined {
  const state = useLocation().state as { copy?: string } | null;
  const copied = useRef(false);
  const batchId = state?.copy;
  const batch = useQuery({
    queryKey: ['batch', batchId],
    enabled: batchId !== undefined,
    queryFn: ({ signal }) =>
      call('get', '/api/v1/batches/{batch_id}', { path: { batch_id: batchId! }, signal }),
  });
  const found = batch.data;
  useEffect(() => {
    if (!found?.content || copied.current) return;
    copied.current = true;
    dispatch({ type: 'app', appId: found.app_id });
    const written = modelOf(found.msg_type, found.content);
    if (!written) return;
    dispatch({ type: 'msg_type', msgType: written.type });
    dispatch({ type: 'model', msgType: written.type, model: written.model });
  }, [found, dispatch]);
  return batchId;
}

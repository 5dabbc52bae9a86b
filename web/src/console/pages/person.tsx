// One person: who they are, a link to their inbox, all that is held on them, and its erasure.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';

import { call, type Schemas } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import { ActionButton } from '../parts/action_button';
import { Field } from '../parts/field';
import { useFormats } from '../parts/formats';
import { Facts, Page, Section } from '../parts/page';
import { ProblemAlert, words } from '../parts/problem';
import { saveFile } from '../parts/save_file';
import { Waiting } from '../parts/waiting';
import { usePlace } from '../session';

type Exported = Schemas['PersonExport'];

export function Component() {
  const t = useText();
  const { userId = '' } = useParams();
  const { tenant } = usePlace();
  const tenantKey = tenant?.tenant_key ?? '';
  const path = { tenant_key: tenantKey, user_id: userId };
  const person = useQuery({
    queryKey: ['user', tenantKey, userId],
    queryFn: ({ signal }) =>
      call('get', '/api/v1/tenants/{tenant_key}/users/{user_id}', { path, signal }),
  });
  const name = person.data?.name || userId;
  return (
    <Page title={name}>
      <p>
        <Link to="/directory">{t('person.back')}</Link>
      </p>
      {person.isError && <ProblemAlert error={person.error} retry={person.refetch} />}
      {person.isPending && <Waiting />}
      {person.data && (
        <>
          <Section title={t('person.profile')}>
            <Facts
              of={[
                [t('person.id'), <span className="mono">{person.data.user_id}</span>],
                [
                  t('person.departments'),
                  person.data.departments.length === 0
                    ? '–'
                    : person.data.departments.map((one, index) => (
                        <span key={one.department_id}>
                          {index > 0 && ', '}
                          <Link
                            to={`/directory?${new URLSearchParams({ department: one.department_id })}`}
                          >
                            {one.name}
                          </Link>
                        </span>
                      )),
                ],
                [t('person.email'), person.data.email || '–'],
                [t('person.mobile'), person.data.mobile || '–'],
                [
                  t('person.status'),
                  person.data.active ? t('person.active') : t('person.inactive'),
                ],
              ]}
            />
          </Section>
          <InboxLink path={path} active={person.data.active} />
          <PersonalData path={path} name={name} />
        </>
      )}
    </Page>
  );
}

interface Path {
  tenant_key: string;
  user_id: string;
}

function InboxLink({ path, active }: { path: Path; active: boolean }) {
  const t = useText();
  const [address, setAddress] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const make = async () => {
    setError(null);
    try {
      const session = await call('post', '/api/v1/sessions', { body: path });
      setAddress(session.inbox_url);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Section title={t('person.inbox')}>
      <p className="quiet">{t('person.inbox_hint')}</p>
      {error !== null && <ProblemAlert error={error} />}
      <div className="buttons">
        <ActionButton
          needs="admin"
          reason={active ? null : t('person.inactive_hint')}
          onClick={() => void make()}
        >
          {t('person.make_link')}
        </ActionButton>
        {address && (
          <a href={address} target="_blank" rel="noopener noreferrer">
            {t('person.open_inbox')}
          </a>
        )}
      </div>
    </Section>
  );
}

function PersonalData({ path, name }: { path: Path; name: string }) {
  const t = useText();
  const { number } = useFormats();
  const { message } = App.useApp();
  const [got, setGot] = useState<number | null>(null);
  const [erasing, setErasing] = useState(false);
  const download = async () => {
    setGot(0);
    try {
      const messages: Exported['messages'] = [];
      let first: Exported | null = null;
      let cursor: string | undefined;
      do {
        const page: Exported = await call(
          'get',
          '/api/v1/tenants/{tenant_key}/users/{user_id}/export',
          { path, query: { limit: 100, cursor } },
        );
        first ??= page;
        messages.push(...page.messages);
        cursor = page.next ?? undefined;
        setGot(messages.length);
      } while (cursor);
      const text = JSON.stringify({ ...first, messages, next: undefined }, null, 2);
      saveFile(text, 'application/json', `${path.user_id}.json`);
    } catch (problem) {
      void message.error(words(problem), 6);
    } finally {
      setGot(null);
    }
  };
  return (
    <Section title={t('person.data')}>
      <p className="quiet">{t('person.data_hint')}</p>
      <div className="buttons">
        <ActionButton needs="admin" loading={got !== null} onClick={() => void download()}>
          {got === null
            ? t('person.export')
            : t('person.exporting', { count: got, got: number(got) })}
        </ActionButton>
        <ActionButton needs="admin" danger onClick={() => setErasing(true)}>
          {t('person.erase')}
        </ActionButton>
      </div>
      {erasing && <Erase path={path} name={name} close={() => setErasing(false)} />}
    </Section>
  );
}

// There is no way back, so the id is typed in: no slip of the hand does that.
function Erase({ path, name, close }: { path: Path; name: string; close: () => void }) {
  const t = useText();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const erase = async () => {
    setBusy(true);
    setError(null);
    try {
      await call('post', '/api/v1/tenants/{tenant_key}/users/{user_id}/erase', { path });
      void message.success(t('person.did_erase'));
      queries.removeQueries({ queryKey: ['user', path.tenant_key, path.user_id] });
      void queries.invalidateQueries({ queryKey: ['users'] });
      navigate('/directory');
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t('person.ask_erase', { name })}
      onCancel={close}
      transitionName=""
      maskTransitionName=""
      footer={
        <>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button
            type="primary"
            danger
            loading={busy}
            disabled={typed !== path.user_id}
            onClick={() => void erase()}
          >
            {t('person.erase')}
          </Button>
        </>
      }
    >
      <Alert type="warning" showIcon message={t('person.means_erase')} />
      <Field label={t('person.type_id', { id: path.user_id })}>
        {(control) => (
          <Input
            {...control}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      {error !== null && <ProblemAlert error={error} />}
    </Modal>
  );
}

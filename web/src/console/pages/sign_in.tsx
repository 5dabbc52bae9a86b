// How an operator comes in: name and password, the admin token, or OpenID Connect where it is set up.

import { useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useEffect, useState, type FormEvent } from 'react';
import { Navigate, useSearchParams } from 'react-router-dom';

import { oidcAddress, signInOperator } from '@/shared/api/session';
import { useText } from '@/shared/i18n';

import { Field } from '../parts/field';
import { ProblemAlert } from '../parts/problem';
import { LanguageSwitch, ThemeSwitch } from '../parts/switches';
import { Waiting } from '../parts/waiting';
import { useSession } from '../session';
import { Bell } from '../shell';

// Only paths of ours: never a link to elsewhere.
function nextOf(search: URLSearchParams): string {
  const next = search.get('next') ?? '/';
  return /^\/(?![/\\])/u.test(next) ? next : '/';
}

// A link may bring the token along (`carillon demo` prints one). It is only put into the form: a
// foreign page's link signs nobody in.
function tokenOf(hash: string): string {
  return new URLSearchParams(hash.slice(1)).get('token') ?? '';
}

export function Component() {
  const t = useText();
  const session = useSession();
  const [search] = useSearchParams();
  const next = nextOf(search);
  useEffect(() => {
    document.title = `${t('sign_in.title')} · Carillon`;
  }, [t]);
  if (session.isPending) return <Waiting />;
  if (session.data?.operator) return <Navigate to={next} replace />;
  const { oidc = false, password = false } = session.data?.sign_in ?? {};
  return (
    <main className="sign-in">
      <div className="card">
        <div className="brand">
          <Bell />
          <h1>{t('sign_in.title')}</h1>
        </div>
        {session.isError && <ProblemAlert error={session.error} retry={session.refetch} />}
        {search.get('error') && <ProblemAlert error={new Error(t('sign_in.oidc_failed'))} />}
        <Ways password={password} />
        {oidc && (
          <Button block href={oidcAddress('operator', `/console${next}`)}>
            {t('sign_in.oidc')}
          </Button>
        )}
        <div className="sign-in-foot">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
    </main>
  );
}

function Ways({ password }: { password: boolean }) {
  const t = useText();
  const queries = useQueryClient();
  const [given] = useState(() => tokenOf(location.hash));
  const [byToken, setByToken] = useState(!password || given !== '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    // Out of the address, and so out of the history.
    if (given) history.replaceState(history.state, '', location.pathname + location.search);
  }, [given]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '');
    setBusy(true);
    setError(null);
    try {
      const signedIn = await signInOperator(
        byToken
          ? { token: text('token').trim() }
          : { name: text('username').trim(), password: text('password') },
      );
      queries.setQueryData(['session'], signedIn);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {byToken ? (
        <Field label={t('sign_in.token')} hint={t('sign_in.token_hint')}>
          {(id) => (
            <Input.Password
              {...id}
              name="token"
              key="token"
              defaultValue={given}
              required
              autoFocus
              autoComplete="off"
            />
          )}
        </Field>
      ) : (
        <>
          <Field label={t('sign_in.name')}>
            {(id) => <Input {...id} name="username" required autoFocus autoComplete="username" />}
          </Field>
          <Field label={t('sign_in.password')}>
            {(id) => (
              <Input.Password {...id} name="password" required autoComplete="current-password" />
            )}
          </Field>
        </>
      )}
      {error !== null && <ProblemAlert error={error} />}
      <Button type="primary" htmlType="submit" block loading={busy}>
        {t('sign_in.do')}
      </Button>
      {password && (
        <Button type="link" block onClick={() => setByToken(!byToken)}>
          {byToken ? t('sign_in.use_password') : t('sign_in.use_token')}
        </Button>
      )}
    </form>
  );
}

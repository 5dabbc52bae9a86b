import { useEffect, useRef, useState } from 'react';

import { signOut, type Person } from '@/shared/api/session';
import { useText } from '@/shared/i18n';

import type { Inbox } from '../model/inbox';
import { forgetPerson } from '../model/sign_in';
import {
  pushState,
  subscribeHere,
  switchEverywhere,
  unsubscribeHere,
  type PushState,
} from '../push/subscription';
import { LanguageChoice, ThemeChoice } from './choices';

interface Props {
  inbox: Inbox;
  person: Person;
  onClose(): void;
  onSignedOut(): void;
}

export function Settings({ inbox, person, onClose, onSignedOut }: Props) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => dialog.current!.showModal(), []);

  const leave = async () => {
    try {
      await inbox.tellReads();
      await unsubscribeHere().catch(() => {}); // the server may have no push
      await signOut('person');
      await forgetPerson('gone');
      onSignedOut();
    } catch {
      setFailed(true);
    }
  };

  return (
    <dialog
      ref={dialog}
      className="settings"
      aria-labelledby="settings-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <div className="settings-box">
        <header>
          <h2 id="settings-title">{t('settings.title')}</h2>
          <button
            type="button"
            className="icon-button"
            aria-label={t('close')}
            onClick={() => dialog.current!.close()}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M6 6l12 12M18 6L6 18" />
            </svg>
          </button>
        </header>
        <LanguageChoice />
        <ThemeChoice />
        <PushPart />
        <section className="keys">
          <h3>{t('settings.keys')}</h3>
          <dl>
            <dt>
              <kbd>j</kbd> <kbd>↓</kbd>
            </dt>
            <dd>{t('settings.keyNext')}</dd>
            <dt>
              <kbd>k</kbd> <kbd>↑</kbd>
            </dt>
            <dd>{t('settings.keyPrevious')}</dd>
            <dt>
              <kbd>g</kbd>
            </dt>
            <dd>{t('settings.keyFirst')}</dd>
          </dl>
        </section>
        <footer>
          <p>{t('signedInAs', { name: person.name, tenant: person.tenant_name })}</p>
          <button type="button" className="button" onClick={() => void leave()}>
            {t('settings.signOut')}
          </button>
          <p className="quiet" role={failed ? 'alert' : undefined}>
            {failed ? t('settings.pushFailed') : t('settings.signOutText')}
          </p>
        </footer>
      </div>
    </dialog>
  );
}

function PushPart() {
  const t = useText();
  const [state, setState] = useState<PushState | null>(null);
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    pushState().then(setState, () => setState(null));
  }, []);
  if (!state) return null;

  const change = async (what: () => Promise<void>) => {
    setBusy(true);
    setFailed(false);
    await what().catch(() => setFailed(true));
    setState(await pushState().catch(() => state));
    setBusy(false);
  };
  return (
    <section className="push" aria-busy={busy}>
      <h3>{t('settings.push')}</h3>
      <Switch
        label={t('settings.pushHere')}
        on={state.here}
        disabled={busy || (state.denied && !state.here)}
        onChange={() =>
          change(() => (state.here ? unsubscribeHere() : subscribeHere(state.publicKey)))
        }
      />
      <Switch
        label={t('settings.pushEverywhere')}
        on={state.everywhere}
        disabled={busy}
        onChange={() => change(() => switchEverywhere(!state.everywhere))}
      />
      {state.denied && <p className="quiet">{t('settings.pushDenied')}</p>}
      {failed && <p role="alert">{t('settings.pushFailed')}</p>}
    </section>
  );
}

interface SwitchProps {
  label: string;
  on: boolean;
  disabled: boolean;
  onChange(): void;
}

const Switch = ({ label, on, disabled, onChange }: SwitchProps) => (
  <label className="switch">
    <span>{label}</span>
    <input type="checkbox" role="switch" checked={on} disabled={disabled} onChange={onChange} />
  </label>
);

// Nobody is signed in: why, and what to do about it.

import { useEffect } from 'react';

import { oidcAddress } from '@/shared/api/session';
import { useText } from '@/shared/i18n';

import type { Why } from '../model/sign_in';
import { Bell } from './Bell';
import { LanguageChoice } from './choices';

const WORDS: Record<Why, { title: string; text: string }> = {
  nobody: { title: 'out.title', text: 'out.link' },
  link_used: { title: 'out.usedTitle', text: 'out.used' },
  over: { title: 'out.overTitle', text: 'out.over' },
  oidc: { title: 'out.oidcTitle', text: 'out.oidcText' },
  unreachable: { title: 'out.unreachableTitle', text: 'out.unreachable' },
};

interface Props {
  why: Why;
  oidc: boolean;
  onTryAgain(): void;
}

export function SignedOut({ why, oidc, onTryAgain }: Props) {
  const t = useText();
  const { title, text } = WORDS[why];
  useEffect(() => {
    document.title = `${t(title)} · Carillon`;
  }, [t, title]);
  return (
    <main className="signed-out">
      <Bell />
      <h1>{t(title)}</h1>
      <p>{t(text)}</p>
      {oidc && (
        <a className="button primary" href={oidcAddress('person', '/inbox')}>
          {t('out.oidc')}
        </a>
      )}
      {why === 'unreachable' && (
        <button type="button" className="button primary" onClick={onTryAgain}>
          {t('tryAgain')}
        </button>
      )}
      <LanguageChoice />
    </main>
  );
}

// Who opens the page: by the one-time code of a link, by the cookie, or (without the server)
// whoever was here last.

import { Problem } from '@/shared/api/client';
import { getSession, signInByCode, type Person } from '@/shared/api/session';

import { Device } from './device';
import { forgetAllImages } from './images';
import { personKey } from './inbox';

export type Why = 'nobody' | 'link_used' | 'over' | 'oidc' | 'unreachable';
export type Visitor =
  | { who: 'starting' }
  | { who: 'person'; person: Person }
  | { who: 'nobody'; why: Why; oidc: boolean };

const LAST = 'carillon.inbox.person';
let code: string | null = null; // kept while the server cannot be reached

// Off the address at once: not into the history, a bookmark or a screenshot.
function takeFromAddress(): { oidcFailed: boolean } {
  const query = new URLSearchParams(location.search);
  const oidcFailed = query.has('sign_in_failed');
  code = query.get('code') ?? code;
  if (query.has('code') || oidcFailed) history.replaceState(null, '', location.pathname);
  return { oidcFailed };
}

function lastPerson(): Person | null {
  try {
    return JSON.parse(localStorage.getItem(LAST) ?? 'null') as Person | null;
  } catch {
    return null;
  }
}

// `usual`: why nobody is signed in, if nothing else explains it.
export async function findVisitor(usual: Why = 'nobody'): Promise<Visitor> {
  const { oidcFailed } = takeFromAddress();
  let linkUsed = false;
  try {
    if (code) {
      try {
        await signInByCode(code);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.status >= 500) throw problem;
        linkUsed = true;
      }
      code = null;
    }
    const session = await getSession();
    const last = lastPerson();
    if (last && (!session.person || personKey(last) !== personKey(session.person))) {
      await forgetPerson('kept');
    }
    if (session.person) {
      localStorage.setItem(LAST, JSON.stringify(session.person));
      return { who: 'person', person: session.person };
    }
    const why = linkUsed ? 'link_used' : oidcFailed ? 'oidc' : last ? 'over' : usual;
    return { who: 'nobody', why, oidc: session.sign_in.oidc };
  } catch {
    const person = lastPerson();
    if (person && !code) return { who: 'person', person };
    return { who: 'nobody', why: 'unreachable', oidc: false };
  }
}

// Tells when another tab of this browser signs in somebody else, or signs out.
export function onOtherPerson(tell: () => void): () => void {
  const listener = ({ key, oldValue, newValue }: StorageEvent) => {
    const who = (text: string | null) => text && personKey(JSON.parse(text) as Person);
    if (key === LAST && who(oldValue) !== who(newValue)) tell();
  };
  addEventListener('storage', listener);
  return () => removeEventListener('storage', listener);
}

// Nothing of theirs stays on this device, but reads that the server must still hear of may.
export async function forgetPerson(reads: 'kept' | 'gone'): Promise<void> {
  const last = lastPerson();
  localStorage.removeItem(LAST);
  if (last) await Device.forget(personKey(last), reads);
  await forgetAllImages();
}

// Who is signed in, and how one signs in.

import { call, type Schemas } from './client';

export type SignedIn = Schemas['SignedIn'];
export type Person = NonNullable<SignedIn['person']>;
export type Operator = NonNullable<SignedIn['operator']>;
export type Role = Operator['role'];

const SESSION = '/api/v1/session';

export const getSession = () => call('get', SESSION);
export const signInByCode = (code: string) => call('post', SESSION, { body: { code } });
export const signInOperator = (body: { token: string } | { name: string; password: string }) =>
  call('post', `${SESSION}/operator`, { body });
export const signOut = (who: 'person' | 'operator') => call('delete', SESSION, { query: { who } });

// The page to go to for OpenID Connect; it comes back to `next`, a path of ours.
export const oidcAddress = (who: 'person' | 'operator', next: string) =>
  `${SESSION}/oidc/start?${new URLSearchParams({ who, next })}`;

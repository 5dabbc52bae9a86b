// Who is signed in, and how one signs in.

import { request } from './client';

export type Role = 'viewer' | 'sender' | 'admin';
export interface Person {
  tenant_key: string;
  tenant_name: string;
  user_id: string;
  name: string;
  expires_at: string;
}
export interface Operator {
  name: string;
  role: Role;
}
export interface SignedIn {
  person: Person | null;
  operator: Operator | null;
  sign_in: { oidc: boolean; password: boolean };
}

const SESSION = '/api/v1/session';

export const getSession = () => request<SignedIn>('get', SESSION);
export const signInByCode = (code: string) =>
  request<SignedIn>('post', SESSION, { body: { code } });
export const signInOperator = (body: { token: string } | { name: string; password: string }) =>
  request<SignedIn>('post', `${SESSION}/operator`, { body });
export const signOut = (who: 'person' | 'operator') =>
  request<void>('delete', SESSION, { query: { who } });

// The page to go to for OpenID Connect; it comes back to `next`, a path of ours.
export const oidcAddress = (who: 'person' | 'operator', next: string) =>
  `${SESSION}/oidc/start?${new URLSearchParams({ who, next })}`;

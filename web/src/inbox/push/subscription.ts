// Web Push on this device: asked of the browser, told to the server.

import { Problem, request } from '@/shared/api/client';

const PUSH = '/api/v1/inbox/push';

interface ServerState {
  public_key: string | null; // the server sends no pushes
  enabled: boolean;
  subscriptions: { endpoint_host: string; created_at: string }[];
}

export interface PushState {
  publicKey: string;
  everywhere: boolean; // the person's own switch, for all devices
  here: boolean;
  denied: boolean;
}

const registered = () => navigator.serviceWorker.ready;

// null: the server or this browser has no Web Push.
export async function pushState(): Promise<PushState | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return null;
  try {
    const state = await request<ServerState>('get', PUSH);
    if (!state.public_key) return null;
    const subscription = await (await registered()).pushManager.getSubscription();
    return {
      publicKey: state.public_key,
      everywhere: state.enabled,
      here: subscription !== null,
      denied: Notification.permission === 'denied',
    };
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
}

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export async function subscribeHere(publicKey: string): Promise<void> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return;
  const subscription = await (
    await registered()
  ).pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) });
  try {
    await request('put', PUSH, { body: { subscription: subscription.toJSON() } });
  } catch (problem) {
    await subscription.unsubscribe();
    throw problem;
  }
}

export async function unsubscribeHere(): Promise<void> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return;
  await request('delete', PUSH, { body: { endpoint: subscription.endpoint } });
  await subscription.unsubscribe();
}

export const switchEverywhere = (enabled: boolean) =>
  request<void>('post', `${PUSH}/switch`, { body: { enabled } });

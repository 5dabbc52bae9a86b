// What is being composed. It outlives a visit to another page, in this window only.

import { useEffect, useReducer } from 'react';

import { nobody, type Audience } from '../logic/audience';
import { emptyModels, type Models, type MsgType } from '../logic/message';

export interface Draft {
  appId: string;
  audience: Audience;
  type: MsgType;
  models: Models;
  sendAt: string; // as <input type="datetime-local"> has it; empty: at once
}

export const emptyDraft = (): Draft => ({
  appId: '',
  audience: nobody,
  type: 'text',
  models: emptyModels(),
  sendAt: '',
});

export type Edit =
  | { type: 'app'; appId: string }
  | { type: 'audience'; audience: Audience }
  | { type: 'msg_type'; msgType: MsgType }
  | { type: 'model'; msgType: MsgType; model: Models[MsgType] }
  | { type: 'send_at'; sendAt: string }
  | { type: 'clear' };

export function edit(draft: Draft, action: Edit): Draft {
  switch (action.type) {
    case 'app':
      return { ...draft, appId: action.appId };
    case 'audience':
      return { ...draft, audience: action.audience };
    case 'msg_type':
      return { ...draft, type: action.msgType };
    case 'model':
      return { ...draft, models: { ...draft.models, [action.msgType]: action.model } };
    case 'send_at':
      return { ...draft, sendAt: action.sendAt };
    case 'clear':
      return { ...emptyDraft(), appId: draft.appId };
  }
}

const keyOf = (tenantKey: string) => `carillon.console.draft.${tenantKey}`;

function stored(tenantKey: string): Draft {
  try {
    const found = JSON.parse(sessionStorage.getItem(keyOf(tenantKey)) ?? '') as Draft;
    return { ...emptyDraft(), ...found, models: { ...emptyModels(), ...found.models } };
  } catch {
    return emptyDraft();
  }
}

export function useDraft(tenantKey: string) {
  const [draft, dispatch] = useReducer(edit, tenantKey, stored);
  useEffect(() => {
    const timer = setTimeout(
      () => sessionStorage.setItem(keyOf(tenantKey), JSON.stringify(draft)),
      300,
    );
    return () => clearTimeout(timer);
  }, [draft, tenantKey]);
  const forget = () => sessionStorage.removeItem(keyOf(tenantKey));
  return { draft, dispatch, forget };
}

// Tells screen readers of arrivals: once in a while, how many, never each.

import { useEffect, useRef, useState } from 'react';

import { useText } from '@/shared/i18n';

import type { Inbox } from '../model/inbox';

const GATHER_MS = 5000;

export function Announcer({ inbox }: { inbox: Inbox }) {
  const t = useText();
  const [count, setCount] = useState(0);
  const told = useRef(0);
  const { arrived } = inbox;
  const waiting = arrived > told.current;
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => {
      setCount(inbox.arrived - told.current);
      told.current = inbox.arrived;
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [waiting, inbox]);
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {count > 0 ? t('arrived', { count }) : ''}
    </p>
  );
}

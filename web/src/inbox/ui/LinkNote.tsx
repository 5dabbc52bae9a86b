// Says that the connection is away, but not for a moment's break.

import { useEffect, useState } from 'react';

import { useText } from '@/shared/i18n';

import type { LinkState } from '../model/live';

const PATIENCE_MS = 1500;

export function LinkNote({ link }: { link: LinkState }) {
  const t = useText();
  const away = link === 'offline' || link === 'waiting' || link === 'connecting';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!away) return setShown(false);
    const timer = setTimeout(() => setShown(true), link === 'offline' ? 0 : PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [away, link === 'offline']);
  return (
    <div role="status" className="link-note-box">
      {away && shown && (
        <p className="link-note">{t(link === 'offline' ? 'link.offline' : 'link.waiting')}</p>
      )}
    </div>
  );
}

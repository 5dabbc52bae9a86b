// The inbox of the person who is signed in.

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';

import type { Person } from '@/shared/api/session';
import { useText } from '@/shared/i18n';

import { ALL, filtered, type Filter } from '../model/filter';
import { Inbox } from '../model/inbox';
import { Announcer } from './Announcer';
import { Bell } from './Bell';
import { Feed } from './Feed';
import { Filters } from './Filters';
import { FeedEnd } from './FeedEnd';
import { LinkNote } from './LinkNote';
import { ReaderIds } from './reader';

// Not of the first screen.
const loadSettings = () => import('./Settings');
type SettingsModule = Awaited<ReturnType<typeof loadSettings>>;

export function InboxPage({ person, onGone }: { person: Person; onGone(): void }) {
  const t = useText();
  const inbox = useMemo(() => new Inbox(person, onGone), [person, onGone]);
  const version = useSyncExternalStore(inbox.subscribe, inbox.snapshot);
  const [filter, setFilter] = useState<Filter>(ALL);
  const [settings, setSettings] = useState<SettingsModule | null>(null);
  const gear = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    void inbox.start();
    return () => inbox.stop();
  }, [inbox]);

  const readerIds = useMemo(() => [person.user_id], [person]);
  const { messages } = inbox;
  // `order` changes in place; the version says when.
  const items = useMemo(() => filtered(messages.order, filter), [version, filter]);

  const { unread } = messages;
  useEffect(() => {
    const tenant = person.tenant_name;
    document.title =
      unread > 0 ? t('titleUnread', { count: unread, tenant }) : t('title', { tenant });
    void navigator.setAppBadge?.(unread).catch(() => {});
  }, [unread, person, t]);

  const onRead = useCallback((ids: string[]) => inbox.markRead(ids), [inbox]);
  const onTop = useCallback((atTop: boolean) => void (inbox.atTop = atTop), [inbox]);
  // All that is unread is here: no need to look through what is older.
  const enough = filter.kind === 'unread' && items.filter((item) => !item.read_at).length >= unread;
  const onWant = useCallback(
    (rank: number) => {
      if (!enough) inbox.wantDownTo(rank);
    },
    [inbox, enough],
  );
  const openSettings = useCallback(() => {
    // A page from before an update has no such file any more: then the page is new, too.
    loadSettings().then(setSettings, () => location.reload());
  }, []);
  const closeSettings = useCallback(() => {
    setSettings(null);
    gear.current?.focus();
  }, []);

  const total = messages.complete && filter.kind === 'all' ? messages.order.length : -1;
  return (
    <div className="page" data-link={inbox.link}>
      <a className="skip" href="#feed">
        {t('skip')}
      </a>
      <header className="bar">
        <Bell />
        <h1>{t('inbox')}</h1>
        {unread > 0 && (
          <span className="count">
            <span aria-hidden="true">{unread > 999 ? '999+' : unread}</span>
            <span className="visually-hidden">{t('unreadCount', { count: unread })}</span>
          </span>
        )}
        <span className="who">
          {t('signedInAs', { name: person.name, tenant: person.tenant_name })}
        </span>
        <button
          type="button"
          className="icon-button"
          ref={gear}
          aria-label={t('openSettings')}
          title={t('openSettings')}
          onClick={openSettings}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3" />
            <circle cx="15" cy="7" r="2" />
            <circle cx="9" cy="12" r="2" />
            <circle cx="15" cy="17" r="2" />
          </svg>
        </button>
      </header>
      <LinkNote link={inbox.link} />
      <div className="columns">
        <Filters
          filter={filter}
          apps={messages.apps}
          appCount={messages.apps.size}
          unread={unread}
          onChoose={setFilter}
        />
        <main>
          <ReaderIds.Provider value={readerIds}>
            <Feed
              key={filter.kind === 'app' ? filter.appId : filter.kind}
              items={items}
              total={total}
              onRead={onRead}
              onWant={onWant}
              onTop={onTop}
              end={
                <FeedEnd inbox={inbox} filter={filter} empty={items.length === 0} enough={enough} />
              }
            />
          </ReaderIds.Provider>
        </main>
      </div>
      <Announcer inbox={inbox} />
      {settings && (
        <settings.Settings
          inbox={inbox}
          person={person}
          onClose={closeSettings}
          onSignedOut={onGone}
        />
      )}
    </div>
  );
}

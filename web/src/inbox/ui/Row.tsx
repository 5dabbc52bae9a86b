// One message of the feed, with the name of its day above it where a new day begins. Its place in the
// list changes whenever something arrives, so what it says is drawn apart from that.

import { memo } from 'react';

import { useLanguage, useText } from '@/shared/i18n';

import type { Item } from '../model/messages';
import { Content } from './Content';
import { clockTime, dayName, fullTime } from './times';

interface Props {
  item: Item;
  read: boolean;
  startsDay: boolean;
  today: number; // the day's number: its name changes at midnight
  focusable: boolean;
  position: number;
  total: number; // -1: not known
}

const HUES = 6;

// One colour for one app, by its id.
function hueOf(appId: string): number {
  let sum = 0;
  for (let i = 0; i < appId.length; ++i) sum = (sum * 31 + appId.charCodeAt(i)) % 9973;
  return sum % HUES;
}

const initialOf = (name: string) => [...name.trim()][0]?.toUpperCase() ?? '?';

export const Row = memo(function Row({
  item,
  read,
  startsDay,
  today,
  focusable,
  position,
  total,
}: Props) {
  const t = useText();
  const language = useLanguage();
  const id = item.batch_id;
  return (
    <article
      className={read ? 'row' : 'row unread'}
      data-id={id}
      tabIndex={focusable ? 0 : -1}
      aria-labelledby={`${id}-app ${id}-time`}
      aria-posinset={position}
      aria-setsize={total}
    >
      {startsDay && (
        <p className="day">
          <span>
            {dayName(
              language,
              item.sent_at,
              { today: t('today'), yesterday: t('yesterday') },
              today,
            )}
          </span>
        </p>
      )}
      <Card item={item} read={read} />
    </article>
  );
});

const Card = memo(function Card({ item, read }: { item: Item; read: boolean }) {
  const t = useText();
  const language = useLanguage();
  const id = item.batch_id;
  return (
    <div className="card">
      <header>
        <span className={`badge hue-${hueOf(item.app.app_id)}`} aria-hidden="true">
          {initialOf(item.app.name)}
        </span>
        <h2 id={`${id}-app`}>{item.app.name}</h2>
        {!read && <span className="dot" role="img" aria-label={t('unread')} />}
        <time id={`${id}-time`} dateTime={item.sent_at} title={fullTime(language, item.sent_at)}>
          {clockTime(language, item.sent_at)}
        </time>
      </header>
      <Content item={item} />
    </div>
  );
});

// Below the last message: more to come, nothing more, or what went wrong.

import { useText } from '@/shared/i18n';

import type { Filter } from '../model/filter';
import type { Inbox } from '../model/inbox';
import { Bell } from './Bell';

interface Props {
  inbox: Inbox;
  filter: Filter;
  empty: boolean;
  enough: boolean;
}

const EMPTY = {
  all: { title: 'empty.title', text: 'empty.text' },
  unread: { title: 'empty.unreadTitle', text: 'empty.unreadText' },
  app: { title: 'empty.appTitle', text: 'empty.appText' },
};

export function FeedEnd({ inbox, filter, empty, enough }: Props) {
  const t = useText();
  if (inbox.failed && inbox.link === 'live') {
    return (
      <div className="feed-end" role="alert">
        <p>{t('failed')}</p>
        <button type="button" className="button" onClick={() => inbox.tryAgain()}>
          {t('tryAgain')}
        </button>
      </div>
    );
  }
  if (inbox.loading && !enough) {
    return (
      <div className="feed-end" aria-busy="true">
        {empty ? (
          <div className="skeleton">
            <div />
            <div />
            <div />
          </div>
        ) : (
          <p>{t('older')}</p>
        )}
      </div>
    );
  }
  if (empty) {
    const { title, text } = EMPTY[filter.kind];
    return (
      <div className="empty">
        <Bell />
        <h2>{t(title)}</h2>
        <p>{t(text)}</p>
      </div>
    );
  }
  return <div className="feed-end">{inbox.messages.complete && <p>{t('end')}</p>}</div>;
}

import { memo } from 'react';

import { useText } from '@/shared/i18n';

import { ALL, type Filter } from '../model/filter';

interface Props {
  filter: Filter;
  apps: ReadonlyMap<string, string>; // changes in place
  appCount: number;
  unread: number;
  onChoose(filter: Filter): void;
}

export const Filters = memo(function Filters({ filter, apps, unread, onChoose }: Props) {
  const t = useText();
  const chip = (label: string, on: boolean, choose: Filter, count?: number) => (
    <button type="button" className="chip" aria-pressed={on} onClick={() => onChoose(choose)}>
      <span>{label}</span>
      {count ? <span className="chip-count">{count > 999 ? '999+' : count}</span> : null}
    </button>
  );
  const byName = [...apps].sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <nav className="filters" aria-label={t('filter.label')}>
      <ul>
        <li>{chip(t('filter.all'), filter.kind === 'all', ALL)}</li>
        <li>
          {chip(
            t('filter.unread'),
            filter.kind === 'unread',
            { kind: 'unread', since: new Date().toISOString() },
            unread,
          )}
        </li>
      </ul>
      {byName.length > 1 && (
        <>
          <p id="by-app">{t('filter.apps')}</p>
          <ul aria-labelledby="by-app">
            {byName.map(([appId, name]) => (
              <li key={appId}>
                {chip(name, filter.kind === 'app' && filter.appId === appId, {
                  kind: 'app',
                  appId,
                })}
              </li>
            ))}
          </ul>
        </>
      )}
    </nav>
  );
});

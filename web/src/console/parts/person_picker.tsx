// Finds one person of a tenant by name or id.

import { useState } from 'react';

import { useText } from '@/shared/i18n';

import type { User } from '../api/types';
import { SearchBox, useSearch, useSearchStatus } from './search';

export function PersonPicker(props: {
  tenantKey: string;
  label: string;
  onPick: (user: User) => void;
}) {
  const t = useText();
  const [text, setText] = useState('');
  const search = useSearch(props.tenantKey, text);
  const status = useSearchStatus(text, search.users.length, search.searching);
  return (
    <div className="person-picker">
      <SearchBox label={props.label} value={text} onChange={setText} />
      <span className="unseen" role="status">
        {status}
      </span>
      {search.active && (
        <ul className="found">
          {search.users.slice(0, 8).map((user) => (
            <li key={user.user_id}>
              <button
                type="button"
                className="found-row"
                onClick={() => {
                  props.onPick(user);
                  setText('');
                }}
              >
                <span>{user.name || user.user_id}</span>
                <span className="mono quiet">{user.user_id}</span>
                <span className="quiet end">
                  {user.departments.map((one) => one.name).join(', ')}
                </span>
              </button>
            </li>
          ))}
          {search.users.length === 0 && (
            <li className="empty">{search.searching ? t('common.loading') : t('search.none')}</li>
          )}
        </ul>
      )}
    </div>
  );
}

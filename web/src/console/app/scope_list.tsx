// The rights of an app.

import { Checkbox, Input } from 'antd';
import { useState } from 'react';

import { useText } from '@/shared/i18n';

import type { App } from '../api/types';
import { ActionButton } from '../parts/action_button';
import { Field } from '../parts/field';
import { Section } from '../parts/page';
import { useMay } from '../session';
import { useChangeApp } from './change';
import { kScopeGroups, kScopes } from './scopes';

export function Scopes({ app }: { app: App }) {
  const t = useText();
  const admin = useMay('admin');
  const change = useChangeApp(app);
  const [chosen, setChosen] = useState(() => new Set(app.scopes));
  const known = new Set<string>(kScopeGroups.flatMap((group) => [...kScopes[group]]));
  const [others, setOthers] = useState(() =>
    app.scopes.filter((scope) => !known.has(scope)).join('\n'),
  );
  const scopes = [
    ...[...chosen].filter((scope) => known.has(scope)),
    ...new Set(others.split(/[\s,]+/u).filter((scope) => scope !== '')),
  ];
  const dirty = [...scopes].sort().join() !== [...app.scopes].sort().join();
  const flip = (scope: string) => {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    setChosen(next);
  };
  return (
    <Section title={t('app.scopes')}>
      <div className="scope-groups">
        {kScopeGroups.map((group) => (
          <fieldset key={group} className="group">
            <legend>{t(`app.scopes_${group}`)}</legend>
            {kScopes[group].map((scope) => (
              <Checkbox
                key={scope}
                checked={chosen.has(scope)}
                disabled={!admin}
                onChange={() => flip(scope)}
              >
                <span className="mono">{scope}</span>
              </Checkbox>
            ))}
          </fieldset>
        ))}
      </div>
      <Field label={t('app.scopes_more')} hint={t('app.scopes_more_hint')}>
        {(control) => (
          <Input.TextArea
            {...control}
            className="narrow mono"
            rows={2}
            readOnly={!admin}
            value={others}
            onChange={(event) => setOthers(event.target.value)}
          />
        )}
      </Field>
      <ActionButton
        needs="admin"
        type="primary"
        loading={change.isPending}
        reason={dirty ? null : t('common.no_changes')}
        onClick={() => change.mutate({ scopes })}
      >
        {t('common.save')}
      </ActionButton>
    </Section>
  );
}

// Whom an app may reach: everybody of its tenant, or departments and people that are picked.

import { useQueries } from '@tanstack/react-query';
import { Radio } from 'antd';
import { useState } from 'react';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { App } from '../api/types';
import type { Audience, Chip } from '../logic/audience';
import { toRequest } from '../logic/audience';
import { ActionButton } from '../parts/action_button';
import { AudiencePicker } from '../parts/audience_picker';
import { Section } from '../parts/page';
import { useMay, usePlace } from '../session';
import { useChangeApp } from './change';

const kNamesMax = 50; // names are asked for one by one; what is beyond shows its id

function given(app: App): Audience {
  const { availability } = app;
  if (availability.all) return { everyone: true, chips: [] };
  const chip = (kind: Chip['kind']) => (id: string) => ({ kind, id, name: id });
  return {
    everyone: false,
    chips: [
      ...availability.departments.map(chip('department')),
      ...availability.users.map(chip('user')),
    ],
  };
}

// Puts names where there are only ids.
function useNamed(tenantKey: string, audience: Audience): Audience {
  const nameless = audience.chips.filter((chip) => chip.name === chip.id).slice(0, kNamesMax);
  const names = useQueries({
    queries: nameless.map((chip) => ({
      queryKey: ['name', tenantKey, chip.kind, chip.id],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const one =
          chip.kind === 'user'
            ? await call('get', '/api/v1/tenants/{tenant_key}/users/{user_id}', {
                path: { tenant_key: tenantKey, user_id: chip.id },
                signal,
              })
            : await call('get', '/api/v1/tenants/{tenant_key}/departments/{department_id}', {
                path: { tenant_key: tenantKey, department_id: chip.id },
                signal,
              });
        return one.name;
      },
      staleTime: 60_000,
    })),
  });
  const found = new Map(nameless.map((chip, index) => [chip, names[index]?.data]));
  return {
    ...audience,
    chips: audience.chips.map((chip) => ({ ...chip, name: found.get(chip) || chip.name })),
  };
}

export function Availability({ app }: { app: App }) {
  const t = useText();
  const { tenant } = usePlace();
  const admin = useMay('admin');
  const change = useChangeApp(app);
  const [audience, setAudience] = useState(() => given(app));
  const tenantKey = app.tenant_key ?? tenant?.tenant_key ?? '';
  const named = useNamed(tenantKey, audience);
  const request = toRequest(audience);
  const before = toRequest(given(app));
  const dirty = JSON.stringify(request) !== JSON.stringify(before);
  const save = () =>
    change.mutate({
      availability: audience.everyone
        ? { all: true }
        : { all: false, departments: request.department_ids, users: request.user_ids },
    });
  return (
    <Section title={t('app.availability')}>
      <p className="quiet">{t('app.availability_hint')}</p>
      <Radio.Group
        className="radios"
        aria-label={t('app.availability')}
        value={audience.everyone}
        disabled={!admin}
        onChange={(event) => setAudience({ ...audience, everyone: event.target.value as boolean })}
        options={[
          { value: true, label: t('app.all') },
          { value: false, label: t('app.limited') },
        ]}
      />
      {!audience.everyone && (
        <AudiencePicker
          tenantKey={tenantKey}
          value={named}
          onChange={(next) => admin && setAudience(next)}
        />
      )}
      <div className="buttons">
        <ActionButton
          needs="admin"
          type="primary"
          loading={change.isPending}
          reason={dirty ? null : t('common.no_changes')}
          onClick={save}
        >
          {t('common.save')}
        </ActionButton>
      </div>
    </Section>
  );
}

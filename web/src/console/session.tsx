// Who is signed in, what they may do, and which tenant they look at.

import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';

import { call } from '@/shared/api/client';
import { getSession, type Operator } from '@/shared/api/session';

import type { App, Tenant } from './api/types';
import { may, type Role } from './logic/roles';

export const useSession = () =>
  useQuery({ queryKey: ['session'], queryFn: getSession, staleTime: 60_000 });

interface Place {
  operator: Operator;
  tenants: Tenant[];
  tenant: Tenant | null; // null: there is none yet
  choose(tenantKey: string): void;
}
const Context = createContext<Place | null>(null);

const kChosen = 'carillon.console.tenant';

export function PlaceProvider(props: {
  operator: Operator;
  tenants: Tenant[];
  children: ReactNode;
}) {
  const { operator, tenants } = props;
  const [chosen, setChosen] = useState(() => localStorage.getItem(kChosen));
  const place = useMemo<Place>(
    () => ({
      operator,
      tenants,
      tenant: tenants.find((one) => one.tenant_key === chosen) ?? tenants[0] ?? null,
      choose: (tenantKey) => {
        localStorage.setItem(kChosen, tenantKey);
        setChosen(tenantKey);
      },
    }),
    [operator, tenants, chosen],
  );
  return <Context.Provider value={place}>{props.children}</Context.Provider>;
}

export function usePlace(): Place {
  const place = useContext(Context);
  if (!place) throw new Error('a page outside of the shell');
  return place;
}

export function useMay(needed: Role): boolean {
  return may(usePlace().operator.role, needed);
}

export function useApps() {
  return useQuery({
    queryKey: ['apps'],
    queryFn: ({ signal }) => call('get', '/api/v1/apps', { signal }),
    select: (answer) => answer.apps,
    staleTime: 30_000,
  });
}

export const inTenant = (app: App, tenantKey: string) =>
  app.tenant_key === tenantKey ||
  app.installations.some((installed) => installed.tenant_key === tenantKey);

export const speaksDingtalk = (app: App, tenantKey: string) =>
  app.dingtalk !== null ||
  app.installations.some(
    (installed) => installed.tenant_key === tenantKey && installed.agent_id !== 0,
  );

// An app's name where only its id is at hand; the id itself until the names are there.
export function useAppName(): (appId: string) => string {
  const apps = useApps();
  return (appId) => apps.data?.find((app) => app.app_id === appId)?.name ?? appId;
}

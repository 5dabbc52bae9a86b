// What stands around every page: where to go on the left, who and how on the top.

import {
  ApartmentOutlined,
  AppstoreOutlined,
  AuditOutlined,
  DashboardOutlined,
  EditOutlined,
  SendOutlined,
  TeamOutlined,
  ImportOutlined,
} from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, type ComponentType } from 'react';
import { Navigate, NavLink, Outlet, useLocation, useNavigation } from 'react-router-dom';

import { call } from '@/shared/api/client';
import { signOut } from '@/shared/api/session';
import { useText } from '@/shared/i18n';

import { may, type Role } from './logic/roles';
import { ProblemAlert } from './parts/problem';
import { LanguageSwitch, ThemeSwitch } from './parts/switches';
import { Waiting } from './parts/waiting';
import { PlaceProvider, usePlace, useSession } from './session';

interface Entry {
  to: string;
  key: string;
  icon: ComponentType;
  needs?: Role;
}
const kEntries: Entry[] = [
  { to: '/', key: 'overview', icon: DashboardOutlined },
  { to: '/compose', key: 'compose', icon: EditOutlined, needs: 'sender' },
  { to: '/batches', key: 'batches', icon: SendOutlined },
  { to: '/directory', key: 'directory', icon: ApartmentOutlined },
  { to: '/import', key: 'import', icon: ImportOutlined, needs: 'admin' },
  { to: '/apps', key: 'apps', icon: AppstoreOutlined },
  { to: '/operators', key: 'operators', icon: TeamOutlined, needs: 'admin' },
  { to: '/audit', key: 'audit', icon: AuditOutlined, needs: 'admin' },
];

export function Shell() {
  const session = useSession();
  const location = useLocation();
  const operator = session.data?.operator;
  const tenants = useQuery({
    queryKey: ['tenants'],
    queryFn: ({ signal }) => call('get', '/api/v1/tenants', { signal }),
    enabled: operator != null,
    staleTime: 60_000,
  });
  if (session.isError) return <ProblemAlert error={session.error} retry={session.refetch} />;
  if (session.isPending) return <Waiting />;
  if (!operator) {
    const next = location.pathname + location.search;
    return <Navigate to={`/signin?${new URLSearchParams({ next })}`} replace />;
  }
  if (tenants.isError) return <ProblemAlert error={tenants.error} retry={tenants.refetch} />;
  if (tenants.isPending) return <Waiting />;
  return (
    <PlaceProvider operator={operator} tenants={tenants.data.tenants}>
      <Frame />
    </PlaceProvider>
  );
}

function Frame() {
  const t = useText();
  const { operator } = usePlace();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const moving = useNavigation().state === 'loading';
  const came = useRef(pathname);
  // A new page is announced by its heading, not by whatever link was clicked.
  useEffect(() => {
    if (came.current === pathname) return;
    came.current = pathname;
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo?.(0, 0);
  }, [pathname]);
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={() => main.current?.focus()}>
        {t('shell.skip')}
      </a>
      <header className="shell-top">
        <div className="brand">
          <Bell />
          Carillon
        </div>
        <TenantChoice />
        <div className="spring" />
        <LanguageSwitch />
        <ThemeSwitch />
        <Who />
      </header>
      <nav className="shell-nav" aria-label={t('shell.nav')}>
        <ul>
          {kEntries
            .filter((entry) => !entry.needs || may(operator.role, entry.needs))
            .map(({ to, key, icon: Icon }) => (
              <li key={to}>
                <NavLink to={to} end={to === '/'}>
                  <Icon />
                  <span>{t(`nav.${key}`)}</span>
                </NavLink>
              </li>
            ))}
        </ul>
      </nav>
      <main id="main" className="shell-main" ref={main} tabIndex={-1} aria-busy={moving}>
        <Outlet />
      </main>
    </div>
  );
}

function TenantChoice() {
  const t = useText();
  const { tenants, tenant, choose } = usePlace();
  if (!tenant) return null;
  if (tenants.length === 1) return <span className="quiet">{tenant.name}</span>;
  return (
    <select
      className="select"
      aria-label={t('shell.tenant')}
      value={tenant.tenant_key}
      onChange={(event) => choose(event.target.value)}
    >
      {tenants.map((one) => (
        <option key={one.tenant_key} value={one.tenant_key}>
          {one.name}
        </option>
      ))}
    </select>
  );
}

function Who() {
  const t = useText();
  const { operator } = usePlace();
  const queries = useQueryClient();
  return (
    <div className="who">
      <span>
        {operator.name} <span className="quiet">· {t(`role.${operator.role}`)}</span>
      </span>
      <Button
        size="small"
        onClick={() =>
          void signOut('operator').finally(() => {
            // What this operator saw is not for whoever comes next.
            queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
            void queries.invalidateQueries({ queryKey: ['session'] });
          })
        }
      >
        {t('shell.sign_out')}
      </Button>
    </div>
  );
}

export function Bell() {
  return (
    <svg className="bell" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 2a1.5 1.5 0 0 0-1.5 1.5v.6C7.3 4.8 5.2 7.6 5.2 11v4.2L3.6 17v1.4h16.8V17l-1.6-1.8V11c0-3.4-2.1-6.2-5.3-6.9v-.6A1.5 1.5 0 0 0 12 2Zm-2.3 17.8a2.4 2.4 0 0 0 4.6 0Z" />
    </svg>
  );
}

// Who may use this console, and how far.

import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { Operator } from '../api/types';
import { kRoles, type Role } from '../logic/roles';
import { ActionButton } from '../parts/action_button';
import { Confirm } from '../parts/confirm';
import { DataTable, type Column } from '../parts/data_table';
import { Field } from '../parts/field';
import { useFormats } from '../parts/formats';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';
import { useAct } from '../parts/use_act';
import { usePlace } from '../session';

const kChanges = [['operators']];

export function Component() {
  const t = useText();
  const { time } = useFormats();
  const { operator: me } = usePlace();
  const operators = useQuery({
    queryKey: ['operators'],
    queryFn: ({ signal }) => call('get', '/api/v1/operators', { signal }),
  });
  const [editing, setEditing] = useState<Operator | 'new' | null>(null);
  const [removing, setRemoving] = useState<Operator | null>(null);
  const remove = useAct(
    (name: string) => call('delete', '/api/v1/operators/{name}', { path: { name } }),
    { changes: kChanges, quiet: true },
  );
  const columns: Column<Operator>[] = [
    {
      key: 'name',
      title: t('operators.name'),
      cell: (row) => (
        <>
          {row.name} {row.name === me.name && <span className="quiet">({t('operators.you')})</span>}
        </>
      ),
    },
    { key: 'role', title: t('operators.role'), cell: (row) => t(`role.${row.role}`) },
    {
      key: 'sign_in',
      title: t('operators.sign_in'),
      cell: (row) => (row.has_password ? t('operators.by_password') : t('operators.by_oidc')),
    },
    { key: 'at', title: t('operators.since'), cell: (row) => time(row.created_at) },
    {
      key: 'act',
      title: <span className="unseen">{t('common.actions')}</span>,
      align: 'end',
      cell: (row) => (
        <span className="nowrap">
          <ActionButton
            size="small"
            needs="admin"
            aria-label={`${t('operators.change')} ${row.name}`}
            onClick={() => setEditing(row)}
          >
            {t('operators.change')}
          </ActionButton>{' '}
          <ActionButton
            size="small"
            needs="admin"
            aria-label={`${t('common.remove')} ${row.name}`}
            onClick={() => setRemoving(row)}
          >
            {t('common.remove')}
          </ActionButton>
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t('nav.operators')}
      intro={t('operators.intro')}
      actions={
        <ActionButton needs="admin" type="primary" onClick={() => setEditing('new')}>
          {t('operators.add')}
        </ActionButton>
      }
    >
      <Section>
        {operators.isError && <ProblemAlert error={operators.error} retry={operators.refetch} />}
        {!operators.isError && (
          <DataTable
            label={t('nav.operators')}
            columns={columns}
            rows={operators.data?.operators ?? []}
            keyOf={(row) => row.name}
            busy={operators.isPending}
            empty={t('operators.none')}
          />
        )}
      </Section>
      {editing && (
        <OperatorForm
          key={editing === 'new' ? '' : editing.name}
          operator={editing === 'new' ? null : editing}
          close={() => setEditing(null)}
        />
      )}
      {removing && (
        <Confirm
          open
          danger
          title={t('operators.ask_remove', { name: removing.name })}
          yes={t('common.remove')}
          done={t('operators.removed')}
          onYes={() => remove.mutateAsync(removing.name)}
          onClose={() => setRemoving(null)}
        >
          <p>{t('operators.means_remove')}</p>
        </Confirm>
      )}
    </Page>
  );
}

function OperatorForm({ operator, close }: { operator: Operator | null; close: () => void }) {
  const t = useText();
  const [name, setName] = useState(operator?.name ?? '');
  const [role, setRole] = useState<Role>(operator?.role ?? 'viewer');
  const [password, setPassword] = useState('');
  const save = useAct(
    () => {
      const given = { role, ...(password && { password }) };
      return operator
        ? call('patch', '/api/v1/operators/{name}', { path: { name: operator.name }, body: given })
        : call('post', '/api/v1/operators', { body: { name: name.trim(), ...given } });
    },
    { done: t('common.saved'), changes: kChanges, quiet: true },
  );
  const short = password !== '' && password.length < 8;
  const good = /^[A-Za-z0-9._@+-]{1,64}$/u.test(name.trim());
  return (
    <Modal
      open
      title={operator ? t('operators.change_of', { name: operator.name }) : t('operators.add')}
      okText={t('common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: save.isPending, disabled: !good || short }}
      onOk={() => save.mutate(undefined, { onSuccess: close })}
      onCancel={close}
      transitionName=""
      maskTransitionName=""
    >
      {!operator && (
        <Field
          label={t('operators.name')}
          hint={t('operators.name_hint')}
          error={name !== '' && !good && t('operators.name_hint')}
        >
          {(control) => (
            <Input
              {...control}
              autoFocus
              value={name}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field label={t('operators.role')} hint={t(`operators.role_${role}`)}>
        {(control) => (
          <select
            {...control}
            className="select wide"
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
          >
            {kRoles.map((one) => (
              <option key={one} value={one}>
                {t(`role.${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label={operator ? t('operators.new_password') : t('operators.password')}
        hint={operator ? t('operators.keep_password') : t('operators.password_hint')}
        error={short && t('operators.short_password')}
      >
        {(control) => (
          <Input.Password
            {...control}
            value={password}
            autoComplete="new-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {operator && <p className="quiet">{t('operators.ends_sessions')}</p>}
      {save.isError && <ProblemAlert error={save.error} />}
    </Modal>
  );
}

// Picks departments and people of a tenant from a tree that loads as it is opened, or by search.

import { CloseOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useCallback, useId, useRef, useState } from 'react';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import {
  add,
  has,
  nobody,
  parseIds,
  remove,
  toggle,
  type Audience,
  type Chip,
} from '../logic/audience';
import { useFormats } from './formats';
import { ProblemAlert } from './problem';
import { SearchBox, useSearch, useSearchStatus } from './search';
import { TreeView, type Load } from './tree_view';

interface Node {
  id: string; // a person stands in the tree once for each of their departments
  name: string;
  has_children: boolean;
  chip: Chip;
  members: number;
  above: string[]; // department ids from the root to the parent
}

// Departments come first, then the people right in them; the cursor says which of both it goes on with.
function useBranches(tenantKey: string): Load<Node> {
  const paths = useRef(new Map<string, string[]>([['0', []]]));
  return useCallback(
    async (parent, cursor, signal) => {
      const department = parent === '0' ? '0' : parent.slice(2);
      const above = paths.current.get(department) ?? [];
      const below = department === '0' ? above : [...above, department];
      const path = { tenant_key: tenantKey };
      const nodes: Node[] = [];
      if (!cursor?.startsWith('u:')) {
        const page = await call('get', '/api/v1/tenants/{tenant_key}/departments', {
          path,
          query: { parent: department, limit: 100, cursor: cursor?.slice(2) },
          signal,
        });
        for (const one of page.departments) {
          paths.current.set(one.department_id, below);
          nodes.push({
            id: `d:${one.department_id}`,
            name: one.name,
            has_children: one.has_children || one.members > 0,
            chip: { kind: 'department', id: one.department_id, name: one.name },
            members: one.members,
            above: below,
          });
        }
        if (page.next) return { nodes, next: `d:${page.next}` };
      }
      const page = await call('get', '/api/v1/tenants/{tenant_key}/users', {
        path,
        query: {
          department,
          recursive: 'false',
          limit: 50,
          cursor: cursor?.startsWith('u:') ? cursor.slice(2) : undefined,
        },
        signal,
      });
      for (const user of page.users)
        nodes.push({
          id: `u:${department}:${user.user_id}`,
          name: user.name || user.user_id,
          has_children: false,
          chip: { kind: 'user', id: user.user_id, name: user.name || user.user_id },
          members: 1,
          above: below,
        });
      return { nodes, next: page.next ? `u:${page.next}` : null };
    },
    [tenantKey],
  );
}

export function AudiencePicker(props: {
  tenantKey: string;
  value: Audience;
  onChange: (value: Audience) => void;
}) {
  const t = useText();
  const { value, onChange } = props;
  const load = useBranches(props.tenantKey);
  const [text, setText] = useState('');
  const search = useSearch(props.tenantKey, text);
  const { number } = useFormats();
  const status = useSearchStatus(
    text,
    search.departments.length + search.users.length,
    search.searching,
  );
  const implied = (node: Node) => node.above.some((id) => has(value, 'department', id));
  const flip = (chip: Chip) => onChange(toggle(value, chip));
  const found: { chip: Chip; note: string }[] = [
    ...search.departments.map((one) => ({
      chip: { kind: 'department' as const, id: one.department_id, name: one.name },
      note: t('directory.members', { count: one.members }),
    })),
    ...search.users.map((one) => ({
      chip: { kind: 'user' as const, id: one.user_id, name: one.name || one.user_id },
      note: one.departments.map((department) => department.name).join(', '),
    })),
  ];
  return (
    <div className="picker">
      <Chips value={value} onChange={onChange} />
      <SearchBox label={t('audience.search')} value={text} onChange={setText} />
      <span className="unseen" role="status">
        {status}
      </span>
      {search.error && <ProblemAlert error={search.error} />}
      <div className="picker-list">
        {search.active && (
          <ul className="found" aria-label={t('audience.found')}>
            {found.map(({ chip, note }) => {
              const picked = has(value, chip.kind, chip.id);
              return (
                <li key={`${chip.kind}/${chip.id}`}>
                  <label className="found-row">
                    <input type="checkbox" checked={picked} onChange={() => flip(chip)} />
                    <span>{chip.name}</span>
                    <span className="mono quiet">{chip.id}</span>
                    <span className="quiet end">{note}</span>
                  </label>
                </li>
              );
            })}
            {found.length === 0 && (
              <li className="empty">{search.searching ? t('common.loading') : t('search.none')}</li>
            )}
            {search.more && found.length > 0 && (
              <li>
                <Button
                  size="small"
                  onClick={() => void search.more?.()}
                  loading={search.searching}
                >
                  {t('common.more')}
                </Button>
              </li>
            )}
          </ul>
        )}
        {/* The tree stays as it was opened while somebody searches. */}
        <div hidden={search.active}>
          <TreeView
            label={t('audience.tree')}
            root="0"
            load={load}
            checked={(node) => implied(node) || has(value, node.chip.kind, node.chip.id)}
            onAct={(node) => {
              if (!implied(node)) flip(node.chip);
            }}
          >
            {(node) => (
              <>
                <span className={node.chip.kind === 'user' ? 'leaf' : undefined}>{node.name}</span>
                {node.chip.kind === 'department' && (
                  <span className="quiet end">{number(node.members)}</span>
                )}
              </>
            )}
          </TreeView>
        </div>
      </div>
      <PasteIds value={value} onChange={onChange} />
    </div>
  );
}

function Chips({ value, onChange }: { value: Audience; onChange: (value: Audience) => void }) {
  const t = useText();
  const list = useRef<HTMLUListElement>(null);
  if (value.chips.length === 0) return <p className="quiet chips-none">{t('audience.nobody')}</p>;
  const drop = (chip: Chip, index: number) => {
    onChange(remove(value, chip));
    // The focus stays among the chips.
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll('button');
      buttons?.[Math.min(index, buttons.length - 1)]?.focus();
    });
  };
  return (
    <ul className="chips" aria-label={t('audience.picked')} ref={list}>
      {value.chips.slice(0, 200).map((chip, index) => (
        <li key={`${chip.kind}/${chip.id}`} className={`chip chip-${chip.kind}`}>
          <span title={chip.id}>{chip.name}</span>
          <button
            type="button"
            aria-label={t('audience.drop', { name: chip.name })}
            onClick={() => drop(chip, index)}
          >
            <CloseOutlined aria-hidden="true" />
          </button>
        </li>
      ))}
      {value.chips.length > 200 && (
        <li className="quiet">{t('audience.and_more', { count: value.chips.length - 200 })}</li>
      )}
      {value.chips.length > 1 && (
        <li>
          <Button size="small" type="link" onClick={() => onChange(nobody)}>
            {t('audience.clear')}
          </Button>
        </li>
      )}
    </ul>
  );
}

// Ids from a spreadsheet; those that name nobody are told by the count.
function PasteIds({ value, onChange }: { value: Audience; onChange: (value: Audience) => void }) {
  const t = useText();
  const [text, setText] = useState('');
  const id = useId();
  const ids = parseIds(text);
  return (
    <details className="paste">
      <summary>{t('audience.paste')}</summary>
      <label htmlFor={id} className="unseen">
        {t('audience.paste')}
      </label>
      <Input.TextArea
        id={id}
        rows={3}
        value={text}
        placeholder={t('audience.paste_hint')}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        size="small"
        disabled={ids.length === 0}
        onClick={() => {
          onChange(
            ids.reduce(
              (audience, one) => add(audience, { kind: 'user', id: one, name: one }),
              value,
            ),
          );
          setText('');
        }}
      >
        {t('audience.add_ids', { count: ids.length })}
      </Button>
    </details>
  );
}

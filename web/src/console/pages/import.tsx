// Brings an organisation's file in: first a dry run that shows what would change, then for real.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useRef, useState } from 'react';

import { Problem } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { ImportAnswer } from '../api/types';
import { ActionButton } from '../parts/action_button';
import { DataTable, type Column } from '../parts/data_table';
import { useFormats } from '../parts/formats';
import { Page, Section } from '../parts/page';
import { ProblemAlert } from '../parts/problem';

const kKinds = ['tenants', 'departments', 'users', 'apps', 'chats', 'images'] as const;
type Change = NonNullable<ImportAnswer['changes']>[number];
type Mode = 'dry' | 'apply';

async function bring(files: File[], mode: Mode, signal: AbortSignal): Promise<ImportAnswer> {
  const [organisation, ...images] = files;
  const form = new FormData();
  form.append('organisation', organisation!, organisation!.name);
  for (const image of images) form.append('image', image, image.name);
  const answer = await fetch(`/api/v1/import${mode === 'dry' ? '?dry_run=true' : ''}`, {
    method: 'POST',
    body: images.length > 0 ? form : organisation!,
    headers: images.length > 0 ? {} : { 'Content-Type': typeOf(organisation!.name) },
    signal,
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, body);
  return body as ImportAnswer;
}

function typeOf(name: string): string {
  if (/\.csv$/iu.test(name)) return 'text/csv';
  if (/\.jsonl$/iu.test(name)) return 'application/jsonl';
  if (/\.json$/iu.test(name)) return 'application/json';
  return 'application/octet-stream';
}

const isData = (file: File) => /\.(json|jsonl|csv)$/iu.test(file.name);

export function Component() {
  const t = useText();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController | null>(null);
  const [files, setFiles] = useState<File[]>([]);
  const [busy, setBusy] = useState<Mode | null>(null);
  const [dry, setDry] = useState<ImportAnswer | null>(null);
  const [done, setDone] = useState<ImportAnswer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [over, setOver] = useState(false);

  const run = async (given: File[], mode: Mode) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setBusy(mode);
    setError(null);
    try {
      const answer = await bring(given, mode, control.signal);
      if (mode === 'dry') setDry(answer);
      else {
        setDone(answer);
        setDry(null);
        void queries.invalidateQueries();
      }
    } catch (problem) {
      if (!control.signal.aborted) setError(problem);
    } finally {
      if (running.current === control) setBusy(null);
    }
  };
  const take = (list: FileList | null) => {
    const given = [...(list ?? [])].sort((a, b) => Number(isData(b)) - Number(isData(a)));
    if (given.length === 0) return;
    setFiles(given);
    setDry(null);
    setDone(null);
    void run(given, 'dry');
  };
  const changes = dry ? kKinds.some((kind) => dry[kind].created + dry[kind].updated > 0) : false;
  return (
    <Page title={t('import.title')} intro={t('import.intro')}>
      <Section>
        <div
          className={over ? 'drop drop-over' : 'drop'}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            take(event.dataTransfer.files);
          }}
        >
          <p>{t('import.drop')}</p>
          <ActionButton needs="admin" type="primary" onClick={() => input.current?.click()}>
            {t('import.choose')}
          </ActionButton>
          <input
            ref={input}
            type="file"
            hidden
            multiple
            aria-label={t('import.choose')}
            accept=".json,.jsonl,.csv,image/*"
            onChange={(event) => {
              take(event.target.files);
              event.target.value = '';
            }}
          />
          {files.length > 0 && <p className="quiet">{files.map((file) => file.name).join(', ')}</p>}
        </div>
        <p role="status" className="quiet">
          {busy === 'dry' ? t('import.checking') : busy === 'apply' ? t('import.applying') : ''}
        </p>
        {error !== null && (
          <>
            <ProblemAlert error={error} />
            <p className="quiet">{t('import.nothing_changed')}</p>
          </>
        )}
      </Section>
      {dry && (
        <Section title={t('import.difference')}>
          {changes ? (
            <Alert type="info" showIcon message={t('import.not_yet')} />
          ) : (
            <Alert type="success" showIcon message={t('import.no_difference')} />
          )}
          <Counts of={dry} />
          <Changes of={dry} />
          <div className="buttons">
            <Button
              onClick={() => {
                running.current?.abort();
                setDry(null);
                setFiles([]);
              }}
            >
              {t('common.cancel')}
            </Button>
            <ActionButton
              needs="admin"
              type="primary"
              loading={busy === 'apply'}
              reason={changes ? null : t('import.no_difference')}
              onClick={() => void run(files, 'apply')}
            >
              {t('import.apply')}
            </ActionButton>
          </div>
        </Section>
      )}
      {done && (
        <Section title={t('import.done')}>
          <Alert type="success" showIcon role="status" message={t('import.in_force')} />
          <Counts of={done} />
        </Section>
      )}
    </Page>
  );
}

function Counts({ of }: { of: ImportAnswer }) {
  const t = useText();
  const { number } = useFormats();
  const rows = kKinds.map((kind) => ({ kind, ...of[kind] }));
  type Row = (typeof rows)[number];
  const count = (key: 'created' | 'updated' | 'unchanged'): Column<Row> => ({
    key,
    title: t(`import.${key}`),
    align: 'end',
    cell: (row) => <span className={row[key] === 0 ? 'quiet' : undefined}>{number(row[key])}</span>,
  });
  const columns: Column<Row>[] = [
    { key: 'kind', title: t('import.kind'), cell: (row) => t(`import.kind_${row.kind}`) },
    count('created'),
    count('updated'),
    count('unchanged'),
  ];
  return (
    <DataTable label={t('import.counts')} columns={columns} rows={rows} keyOf={(row) => row.kind} />
  );
}

function Changes({ of }: { of: ImportAnswer }) {
  const t = useText();
  const { number } = useFormats();
  const changes = of.changes ?? [];
  if (changes.length === 0) return null;
  const total = kKinds.reduce((sum, kind) => sum + of[kind].created + of[kind].updated, 0);
  const columns: Column<Change>[] = [
    {
      key: 'change',
      title: t('import.change'),
      cell: (row) => <span className={`change-${row.change}`}>{t(`import.${row.change}`)}</span>,
    },
    { key: 'kind', title: t('import.kind'), cell: (row) => t(`import.one_${row.kind}`) },
    { key: 'id', title: t('import.id'), cell: (row) => <span className="mono">{row.id}</span> },
    {
      key: 'fields',
      title: t('import.fields'),
      cell: (row) => <span className="mono quiet">{row.fields.join(', ')}</span>,
    },
  ];
  return (
    <>
      <h3>{t('import.changes')}</h3>
      {total > changes.length && (
        <p className="quiet">
          {t('import.first_of', { shown: number(changes.length), total: number(total) })}
        </p>
      )}
      <DataTable
        label={t('import.changes')}
        columns={columns}
        rows={changes}
        keyOf={(row) => `${row.tenant_key}/${row.kind}/${row.id}`}
        height={360}
      />
    </>
  );
}

// Who got it and who read it, department by department, each with everyone below.

import { useCallback } from 'react';

import { call } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

import type { Batch, BatchDepartment } from '../api/types';
import { useThrottled } from '../parts/debounced';
import { useFormats } from '../parts/formats';
import { TreeView, type Load } from '../parts/tree_view';

interface Node extends BatchDepartment {
  id: string;
}

export function DepartmentReceipts({ batch }: { batch: Batch }) {
  const t = useText();
  const { number, percent } = useFormats();
  const batchId = batch.batch_id;
  const load = useCallback<Load<Node>>(
    async (parent, _cursor, signal) => {
      const page = await call('get', '/api/v1/batches/{batch_id}/departments', {
        path: { batch_id: batchId },
        query: { parent },
        signal,
      });
      return {
        nodes: page.departments.map((one) => ({ ...one, id: one.department_id })),
        next: null,
      };
    },
    [batchId],
  );
  // The branches that are open follow the counts, but do not ask with each of them.
  const version = useThrottled(`${batch.delivered}/${batch.read}/${batch.state}`, 2_000);
  const hidden = batch.read === null;
  return (
    <div className="dep-box">
      <div className="dep-head" aria-hidden="true">
        <span className="dep-name">{t('batch.department')}</span>
        <span className="dep-bar" />
        <span className="dep-number">{t('counts.valid')}</span>
        <span className="dep-number">{t('counts.delivered')}</span>
        {!hidden && <span className="dep-number">{t('counts.read')}</span>}
        {!hidden && <span className="dep-number">{t('recipient.unread')}</span>}
      </div>
      <TreeView label={t('batch.by_department')} root="0" load={load} again={version}>
        {(node) => (
          <span className="dep">
            <span className="dep-name">{node.name || node.department_id}</span>
            <span className="dep-bar">
              <Bar of={node} />
            </span>
            <span className="dep-number">{number(node.valid)}</span>
            <span className="dep-number">{number(node.delivered)}</span>
            {!hidden && (
              <span className="dep-number">
                {number(node.read)}{' '}
                <span className="quiet">{percent(node.read, node.delivered)}</span>
              </span>
            )}
            {!hidden && <span className="dep-number">{number(node.unread)}</span>}
          </span>
        )}
      </TreeView>
    </div>
  );
}

function Bar({ of }: { of: BatchDepartment }) {
  const total = Math.max(1, of.valid);
  const read = ((of.read ?? 0) / total) * 1000;
  const delivered = (of.delivered / total) * 1000;
  return (
    <svg className="counts" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="part-pending" width="1000" height="10" />
      <rect className="part-delivered" width={delivered} height="10" />
      <rect className="part-read" width={read} height="10" />
    </svg>
  );
}

// A batch in small: its state as a tag, its counts as one bar.

import { Tag } from 'antd';

import { useText } from '@/shared/i18n';

import type { Batch, BatchState, Progress } from '../api/types';
import { useFormats } from './formats';

const kTone: Record<BatchState, string> = {
  accepted: 'waiting',
  scheduled: 'waiting',
  sending: 'moving',
  paused: 'held',
  sent: 'done',
  canceled: 'gone',
  recalling: 'moving',
  recalled: 'gone',
};

export function StateTag({ state }: { state: BatchState }) {
  const t = useText();
  return <Tag className={`state state-${kTone[state]}`}>{t(`state.${state}`)}</Tag>;
}

type Counts = Pick<Progress, 'valid' | 'pending' | 'delivered' | 'failed' | 'excluded' | 'read'>;

// Parts of everybody who was meant, from the left: read, delivered and not read, failed, excluded;
// what is left is pending.
export function CountsBar({ of, tall }: { of: Counts; tall?: boolean }) {
  const t = useText();
  const { number } = useFormats();
  const read = of.read ?? 0;
  const parts: [string, number][] = [
    ['read', read],
    ['delivered', of.delivered - read],
    ['failed', of.failed],
    ['excluded', of.excluded],
  ];
  const total = Math.max(1, of.valid);
  let x = 0;
  const label = t('counts.label', {
    delivered: number(of.delivered),
    valid: number(of.valid),
    read: number(of.read),
  });
  return (
    <svg
      className={tall ? 'counts counts-tall' : 'counts'}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
      viewBox="0 0 1000 10"
    >
      <title>{label}</title>
      <rect className="part-pending" width="1000" height="10" />
      {parts.map(([name, count]) => {
        const width = (count / total) * 1000;
        const rect = <rect key={name} className={`part-${name}`} x={x} width={width} height="10" />;
        x += width;
        return rect;
      })}
    </svg>
  );
}

// The numbers that the bar draws, each beside its colour. They always add up to `valid`.
export function Books({ of }: { of: Batch }) {
  const t = useText();
  const { number, percent } = useFormats();
  const hidden = of.read === null;
  const rows: [string, number | null, string?][] = [
    ['read', of.read],
    ['delivered', hidden ? of.delivered : of.unread, hidden ? 'delivered' : 'unread'],
    ['failed', of.failed],
    ['excluded', of.excluded],
    ['pending', of.pending],
  ];
  return (
    <dl className="books">
      {rows.map(([part, count, name]) =>
        part === 'read' && hidden ? null : (
          <div key={part}>
            <dt>
              <span className={`swatch part-${part}`} aria-hidden="true" />
              {t(`counts.${name ?? part}`)}
            </dt>
            <dd>
              <b>{number(count)}</b> <span className="quiet">{percent(count, of.valid)}</span>
            </dd>
          </div>
        ),
      )}
      <div className="books-sum">
        <dt>{t('counts.valid')}</dt>
        <dd>
          <b>{number(of.valid)}</b>
        </dd>
      </div>
      {of.recalled > 0 && (
        <div>
          <dt>{t('counts.recalled')}</dt>
          <dd>
            <b>{number(of.recalled)}</b>
          </dd>
        </div>
      )}
    </dl>
  );
}

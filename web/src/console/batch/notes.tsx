// Who was left out, and why; ids that named nobody.

import { useText } from '@/shared/i18n';

import type { Batch, Reasons } from '../api/types';
import { useFormats } from '../parts/formats';
import { Section } from '../parts/page';

export function ReasonList({ reasons }: { reasons: Reasons }) {
  const t = useText();
  const { number } = useFormats();
  const given = Object.entries(reasons).filter(([, count]) => count > 0);
  if (given.length === 0) return null;
  return (
    <ul className="reasons">
      {given.map(([reason, count]) => (
        <li key={reason}>
          <b>{number(count)}</b> {t(`reason.${reason}`)}
        </li>
      ))}
    </ul>
  );
}

export function Notes({ batch }: { batch: Batch }) {
  const t = useText();
  const left = batch.excluded + batch.failed > 0;
  const invalid = Object.entries(batch.invalid).filter(([, ids]) => ids.length > 0);
  if (!left && invalid.length === 0) return null;
  return (
    <div className="halves">
      {left && (
        <Section title={t('batch.left_out')}>
          <ReasonList reasons={batch.reasons} />
        </Section>
      )}
      {invalid.length > 0 && (
        <Section title={t('batch.invalid')}>
          <p className="quiet">{t('batch.invalid_hint')}</p>
          {invalid.map(([kind, ids]) => (
            <div key={kind}>
              <h3>{t(`batch.invalid_${kind}`)}</h3>
              <p className="mono break ids" tabIndex={0}>
                {ids.join(' ')}
              </p>
            </div>
          ))}
        </Section>
      )}
    </div>
  );
}

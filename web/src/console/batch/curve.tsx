// How many were settled, over time.

import { useText } from '@/shared/i18n';

import { points, type Sample } from '../logic/rate';
import { useFormats } from '../parts/formats';

const kWidth = 600;
const kHeight = 120;

export function Curve({ samples, total }: { samples: readonly Sample[]; total: number }) {
  const t = useText();
  const { number, clock } = useFormats();
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (!first || !last || total <= 0 || last.at === first.at) return null;
  const line = points(samples, total, kWidth, kHeight);
  const label = t('batch.curve', {
    done: number(last.done),
    total: number(total),
    from: clock(first.at),
    to: clock(last.at),
  });
  return (
    <figure className="curve">
      <svg
        viewBox={`0 -2 ${kWidth} ${kHeight + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {[0, 0.5, 1].map((share) => (
          <line
            key={share}
            className="curve-grid"
            x1="0"
            x2={kWidth}
            y1={kHeight * share}
            y2={kHeight * share}
          />
        ))}
        <polygon className="curve-area" points={`0,${kHeight} ${line} ${kWidth},${kHeight}`} />
        <polyline className="curve-line" points={line} />
      </svg>
      <figcaption>
        <span>{clock(first.at)}</span>
        <span>{number(total)}</span>
        <span>{clock(last.at)}</span>
      </figcaption>
    </figure>
  );
}

// How fast a batch moves, and when it will be done, from the counts that were seen of it.

export interface Sample {
  at: number; // ms
  done: number; // people who are settled: delivered, failed or excluded
}

const kSamplesMax = 240;
const kWindowMs = 5_000;

// Adds a sample; a curve never holds more than a screen can show: when it is full, every second
// sample goes, but the first and the last stay.
export function append(curve: readonly Sample[], sample: Sample): Sample[] {
  const last = curve[curve.length - 1];
  if (last && sample.at < last.at) return [...curve];
  const next = last && last.at === sample.at ? [...curve.slice(0, -1), sample] : [...curve, sample];
  if (next.length <= kSamplesMax) return next;
  return next.filter((_, index) => index % 2 === 0 || index === next.length - 1);
}

// People a second over the last few seconds; null while there is too little to tell.
export function rate(curve: readonly Sample[], now: number): number | null {
  const recent = curve.filter((sample) => sample.at >= now - kWindowMs);
  const before = curve[curve.length - recent.length - 1];
  const first = before ?? recent[0];
  const last = recent[recent.length - 1] ?? before;
  if (!first || !last) return null;
  const span = Math.max(now, last.at) - Math.max(first.at, now - kWindowMs);
  if (span < 200) return null;
  const start = interpolate(curve, Math.max(first.at, now - kWindowMs));
  return Math.max(0, ((last.done - start) * 1000) / span);
}

export function interpolate(curve: readonly Sample[], at: number): number {
  const after = curve.findIndex((sample) => sample.at >= at);
  if (after === -1) return curve[curve.length - 1]?.done ?? 0;
  const right = curve[after]!;
  const left = curve[after - 1];
  if (!left || right.at === left.at) return right.done;
  return left.done + ((right.done - left.done) * (at - left.at)) / (right.at - left.at);
}

// Seconds until all are settled; null if that cannot be said.
export function eta(pending: number, perSecond: number | null): number | null {
  if (pending <= 0) return 0;
  return perSecond && perSecond > 0 ? pending / perSecond : null;
}

// A polyline's points in a box, the first sample at its left, `total` at its top.
export function points(
  curve: readonly Sample[],
  total: number,
  width: number,
  height: number,
): string {
  const first = curve[0];
  const last = curve[curve.length - 1];
  if (!first || !last || total <= 0) return '';
  const span = Math.max(1, last.at - first.at);
  return curve
    .map((sample) => {
      const x = ((sample.at - first.at) / span) * width;
      const y = height - Math.min(1, sample.done / total) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}

import { BELL, ICON_SIZE } from '../icon';

export function Bell() {
  return (
    <svg className="bell" viewBox={`0 0 ${ICON_SIZE} ${ICON_SIZE}`} aria-hidden="true">
      <path d={BELL} fill="currentColor" />
    </svg>
  );
}

// The list itself: only the rows near the window exist, and whatever changes above them, the row
// that somebody looks at stays where it is.
//
// Shape   `anchor` is the row at the upper edge; null at the very top, where new messages push the
//         list down. Further down than a window's height new messages are held back (`hold`) until
//         the reader comes up again: a storm of them then costs nothing.
// Cost    A change of the list sums its heights once and renders the rows of the window.

import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
  type KeyboardEvent,
  type ReactNode,
} from 'react';

import { useText } from '@/shared/i18n';

import type { Item } from '../model/messages';
import { onScreen, ReadTracker } from '../model/reads';
import { Offsets } from '../model/windowing';
import { Row } from './Row';
import { dayNumber, sameDay } from './times';

const ESTIMATE = 130; // of a row that was never shown, in pixels
const MARGIN = 700;
const AT_TOP = 4;
const AHEAD = 15; // rows: older ones are asked for before they are needed
const THRESHOLDS = Array.from({ length: 21 }, (_, i) => i / 20);

interface Props {
  items: readonly Item[]; // newest first
  total: number; // -1: not known
  onRead(ids: string[]): void;
  onWant(rank: number): void;
  onTop(atTop: boolean): void;
  end: ReactNode;
}

export function Feed({ items, total, onRead, onWant, onTop, end }: Props) {
  const t = useText();
  const [, render] = useReducer((n: number) => n + 1, 0);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const state = useRef(new FeedState()).current;

  const held = state.hold === null ? 0 : items.findIndex((item) => item.rank <= state.hold!);
  const shown = held > 0 ? items.slice(held) : items;
  if (covered())
    state.keepPlace(); // the row whose image is looked at must not be pushed away
  else state.settle();
  if (state.anchor === null) state.seen = items[0]?.rank ?? 0;
  const fresh = items.findIndex((item) => item.rank <= state.seen);
  state.shown = shown;
  state.offsets.rebuild(shown, (item) => state.heights.get(item.batch_id) ?? ESTIMATE);
  const top = state.intendedTop();
  const { from, to } = state.offsets.range(top, state.windowHeight, MARGIN);
  state.range = { from, to };

  const today = dayNumber();
  const focused = shown.findIndex((item) => item.batch_id === state.focus);
  const tabStop = focused >= from && focused < to ? focused : state.offsets.at(top);

  useLayoutEffect(() => {
    const list = rows.current!;
    const box = scroller.current!;
    let changed = false;
    for (const row of list.children as Iterable<HTMLElement> & HTMLCollection) {
      changed = state.measure(row as HTMLElement) || changed;
    }
    if (changed) return render(); // before it is painted
    const wanted = state.intendedTop();
    if (state.anchor && Math.abs(box.scrollTop - wanted) > 0.5) box.scrollTop = wanted;
    if (state.focusSoon) {
      const row = list.querySelector<HTMLElement>(`[data-id="${CSS.escape(state.focusSoon)}"]`);
      if (row) {
        state.focusSoon = null;
        row.focus({ preventScroll: true });
      }
    } else if (state.hadFocus && document.activeElement === document.body) {
      box.focus({ preventScroll: true }); // its row scrolled away
    }
    state.watchRows(list);
  });

  useEffect(() => {
    const last = shown[Math.min(to + AHEAD, shown.length) - 1];
    onWant(to + AHEAD >= shown.length ? -Infinity : last!.rank);
  });

  useEffect(() => {
    const box = scroller.current!;
    state.start(box, onRead, render);
    return () => state.stop();
  }, [state, onRead]);

  useEffect(() => {
    const tell = () => {
      const seen = document.visibilityState === 'visible' && document.hasFocus() && !covered();
      state.tracker?.setActive(seen);
    };
    tell();
    // A dialog that opens takes the focus; `close` does not bubble.
    const events = ['focus', 'blur', 'visibilitychange', 'focusin', 'close'];
    events.forEach((name) => addEventListener(name, tell, true));
    return () => events.forEach((name) => removeEventListener(name, tell, true));
  }, [state, onRead]);

  const onScroll = useCallback(() => {
    const box = scroller.current!;
    const wasAtTop = state.anchor === null;
    const dirty = state.scrolledTo(box.scrollTop);
    if (wasAtTop !== (state.anchor === null)) onTop(state.anchor === null);
    if (dirty) render();
  }, [state, onTop]);

  const goTo = useCallback(
    (index: number) => {
      const item = state.shown[index];
      const box = scroller.current!;
      if (!item) return;
      const start = state.offsets.start(index);
      const height = state.offsets.start(index + 1) - start;
      const above = start < box.scrollTop;
      const below = start + height > box.scrollTop + box.clientHeight;
      if (above || (below && height >= box.clientHeight)) box.scrollTop = start;
      else if (below) box.scrollTop = start + height - box.clientHeight;
      state.scrolledTo(box.scrollTop);
      state.focus = item.batch_id;
      state.focusSoon = item.batch_id;
      render();
    },
    [state],
  );

  const toNewest = useCallback(() => {
    state.hold = null;
    state.anchor = null;
    scroller.current!.scrollTop = 0;
    onTop(true);
    state.focusSoon = state.focus = null;
    render();
    queueMicrotask(() => goTo(0));
  }, [state, goTo, onTop]);

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (covered() || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target as HTMLElement;
      if (at.closest('input, textarea, select, [contenteditable]')) return;
      const inFeed = at === scroller.current || at.matches('article');
      const step = stepOf(event.key, inFeed);
      if (step === null) return;
      event.preventDefault();
      if (step === 'first') return toNewest();
      const current = state.shown.findIndex((item) => item.batch_id === state.focus);
      goTo(current < 0 ? state.offsets.at(scroller.current!.scrollTop) : current + step);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [state, goTo, toNewest]);

  const onFocus = (event: { target: EventTarget | null }) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('article');
    state.hadFocus = true;
    if (row?.dataset.id) state.focus = row.dataset.id;
  };
  const onBlur = (event: { relatedTarget: EventTarget | null }) => {
    // A row that is taken away loses the focus to nobody.
    if (event.relatedTarget) state.hadFocus = false;
  };

  return (
    <div className="feed-box">
      <div
        id="feed"
        className="feed"
        ref={scroller}
        onScroll={onScroll}
        onFocus={onFocus}
        onBlur={onBlur}
        tabIndex={-1}
        aria-label={t('messages')}
        role="region"
      >
        <div className="sizer" style={{ height: `${state.offsets.total}px` }}>
          <div
            className="rows"
            ref={rows}
            role={shown.length > 0 ? 'feed' : undefined}
            aria-label={shown.length > 0 ? t('messages') : undefined}
            style={{ transform: `translateY(${state.offsets.start(from)}px)` }}
          >
            {shown.slice(from, to).map((item, i) => {
              const index = from + i;
              const newer = shown[index - 1];
              return (
                <Row
                  key={item.batch_id}
                  item={item}
                  read={item.read_at !== null}
                  today={today}
                  startsDay={!newer || !sameDay(newer.sent_at, item.sent_at)}
                  focusable={index === tabStop}
                  position={held > 0 ? index + held + 1 : index + 1}
                  total={total}
                />
              );
            })}
          </div>
        </div>
        {end}
      </div>
      {state.anchor !== null && fresh > 0 && (
        <button type="button" className="pill" onClick={toNewest}>
          ↑ {t('pill', { count: fresh })}
        </button>
      )}
    </div>
  );
}

// Something lies over the list: settings, an image.
const covered = () => document.querySelector('dialog[open]') !== null;

function stepOf(key: KeyboardEvent['key'], inFeed: boolean): number | 'first' | null {
  if (key === 'j' || (inFeed && key === 'ArrowDown')) return 1;
  if (key === 'k' || (inFeed && key === 'ArrowUp')) return -1;
  if (key === 'g' || (inFeed && key === 'Home')) return 'first';
  return null;
}

// What must not wait for a rendering, or must not cause one.
class FeedState {
  readonly offsets = new Offsets();
  readonly heights = new Map<string, number>();
  shown: readonly Item[] = [];
  range = { from: 0, to: 0 };
  anchor: { id: string; below: number } | null = null;
  hold: number | null = null; // the rank of the newest that is shown
  seen = 0; // the rank of the newest when the reader was last at the top
  windowHeight = 800;
  focus: string | null = null;
  focusSoon: string | null = null;
  hadFocus = false;
  tracker: ReadTracker | null = null;

  private box: HTMLElement | null = null;
  private sizes: ResizeObserver | null = null;
  private crossings: IntersectionObserver | null = null;
  private watched = new Set<HTMLElement>();

  start(box: HTMLElement, onRead: (ids: string[]) => void, render: (_: void) => void): void {
    this.box = box;
    this.windowHeight = box.clientHeight;
    this.tracker = new ReadTracker(onRead);
    this.sizes = new ResizeObserver((entries) => {
      let changed = false;
      for (const { target } of entries) {
        if (target === box) {
          changed = changed || this.windowHeight !== box.clientHeight;
          this.windowHeight = box.clientHeight;
        } else if (target.isConnected) {
          changed = this.measure(target as HTMLElement) || changed;
        }
      }
      if (changed) render();
    });
    this.sizes.observe(box);
    this.crossings = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
          const id = (target as HTMLElement).dataset.id!;
          const windowHeight = rootBounds?.height ?? this.windowHeight;
          this.tracker?.see(id, onScreen(intersectionRatio, intersectionRect.height, windowHeight));
        }
      },
      { root: box, threshold: THRESHOLDS },
    );
    render();
  }

  stop(): void {
    this.tracker?.stop();
    this.sizes?.disconnect();
    this.crossings?.disconnect();
    this.watched.clear();
  }

  // Whether the height was another before.
  measure(row: HTMLElement): boolean {
    const { height } = row.getBoundingClientRect();
    const id = row.dataset.id!;
    const before = this.heights.get(id);
    if (height === 0 || (before !== undefined && Math.abs(before - height) < 0.5)) return false;
    this.heights.set(id, height);
    return true;
  }

  watchRows(list: HTMLElement): void {
    const now = new Set(list.children as Iterable<HTMLElement> & HTMLCollection);
    for (const row of this.watched) {
      const stillUnread = now.has(row) && row.classList.contains('unread');
      if (!stillUnread) {
        this.crossings?.unobserve(row);
        this.tracker?.see(row.dataset.id!, false);
      }
      if (!now.has(row)) {
        this.sizes?.unobserve(row);
        this.watched.delete(row);
      }
    }
    if (!this.sizes) return;
    for (const row of now) {
      if (this.watched.has(row as HTMLElement)) continue;
      this.watched.add(row as HTMLElement);
      this.sizes.observe(row);
      if (row.classList.contains('unread')) this.crossings?.observe(row);
    }
  }

  intendedTop(): number {
    if (!this.anchor) return 0;
    const index = this.shown.findIndex((item) => item.batch_id === this.anchor!.id);
    if (index >= 0) return this.offsets.start(index) + this.anchor.below;
    // It was taken back: whatever is there now takes its place.
    const top = this.box?.scrollTop ?? 0;
    this.anchorAt(top);
    return top;
  }

  // Whether other rows must be there now.
  scrolledTo(top: number): boolean {
    const wasHeld = this.hold !== null;
    const hadAnchor = this.anchor !== null;
    if (top <= AT_TOP) this.anchor = null;
    else this.anchorAt(top);
    if (top > this.windowHeight) this.hold ??= this.shown[0]?.rank ?? null;
    else this.hold = null;
    const { from, to } = this.offsets.range(top, this.windowHeight, MARGIN);
    return (
      from !== this.range.from ||
      to !== this.range.to ||
      hadAnchor !== (this.anchor !== null) ||
      wasHeld !== (this.hold !== null)
    );
  }

  keepPlace(): void {
    if (this.anchor === null) this.anchorAt(0);
  }

  settle(): void {
    if (this.anchor && (this.box?.scrollTop ?? 0) <= AT_TOP && this.intendedTop() <= AT_TOP) {
      this.anchor = null;
    }
  }

  private anchorAt(top: number): void {
    const index = this.offsets.at(top);
    const item = this.shown[index];
    this.anchor = item ? { id: item.batch_id, below: top - this.offsets.start(index) } : null;
  }
}

// A batch as it moves: the server's events go into what the page shows of it, and into its curve.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import type { Batch, Progress } from '../api/types';
import { isSettled, settled } from '../logic/batch_state';
import { append, type Sample } from '../logic/rate';

const sampleOf = (batch: Pick<Batch, 'valid' | 'pending'>, at: number): Sample => ({
  at,
  done: settled(batch),
});

// What can be said of the time before this page was opened: nobody had it when it was accepted, and,
// if it was over by then, all had it when it was sent.
export function begin(batch: Batch, now: number): Sample[] {
  const start = new Date(batch.send_at ?? batch.accepted_at).getTime();
  const samples: Sample[] = [{ at: Math.min(start, now), done: 0 }];
  if (batch.sent_at) return [...samples, sampleOf(batch, new Date(batch.sent_at).getTime())];
  return append(samples, sampleOf(batch, Math.max(now, start)));
}

export function useLive(batch: Batch) {
  const queries = useQueryClient();
  const id = batch.batch_id;
  const [curve, setCurve] = useState(() => begin(batch, Date.now()));
  const [now, setNow] = useState(() => Date.now());
  const [connected, setConnected] = useState(false);
  const over = isSettled(batch.state);
  const wasOver = useRef(over);

  useEffect(() => {
    let latest: Progress | null = null;
    let frame = 0;
    // However many events come, the page is drawn once a frame.
    const show = () => {
      frame = 0;
      const progress = latest!;
      latest = null;
      queries.setQueryData<Batch>(['batch', id], (known) => known && { ...known, ...progress });
      if (!wasOver.current) setCurve((known) => append(known, sampleOf(progress, Date.now())));
      wasOver.current = isSettled(progress.state);
    };
    let stream: EventSource | null = null;
    const close = () => {
      stream?.close();
      stream = null;
      setConnected(false);
    };
    // A browser opens six connections to a server at most: a window that nobody looks at holds none.
    const open = () => {
      if (document.hidden) {
        close();
        return;
      }
      if (stream) return;
      stream = new EventSource(`/api/v1/batches/${encodeURIComponent(id)}/events?follow=1`);
      stream.onopen = () => setConnected(true);
      stream.onerror = () => setConnected(false);
      stream.addEventListener('progress', (event) => {
        latest = JSON.parse((event as MessageEvent<string>).data) as Progress;
        if (frame === 0) frame = requestAnimationFrame(show);
      });
    };
    open();
    document.addEventListener('visibilitychange', open);
    return () => {
      document.removeEventListener('visibilitychange', open);
      close();
      cancelAnimationFrame(frame);
    };
  }, [id, queries]);

  // A stream that the browser gave up is no reason to stand still.
  useEffect(() => {
    if (connected) return;
    const timer = setInterval(
      () => void queries.invalidateQueries({ queryKey: ['batch', id], exact: true }),
      5_000,
    );
    return () => clearInterval(timer);
  }, [connected, id, queries]);

  // The rate falls while nothing happens, so it is looked at again and again.
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [over]);

  return { curve, now: Math.max(now, curve[curve.length - 1]?.at ?? 0), connected };
}

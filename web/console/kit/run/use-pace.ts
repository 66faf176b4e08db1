// How fast a run is, and how long it still takes: told by what was written lately, and never taken back.
import { useRef } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { RunTimeline } from '../../../../api/wire-timeline.ts';

const SECOND = 1000;
/** So much of the past says how fast it is. */
const WINDOW_MS = 15 * SECOND;
/** Shorter than this nothing is said. */
const LEFT_MIN_MS = 3 * SECOND;

export type Pace = {
  /** Rows that are done; fewer than before are never shown. */
  done: number;
  total: number;
  perSecond: number | null;
  /** Rounded up; null where nobody can tell, or it is over in a moment. */
  leftMs: number | null;
  /** Of each moment since rows are written: rows per second. */
  points: { at: string; value: number }[];
};

/** The last time that is shown may still be going on: it is left out unless nothing comes after it. */
function ratePoints({ rate }: RunTimeline, isOver: boolean): Pace['points'] {
  const { from, everySeconds, points } = rate;
  const last = points.at(-1);
  if (from === null || !last) return [];
  const [start, step] = [Date.parse(from), everySeconds * SECOND];
  const rowsAt = new Map(points.map(({ at, rows }) => [Math.round((Date.parse(at) - start) / step), rows]));
  const count = Math.round((Date.parse(last.at) - start) / step) + (isOver ? 1 : 0);
  const shown = Array.from({ length: count }, (_, place) => ({
    at: new Date(start + (place + 1) * step).toISOString(),
    value: (rowsAt.get(place) ?? 0) / everySeconds,
  }));
  return shown.length === 0 ? [] : [{ at: from, value: 0 }, ...shown];
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export function usePace(run: BulkAction, timeline: RunTimeline | undefined): Pace {
  const most = useRef({ id: run.id, done: 0 });
  const least = useRef<{ id: string; endsAt: number } | null>(null);
  if (most.current.id !== run.id) most.current = { id: run.id, done: 0 };
  most.current.done = Math.max(most.current.done, run.progress.done);
  const { done } = most.current;
  const total = run.progress.total ?? 0;
  const points = timeline ? ratePoints(timeline, false) : [];
  const lately = points
    .slice(1)
    .slice(-Math.max(2, Math.ceil(WINDOW_MS / SECOND / (timeline?.rate.everySeconds ?? 1))));
  const perSecond = lately.length === 0 ? null : meanOf(lately.map(({ value }) => value));
  const isMoving = run.state === 'applying' && run.paused === null && !run.isCancelling;
  if (!isMoving || perSecond === null || perSecond === 0) {
    least.current = null;
    return { done, total, perSecond: isMoving ? perSecond : null, leftMs: null, points };
  }
  const now = Date.now();
  const endsAt = now + ((total - done) / perSecond) * SECOND;
  const before = least.current?.id === run.id ? least.current.endsAt : Number.POSITIVE_INFINITY;
  // A little later than thought is no news; much later is.
  least.current = { id: run.id, endsAt: endsAt < before || endsAt > before + WINDOW_MS ? endsAt : before };
  const left = Math.ceil((least.current.endsAt - now) / SECOND) * SECOND;
  return { done, total, perSecond, leftMs: left < LEFT_MIN_MS ? null : roundedUp(left), points };
}

/** Whole minutes from two of them on. */
const roundedUp = (ms: number): number =>
  ms < 120 * SECOND ? ms : Math.ceil(ms / (60 * SECOND)) * 60 * SECOND;

// The rows of a plan that are in sight, fetched a page at a time; a page that is passed by is not waited for.
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import { PLAN_PAGE, type PlanRowsWanted, planRowsQuery } from '../../client/plans.ts';

/** A scroll bar that is dragged passes hundreds of pages: none is asked for before it rests this long. */
const REST_MS = 60;

export type PlanRowsInSight = {
  /** Undefined until it is known. */
  total: number | undefined;
  rowAt: (index: number) => BulkRow | undefined;
  onRange: (first: number, last: number) => void;
  error: unknown;
};

/** `isOff`: nothing is fetched, and what was there last stays. */
export function usePlanRows(
  id: string,
  round: number,
  wanted: PlanRowsWanted,
  isOff: boolean,
): PlanRowsInSight {
  const client = useQueryClient();
  const filter = JSON.stringify(wanted);
  const [seen, setSeen] = useState<{ filter: string; pages: readonly number[] }>({ filter, pages: [0] });
  // Of other rows nothing is in sight yet but their beginning.
  const pages = seen.filter === filter ? seen.pages : [0];
  const timer = useRef<number>(undefined);
  const onRange = useCallback(
    (first: number, last: number) => {
      const [from, to] = [Math.floor(first / PLAN_PAGE), Math.floor(last / PLAN_PAGE)];
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(
        () =>
          setSeen((before) => {
            const isSame = before.filter === filter && before.pages[0] === from && before.pages.at(-1) === to;
            return isSame
              ? before
              : { filter, pages: Array.from({ length: to - from + 1 }, (_, i) => from + i) };
          }),
        REST_MS,
      );
    },
    [filter],
  );
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const head = useQuery({
    ...planRowsQuery(id, round, wanted, 0),
    enabled: !isOff,
    placeholderData: keepPreviousData,
  });
  const others = pages.filter((page) => page > 0);
  useQueries({
    queries: others.map((page) => ({ ...planRowsQuery(id, round, wanted, page), enabled: !isOff })),
  });
  // While the plan is made anew, and until its rows are here, those of the last round stay where they were.
  const last = useRef({ filter, rows: new Map<number, BulkRow>() });
  if (last.current.filter !== filter) last.current = { filter, rows: new Map() };
  const { rows } = last.current;
  const rowAt = (index: number): BulkRow | undefined => {
    const page = Math.floor(index / PLAN_PAGE);
    const known = client.getQueryData(planRowsQuery(id, round, wanted, page).queryKey);
    const row = known?.items[index % PLAN_PAGE];
    if (row === undefined) return rows.get(index);
    rows.delete(index);
    rows.set(index, row);
    if (rows.size > 4 * PLAN_PAGE) rows.delete(rows.keys().next().value as number);
    return row;
  };
  return { total: head.data?.total ?? undefined, rowAt, onRange, error: head.data ? undefined : head.error };
}

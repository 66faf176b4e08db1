// The plan of a run as the console asks for it: in numbers, row by row from anywhere, and cells that are mended.
import { queryOptions } from '@tanstack/react-query';
import type { BulkAction } from '../../../api/wire.ts';
import type { Mend, MendingWire, PlanSummary } from '../../../api/wire-plans.ts';
import type { BulkRow } from '../../../api/wire-rows.ts';
import type { Outcome } from '../../../domain/bulk-action.ts';
import { ask } from './client.ts';

const at = (id: string, path: string): string => `/v1/bulk-actions/${id}${path}`;

/** Rows of one page of a grid. */
export const PLAN_PAGE = 100;

export type PlanRowsWanted = {
  outcomes?: readonly Outcome[] | undefined;
  /** `code:field`. */
  problem?: string | undefined;
  changed?: string | undefined;
  isMended?: boolean;
  find?: string | undefined;
};

export type PlanRows = {
  items: BulkRow[];
  next: string | null;
  offset: number | null;
  total: number | null;
};

const narrowing = (wanted: PlanRowsWanted) => ({
  outcome: wanted.outcomes,
  problem: wanted.problem,
  changed: wanted.changed,
  mended: wanted.isMended ? 'true' : undefined,
  q: wanted.find,
});

/** A plan stays as it is for the whole round in which it is asked about. */
export const planQuery = (id: string, round: number) =>
  queryOptions({
    queryKey: ['bulk-actions', id, 'plan', round],
    queryFn: ({ signal }) => ask<PlanSummary>('GET', at(id, '/plan'), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A page of the wanted rows, from 0. One that nobody looks at any more is not waited for. */
export const planRowsQuery = (id: string, round: number, wanted: PlanRowsWanted, page: number) =>
  queryOptions({
    queryKey: ['bulk-actions', id, 'plan', round, 'rows', wanted, page],
    queryFn: ({ signal }) =>
      ask<PlanRows>('GET', at(id, '/rows'), {
        query: { offset: page * PLAN_PAGE, limit: PLAN_PAGE, ...narrowing(wanted) },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  });

/** The first of the wanted rows from this number on, and how many are before it. */
export const findPlanRow = async (
  id: string,
  wanted: PlanRowsWanted,
  fromRow: number,
): Promise<{ row: BulkRow; index: number } | undefined> => {
  const { items, offset } = await ask<PlanRows>('GET', at(id, '/rows'), {
    query: { fromRow, limit: 1, ...narrowing(wanted) },
  });
  const [row] = items;
  return row && offset !== null ? { row, index: offset } : undefined;
};

/** What is wrong with a cell, and what was probably meant. */
export const mendingQuery = (id: string, round: number, row: number, field: string) =>
  queryOptions({
    queryKey: ['bulk-actions', id, 'plan', round, 'mending', row, field],
    queryFn: ({ signal }) => ask<MendingWire>('GET', at(id, '/mending'), { query: { row, field }, signal }),
  });

/** Changes cells of the plan that was seen; the run is checked again. */
export const mendCells = (id: string, mend: Mend): Promise<BulkAction> =>
  ask<BulkAction>('POST', at(id, '/mend'), { body: mend });

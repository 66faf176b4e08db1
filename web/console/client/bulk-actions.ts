// Runs as the console asks for them: one, many, their rows and timeline, and what people say to them.
import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { BulkAction, Page } from '../../../api/wire.ts';
import type { FollowUpDetail, FollowUpWire } from '../../../api/wire-follow-ups.ts';
import type { BulkRow } from '../../../api/wire-rows.ts';
import type { RunTimeline } from '../../../api/wire-timeline.ts';
import type { NewUndo } from '../../../api/wire-undo.ts';
import type { Kind, Outcome, State } from '../../../domain/bulk-action.ts';
import { addressOf, ask, newKey } from './client.ts';

const at = (id: string, path = ''): string => `/v1/bulk-actions/${id}${path}`;

/** One run. Server events keep it as it is now. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk-actions', id],
    queryFn: ({ signal }) => ask<BulkAction>('GET', at(id), { signal }),
  });

export type RunsWanted = {
  /** Left out: of all sites that the admin may read. */
  site?: number | undefined;
  state?: State | undefined;
  kind?: Kind | undefined;
  limit?: number;
};

const PAGE = 50;

/** Runs, the newest first, page after page. */
export const runsQuery = ({ site, state, kind, limit = PAGE }: RunsWanted = {}) =>
  infiniteQueryOptions({
    queryKey: ['bulk-actions', 'list', { site, state, kind, limit }],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam: cursor }) =>
      ask<Page<BulkAction>>('GET', '/v1/bulk-actions', {
        query: { site, state, kind, limit, cursor },
        signal,
      }),
    getNextPageParam: ({ next }) => next,
  });

/** From read to report. */
export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk-actions', id, 'timeline'],
    queryFn: ({ signal }) => ask<RunTimeline>('GET', at(id, '/timeline'), { signal }),
  });

export const followUpQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk-actions', id, 'follow-up'],
    queryFn: ({ signal }) => ask<FollowUpDetail>('GET', at(id, '/follow-up'), { signal }),
  });

export type RowPage = Page<BulkRow> & { total: number | null };
export type RowsWanted = { outcomes?: readonly Outcome[]; offset?: number; limit?: number };

/** Rows of a run with these outcomes, from the place `offset` among them on. */
export const rowsQuery = (id: string, { outcomes = [], offset = 0, limit = PAGE }: RowsWanted) =>
  queryOptions({
    queryKey: ['bulk-actions', id, 'rows', { outcomes, offset, limit }],
    queryFn: ({ signal }) =>
      ask<RowPage>('GET', at(id, '/rows'), { query: { outcome: outcomes, offset, limit }, signal }),
  });

export type RunAnswer = 'confirm' | 'approve' | 'decline' | 'pause' | 'resume' | 'cancel' | 'discard';

/** Says something to a run; gives the run as it is after. */
export const answerRun = (id: string, what: RunAnswer, body?: unknown): Promise<BulkAction> =>
  ask<BulkAction>('POST', at(id, `/${what}`), body === undefined ? {} : { body });

/** What a run is after somebody has said something to it, wherever it is shown. */
export function keepRun(client: QueryClient, run: BulkAction): void {
  client.setQueryData(runQuery(run.id).queryKey, run);
  void client.invalidateQueries({ queryKey: ['bulk-actions'] });
  void client.invalidateQueries({ queryKey: ['waiting'] });
}

/** Says something to the run, and keeps what it is after. */
export function useRunAnswer(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ what, body }: { what: RunAnswer; body?: unknown }) => answerRun(id, what, body),
    onSuccess: (run) => keepRun(client, run),
  });
}

/** Begins the undo of a run; gives the run that undoes it. */
export const undoRun = (id: string, wanted: NewUndo, key = newKey()): Promise<BulkAction> =>
  ask<BulkAction>('POST', at(id, '/undo'), { body: wanted, headers: { 'idempotency-key': key } });

/** Begins the run that issues the cards that a run has brought. */
export const issueCards = (site: number, bulkActionId: string, key = newKey()): Promise<BulkAction> =>
  ask<BulkAction>('POST', '/v1/bulk-actions', {
    body: { site, kind: 'cards', options: { action: 'issue-cards', of: bulkActionId } },
    headers: { 'idempotency-key': key },
  });

/** Writes to everybody who has sent no photo yet. */
export const remindNow = (id: string): Promise<FollowUpWire> =>
  ask<FollowUpWire>('POST', at(id, '/follow-up/remind'));

/** Ends what a run still waits for. */
export const closeFollowUp = (id: string): Promise<FollowUpWire> =>
  ask<FollowUpWire>('POST', at(id, '/follow-up/close'));

/** A workbook has no room for more. */
const WORKBOOK_ROWS_MAX = 1_000_000;

/** Where the browser downloads the results from: a workbook, or CSV where they are too many for one. */
export const resultsAddress = ({ id, counts }: Pick<BulkAction, 'id' | 'counts'>, lang: string): string =>
  addressOf(at(id, counts.total > WORKBOOK_ROWS_MAX ? '/results.csv' : '/results.xlsx'), { lang });

/** The rows that need somebody, to be mended and uploaded again. */
export const failedRowsAddress = (id: string, lang: string): string =>
  addressOf(at(id, '/failed.csv'), { lang });

// Bulk actions over HTTP: begun, listed, followed, stopped.
import { getBulkAction, listBulkActions, requestCancel } from '../../db/queries/bulk-actions.ts';
import { type ListedRow, listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { isNarrowed } from '../../db/queries/plan-rows.ts';
import { getRunHistory } from '../../db/queries/run-timeline.ts';
import { isFinal, isWaiting } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import { sitesWith, topsFor } from '../access.ts';
import { authenticator } from '../auth.ts';
import { beginRun } from '../begin-run.ts';
import { sendEvents } from '../bulk-action-events.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf } from '../language.ts';
import { planFilterOf } from '../plan-filter.ts';
import { fromCursor, numberFromCursor, toBulkAction, toCursor, toPage } from '../present.ts';
import { toBulkRow } from '../present-rows.ts';
import { toTimeline } from '../present-timeline.ts';
import { bulkActionQuery, bulkRowQuery, idempotencyHeader, runParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { firstAfter, keptRowNumbers } from '../row-numbers.ts';
import { refuseDiscarded, runFor } from '../run-access.ts';
import { isSmallRun } from '../small-run.ts';
import { idempotencyKeyOf, newView, startRun } from '../start-run.ts';
import { type BulkAction, bulkActionSchema, pageOf } from '../wire.ts';
import { newBulkActionSchema } from '../wire-new-run.ts';
import { bulkRowPageSchema } from '../wire-rows.ts';
import { runTimelineSchema } from '../wire-timeline.ts';

const NO_SUCH_RUN = { 404: { description: 'There is no such run at your sites' } };

export function bulkActionRoutes(deps: ApiDeps): Route[] {
  const { db, runs, log, progress, temporalUi = null, resultsDays = null } = deps;
  const rowNumbers = keptRowNumbers(db);
  const authenticate = authenticator(deps);
  return [
    route({
      method: 'post',
      path: '/v1/bulk-actions',
      audit: {
        what: 'run.started',
        details: ({ body, reply }) => ({
          action: (reply as BulkAction).options.action,
          preset: (reply as BulkAction).preset,
          isDryRun: body.dryRun,
          ...(body.kind === 'roles' && { roles: (reply as BulkAction).options.roles }),
        }),
      },
      tag: 'bulk actions',
      summary: 'Begin a run',
      description: 'Replies as soon as the run is written down; it goes on by itself from there.',
      headers: idempotencyHeader,
      body: newBulkActionSchema,
      replies: {
        202: { description: 'The run. `Location` is where it can be followed', schema: bulkActionSchema },
        403: { description: 'You lack a right that the action needs on the site' },
        404: { description: 'The site, preset or upload is not there, or not one of yours' },
        409: { description: 'The Idempotency-Key has started another request' },
        410: { description: 'The upload has been used and deleted' },
      },
      async handle({ admin, body, request }) {
        const key = idempotencyKeyOf(request.get('idempotency-key'));
        const begun = await beginRun(db, admin, body, key);
        const { run, isNew } = begun;
        if (run.workflowStartedAt === null && !isFinal(run.state))
          await startRun(deps, run, isSmallRun(begun));
        const view = isNew ? newView(run) : await getBulkAction(db, run.id);
        return { status: 202, headers: { Location: `/v1/bulk-actions/${run.id}` }, body: toBulkAction(view) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions',
      tag: 'bulk actions',
      summary: 'Runs, newest first',
      query: bulkActionQuery,
      replies: { 200: { description: 'A page of runs', schema: pageOf(bulkActionSchema) } },
      async handle({ admin, query }) {
        const tops = await topsFor(db, admin, query.site, 'bulk-actions:read');
        const after = query.cursor === undefined ? undefined : fromCursor(query.cursor);
        const views = await listBulkActions(db, tops, {
          state: query.state,
          kind: query.kind,
          q: query.q,
          after,
          limit: query.limit + 1,
        });
        return { status: 200, body: toPage(views, query.limit, toBulkAction, ({ run }) => run.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}',
      tag: 'bulk actions',
      summary: 'One run',
      params: runParams,
      replies: { 200: { description: 'The run', schema: bulkActionSchema }, ...NO_SUCH_RUN },
      async handle({ admin, params }) {
        return { status: 200, body: toBulkAction(await runFor(db, admin, params.id, 'bulk-actions:read')) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/timeline',
      tag: 'bulk actions',
      summary: 'How a run went, from its file to its report',
      description:
        'Its steps with their times, who confirmed, approved or declined, how many rows each phase has done of those planned, how fast, the mails about it, and until when its results are kept.',
      params: runParams,
      replies: { 200: { description: 'The timeline', schema: runTimelineSchema }, ...NO_SUCH_RUN },
      async handle({ admin, params }) {
        const view = await runFor(db, admin, params.id, 'bulk-actions:read');
        const history = await getRunHistory(db, view.run.id, sitesWith(admin, 'people:read'));
        return { status: 200, body: toTimeline(view, history, { temporalUi, resultsDays }) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/events',
      tag: 'bulk actions',
      summary: 'Follow a run',
      description:
        'Server-sent events: `progress` with the run as it is now, whenever it has moved; `end` with the run when it ' +
        'has ended, and then the stream ends. Connect again at any time: the newest state comes first.',
      params: runParams,
      replies: { 200: { description: 'Events', contentType: 'text/event-stream' }, ...NO_SUCH_RUN },
      async handle({ admin, params, request, response }) {
        const mayStill = async (reader = admin) => runFor(db, reader, params.id, 'bulk-actions:read');
        const { run } = await mayStill();
        const follower = { request, response, mayStill: async () => mayStill(await authenticate(request)) };
        await sendEvents(progress, run.id, follower);
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/rows',
      tag: 'bulk actions',
      summary: 'The rows of a run and what became of them',
      description:
        'With what each changed, before and after. While the run waits for people: what is planned of each.',
      params: runParams,
      query: bulkRowQuery,
      replies: {
        200: { description: 'A page of rows', schema: bulkRowPageSchema },
        ...NO_SUCH_RUN,
        410: { description: 'The rows were discarded, or kept as long as they are kept' },
      },
      async handle({ admin, params, query, request }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:read', 'people:read');
        refuseDiscarded(run);
        const language = languageOf(request);
        const after = numberFromCursor(query.cursor);
        const filter = {
          outcomes: query.outcome,
          isGrown: query.grown === 'true',
          isWaiting: isWaiting(run.state),
        };
        const headers = { 'Content-Language': language };
        const toRow = (row: ListedRow) => toBulkRow(row, language);
        const narrowed = planFilterOf(query);
        if (
          query.offset !== undefined ||
          query.fromRow !== undefined ||
          isNarrowed({ ...narrowed, outcomes: undefined })
        ) {
          const numbers = await rowNumbers(run, narrowed);
          const first = query.offset ?? firstAfter(numbers, Math.max(after, (query.fromRow ?? 0) - 1));
          const wanted = [...numbers.subarray(first, first + query.limit)];
          const rows = await listBulkRows(db, run.id, { numbers: wanted, after: 0, limit: query.limit });
          const isLast = first + query.limit >= numbers.length;
          const next = isLast ? null : toCursor(wanted.at(-1) ?? 0);
          return {
            status: 200,
            headers,
            body: { items: rows.map(toRow), next, offset: first, total: numbers.length },
          };
        }
        const rows = await listBulkRows(db, run.id, { ...filter, after, limit: query.limit + 1 });
        const body = {
          ...toPage(rows, query.limit, toRow, (row) => row.rowNumber),
          offset: null,
          total: null,
        };
        return { status: 200, headers, body };
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/cancel',
      audit: 'run.cancel-requested',
      tag: 'bulk actions',
      summary: 'Stop a run',
      description: 'At the next edge of a chunk: what is done stays done, the rest is “not processed”.',
      params: runParams,
      replies: {
        202: { description: 'The run, which is going to stop', schema: bulkActionSchema },
        409: { description: 'The run has ended already' },
        ...NO_SUCH_RUN,
      },
      async handle({ admin, params }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:run');
        if (!(await requestCancel(db, run.id)))
          throw new Refusal('conflict', 'The run has ended already, so there is nothing to cancel.');
        await runs.cancel(run.id, admin.personId).catch((error: unknown) => {
          log.warn({ err: error, bulkActionId: run.id }, 'the run reads of its cancel in the database');
        });
        return { status: 202, body: toBulkAction(await getBulkAction(db, run.id)) };
      },
    }),
  ];
}

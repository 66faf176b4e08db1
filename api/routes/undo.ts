// Undoing over HTTP: a run is taken back by a run of its own.
import { getBulkAction } from '../../db/queries/bulk-actions.ts';
import { isFinal } from '../../domain/bulk-action.ts';
import { changesOf } from '../../domain/undo.ts';
import type { ApiDeps } from '../deps.ts';
import { beginUndo } from '../new-undo.ts';
import { toBulkAction } from '../present.ts';
import { idempotencyHeader, runParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { runFor } from '../run-access.ts';
import { idempotencyKeyOf, newView, startRun } from '../start-run.ts';
import { bulkActionSchema } from '../wire.ts';
import { newUndoSchema } from '../wire-undo.ts';

/** An undo of so few changes is staged, checked and applied in so little time that steps of their own cost more. */
const SMALL_CHANGES_MAX = 500;

export function undoRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;
  return [
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/undo',
      audit: {
        what: 'run.started',
        isAboutMade: true,
        details: ({ params, body }) => ({
          action: 'undo',
          undoes: params.id,
          created: body.created,
          isDryRun: body.dryRun,
        }),
      },
      tag: 'bulk actions',
      summary: 'Undo a run',
      description:
        'A run of its own, with a row for each change: whom the run created is archived, values come back, who was ' +
        'archived is restored, who was restored is archived again. What was changed since stays, and its row says so. ' +
        'Anonymizing and deleting can’t be undone. An undo can.',
      headers: idempotencyHeader,
      params: runParams,
      body: newUndoSchema,
      replies: {
        202: { description: 'The undo. `Location` is where it can be followed', schema: bulkActionSchema },
        403: { description: 'You lack a right that taking back the changes needs on the run’s site' },
        404: { description: 'There is no such run at your sites' },
        409: {
          description:
            'The run has not ended, changed nobody, or is being undone; or the Idempotency-Key has started another request',
        },
      },
      async handle({ admin, params, body, request }) {
        const key = idempotencyKeyOf(request.get('idempotency-key'));
        const undone = await runFor(db, admin, params.id, 'bulk-actions:run');
        const { run, isNew } = await beginUndo(db, admin, undone, body, key);
        if (run.workflowStartedAt === null && !isFinal(run.state))
          await startRun(deps, run, changesOf(undone.counts) <= SMALL_CHANGES_MAX);
        const view = isNew ? newView(run) : await getBulkAction(db, run.id);
        return { status: 202, headers: { Location: `/v1/bulk-actions/${run.id}` }, body: toBulkAction(view) };
      },
    }),
  ];
}

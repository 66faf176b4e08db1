// The plan of a run over HTTP: in numbers, its rows from anywhere, and cells that are mended before anything is written.
import { getBulkAction } from '../../db/queries/bulk-actions.ts';
import { listMendableRows } from '../../db/queries/mending.ts';
import { countAlike, isMendable, suggestedFor } from '../../domain/mending.ts';
import { hintOf } from '../../domain/problems.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf } from '../language.ts';
import { cellAt, listAlike, mend, placesOf } from '../mending.ts';
import { keptPlanSummaries } from '../plan-summary.ts';
import { toBulkAction } from '../present.ts';
import { runParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { keptRowNumbers } from '../row-numbers.ts';
import { refuseDiscarded, runFor } from '../run-access.ts';
import { bulkActionSchema } from '../wire.ts';
import { mendingQuery, mendingSchema, mendSchema, planSummarySchema } from '../wire-plans.ts';

const NO_SUCH_RUN = { 404: { description: 'There is no such run at your sites' } };

export function planRoutes({ db, runs, log }: ApiDeps): Route[] {
  const summaryOf = keptPlanSummaries(db);
  const rowNumbers = keptRowNumbers(db);
  return [
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/plan',
      tag: 'bulk actions',
      summary: 'What a run that asks would do, in numbers',
      description:
        'Rows by what is planned of them, why rows are refused, which values change, every limit that holds, and who would be invited.',
      params: runParams,
      replies: {
        200: { description: 'The plan', schema: planSummarySchema },
        409: { description: 'The run asks nobody just now' },
        ...NO_SUCH_RUN,
      },
      async handle({ admin, params, request }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:read');
        refuseDiscarded(run);
        const language = languageOf(request);
        return {
          status: 200,
          headers: { 'Content-Language': language },
          body: await summaryOf(run, language),
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/mending',
      tag: 'bulk actions',
      summary: 'What can be made of a cell of the plan',
      description:
        'What is wrong with it, what was probably meant, and how many cells the same change would reach.',
      params: runParams,
      query: mendingQuery,
      replies: {
        200: { description: 'The cell', schema: mendingSchema },
        409: { description: 'The row can’t be mended here' },
        ...NO_SUCH_RUN,
      },
      async handle({ admin, params, query, request }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:read', 'people:read');
        refuseDiscarded(run);
        const places = placesOf(run, query.field);
        const [row] = await listMendableRows(db, run.id, [query.row]);
        if (!row) throw new Refusal('missing', `There is no row ${query.row} that could be mended.`);
        if (!isMendable(row.problems))
          throw new Refusal(
            'conflict',
            `Row ${query.row} can’t be read again. Mend it in the file and upload that.`,
          );
        const value = cellAt(row.cells, places);
        const reason = row.reasons?.find(({ field }) => field === query.field);
        const at = places.find((place) => row.mended?.[String(place)] !== undefined);
        const problem = reason && { code: reason.code, field: query.field };
        const alike = problem
          ? (await listAlike({ db, rowNumbers }, run, problem)).map(({ cells }) => cellAt(cells, places))
          : [];
        return {
          status: 200,
          body: {
            value,
            file: at === undefined ? null : (row.mended?.[String(at)] ?? null),
            code: reason?.code ?? null,
            hint: reason ? hintOf(reason, languageOf(request)) : null,
            suggestion: (reason && suggestedFor(reason, value)) ?? null,
            alike: reason ? countAlike(value, reason.code, alike) : { domain: 1, tidy: 1, value: 1 },
          },
        };
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/mend',
      audit: { what: 'run.mended', isNotedByStatement: true },
      tag: 'bulk actions',
      summary: 'Mend cells of the plan of a dry run',
      description:
        'The rows are read again by the rules that read the file, the plan is made anew, and the run asks in another ' +
        'round. The results say what the file had. The same again changes nothing.',
      params: runParams,
      body: mendSchema,
      replies: {
        202: { description: 'The run, which is being checked again', schema: bulkActionSchema },
        403: { description: 'You did not begin the run, or lack a right that its action needs' },
        409: { description: 'The run does not ask that (any more), or its rows can’t be mended' },
        413: { description: 'More rows are like it than can be mended at once' },
        ...NO_SUCH_RUN,
      },
      async handle({ admin, params, body }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:run', 'people:read');
        await mend({ db, rowNumbers }, admin, run, body);
        await runs.mended(run.id, body.round).catch((error: unknown) => {
          log.warn({ err: error, bulkActionId: run.id }, 'the run hears from the sweep that it was mended');
        });
        return { status: 202, body: toBulkAction(await getBulkAction(db, run.id)) };
      },
    }),
  ];
}

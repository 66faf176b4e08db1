// The results of a run as files: every row of the upload as it was, and what became of it; and how they are discarded.
import type { Request } from 'express';
import type { z } from 'zod';
import { type ResultSource, resultsCsv } from '../../adapters/results-csv.ts';
import { resultsXlsx, type WorkbookSource } from '../../adapters/results-xlsx.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { getBulkAction } from '../../db/queries/bulk-actions.ts';
import { openResults } from '../../db/queries/result-rows.ts';
import { discardAllRows } from '../../db/queries/retention.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import type { FieldDefinition, FieldType } from '../../domain/field-definition.ts';
import { Refusal } from '../../domain/refusal.ts';
import { outcomesOfPart } from '../../domain/result.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf } from '../language.ts';
import { toBulkAction } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { failedQuery, resultQuery, runParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { runFor } from '../run-access.ts';
import { sendStream } from '../stream-reply.ts';
import { bulkActionSchema } from '../wire.ts';

const CSV = 'text/csv; charset=utf-8';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const NO_SUCH_RUN = { 404: { description: 'There is no such run at your sites' } };
const PROBLEMS = {
  ...NO_SUCH_RUN,
  409: { description: 'The run has no rows: its file is still being read, or was rejected' },
  410: { description: 'The results were discarded, or kept as long as they are kept' },
};

/** Fields that no site defines and whose type is known. */
const TYPES_OF_OWN: readonly (readonly [string, FieldType])[] = [
  ['card_valid_until', 'date'],
  ['send_invitation', 'boolean'],
];

type Wanted = Pick<z.output<typeof resultQuery>, 'only' | 'outcome'>;

export function resultRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/results.csv',
      audit: { what: 'results.downloaded', details: ({ query }) => ({ ...partOf(query), format: 'csv' }) },
      tag: 'bulk actions',
      summary: 'The results as CSV',
      description:
        'The upload’s own columns as they were, then what became of each row; of a run that waits, what is planned of ' +
        'each, with `muster_before` and `muster_after`. Can be uploaded again.',
      params: runParams,
      query: resultQuery,
      replies: { 200: { description: 'The file', contentType: 'text/csv' }, ...PROBLEMS },
      async handle({ admin, params, query, request, response }) {
        const source = await sourceOf(admin, params.id, query, request);
        await sendStream(response, { name: `results-${params.id}.csv`, type: CSV }, resultsCsv(source));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/results.xlsx',
      audit: { what: 'results.downloaded', details: ({ query }) => ({ ...partOf(query), format: 'xlsx' }) },
      tag: 'bulk actions',
      summary: 'The results as a workbook',
      description: 'Numbers, dates, yes and no are such where the field is one; everything else is text.',
      params: runParams,
      query: resultQuery,
      replies: {
        200: { description: 'The file', contentType: XLSX },
        ...PROBLEMS,
        413: { description: 'There are more rows or columns than a workbook takes' },
      },
      async handle({ admin, params, query, request, response }) {
        const source = await sourceOf(admin, params.id, query, request);
        await sendStream(response, { name: `results-${params.id}.xlsx`, type: XLSX }, resultsXlsx(source));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/failed.csv',
      audit: { what: 'results.downloaded', details: () => ({ only: 'failed', format: 'csv' }) },
      tag: 'bulk actions',
      summary: 'The rows that need somebody, as CSV',
      description:
        'Rejected, failed and not processed rows in the upload’s own columns: mend them and upload the file.',
      params: runParams,
      query: failedQuery,
      replies: { 200: { description: 'The file', contentType: 'text/csv' }, ...PROBLEMS },
      async handle({ admin, params, request, response }) {
        const source = await sourceOf(admin, params.id, { only: 'failed' }, request);
        await sendStream(response, { name: `failed-${params.id}.csv`, type: CSV }, resultsCsv(source));
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/discard',
      audit: 'run.discarded',
      tag: 'bulk actions',
      summary: 'Discard the results of a run',
      description: 'Its rows are removed for good; its counts stay. Once more changes nothing.',
      params: runParams,
      replies: {
        200: { description: 'The run', schema: bulkActionSchema },
        409: { description: 'The run has not ended, or its invitations are just being written' },
        ...NO_SUCH_RUN,
      },
      async handle({ admin, params }) {
        const { run, followUp } = await runFor(db, admin, params.id, 'bulk-actions:run');
        if (run.finishedAt === null)
          throw new Refusal('conflict', 'The run has not ended. Wait for it, or cancel it first.');
        if (followUp && followUp.invitedAt === null && followUp.state !== 'ended')
          throw new Refusal(
            'conflict',
            'The invitations of this run are just being written. Try again in a moment.',
          );
        await discardAllRows(db, run.id);
        return { status: 200, body: toBulkAction(await getBulkAction(db, run.id)) };
      },
    }),
  ];

  async function sourceOf(
    admin: Admin,
    id: string,
    wanted: Wanted,
    request: Request,
  ): Promise<ResultSource & WorkbookSource> {
    const { run } = await runFor(db, admin, id, 'bulk-actions:read', 'people:read');
    const results = await openResults(db, run, { outcomes: outcomesOf(wanted) });
    const types = typesOf((await getRowPlaces(db, run.siteId)).definitions);
    return { ...results, language: languageOf(request), types };
  }
}

/** Fields by name with their type. A name that means different types at different sites has none. */
function typesOf(definitions: readonly FieldDefinition[]): Map<string, FieldType> {
  const types = new Map(TYPES_OF_OWN);
  for (const { name, type } of definitions)
    types.set(name, types.get(name) === type || !types.has(name) ? type : 'text');
  return types;
}

/** Which rows a download has, for the audit trail. */
const partOf = ({ only, outcome }: Wanted) => ({ ...(only && { only }), ...(outcome && { outcome }) });

function outcomesOf({ only, outcome }: Wanted) {
  if (only === undefined) return outcome;
  if (outcome !== undefined)
    throw new InvalidRequest([{ path: 'query.outcome', message: 'Give either only or outcome.' }]);
  return outcomesOfPart(only);
}

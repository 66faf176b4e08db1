// The results of a run as files: every row of the upload as it was, and what became of it.
import type { z } from 'zod';
import { type ResultSource, resultsCsv } from '../../adapters/results-csv.ts';
import { resultsXlsx } from '../../adapters/results-xlsx.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { streamBulkRows } from '../../db/queries/bulk-rows.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApiDeps } from '../deps.ts';
import { onlyQuery, runParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { runFor } from '../run-access.ts';
import { sendStream } from '../stream-reply.ts';

const CSV = 'text/csv; charset=utf-8';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const PROBLEMS = {
  404: { description: 'There is no such run at your sites' },
  409: { description: 'The run has no rows: its file is still being read, or was rejected' },
};

export function resultRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/results.csv',
      tag: 'bulk actions',
      summary: 'The results as CSV',
      description:
        'The upload’s own columns as they were, then what became of each row. Can be uploaded again.',
      params: runParams,
      query: onlyQuery,
      replies: { 200: { description: 'The file', contentType: 'text/csv' }, ...PROBLEMS },
      async handle({ admin, params, query, response }) {
        const source = await sourceOf(admin, params.id, query.only);
        await sendStream(response, { name: `results-${params.id}.csv`, type: CSV }, resultsCsv(source));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/results.xlsx',
      tag: 'bulk actions',
      summary: 'The results as a workbook',
      params: runParams,
      query: onlyQuery,
      replies: {
        200: { description: 'The file', contentType: XLSX },
        ...PROBLEMS,
        413: { description: 'There are more rows or columns than a workbook takes' },
      },
      async handle({ admin, params, query, response }) {
        const source = await sourceOf(admin, params.id, query.only);
        await sendStream(response, { name: `results-${params.id}.xlsx`, type: XLSX }, resultsXlsx(source));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/failed.csv',
      tag: 'bulk actions',
      summary: 'The rows that need somebody, as CSV',
      description:
        'Rejected, failed and not processed rows in the upload’s own columns: mend them and upload the file.',
      params: runParams,
      replies: { 200: { description: 'The file', contentType: 'text/csv' }, ...PROBLEMS },
      async handle({ admin, params, response }) {
        const source = await sourceOf(admin, params.id, 'failed');
        await sendStream(response, { name: `failed-${params.id}.csv`, type: CSV }, resultsCsv(source));
        return undefined;
      },
    }),
  ];

  async function sourceOf(
    admin: Admin,
    id: string,
    only: z.output<typeof onlyQuery>['only'],
  ): Promise<ResultSource & { rowsTotal: number }> {
    const { run } = await runFor(db, admin, id, 'bulk-actions:read', 'people:read');
    const { columns, rowsTotal } = run;
    if (run.state === 'rejected')
      throw new Refusal('conflict', `The run was rejected and has no rows. ${run.errorMessage ?? ''}`.trim());
    if (columns === null || rowsTotal === null)
      throw new Refusal(
        'conflict',
        'The file is still being read, or never was. Results are there once it is.',
      );
    const rows = streamBulkRows(db, run.id, { only });
    return { columns, action: run.options.action, rows, rowsTotal };
  }
}

// The bound of a file that changes nothing: it is read and copied as Muster does it, for no quicker way to do either is
// known here, and one statement joins its rows with all people and leaves whoever differs, or is on one side alone.
//
// Nothing is planned, counted or told: what Muster adds to this is what it costs to keep an outcome of each row.
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { openTable } from '../../adapters/table.ts';
import { type Database, openDb } from '../../db/client.ts';
import { copyBulkRows } from '../../db/queries/bulk-row-copy.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { resolveMapping } from '../../domain/mapping.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import { compileRowReader } from '../../domain/rows/row.ts';
import type { StagedRow } from '../../domain/rows/staged-row.ts';
import type { Measured, Outcomes } from '../measure.ts';
import { BOUND_RUN } from './session.ts';

/** Reads the file, copies its rows and compares them with the people of a site that is its own root. */
export async function runUnchangedBound(url: string, csv: string, siteId: number): Promise<Measured> {
  const db = openDb(url, { poolMax: 1, sessionSettings: { jit: 'off', work_mem: '64MB' } });
  try {
    const places = await getRowPlaces(db, siteId);
    const began = performance.now();
    const table = await openTable(
      { open: async () => Readable.from(slices(Buffer.from(csv))) },
      DEFAULT_OPTIONS,
    );
    const { columns } = resolveMapping(table.columns, {
      preset: PEOPLE_PRESET,
      definitions: places.definitions,
      mapping: {},
      hasHeader: true,
      action: 'sync',
      matchBy: null,
    });
    const read = compileRowReader({
      preset: PEOPLE_PRESET,
      options: DEFAULT_OPTIONS,
      columns,
      places,
      requiredFields: [],
    });
    async function* batches(): AsyncGenerator<StagedRow[]> {
      for await (const records of table.rows) yield records.map(read);
    }
    await copyBulkRows(db, BOUND_RUN, batches(), 1);
    await analyzeRows(db, 'bulk_row');
    const outcomes = await compared(db, siteId);
    await table.close();
    return { seconds: (performance.now() - began) / 1000, outcomes };
  } finally {
    await db.close();
  }
}

function* slices(bytes: Buffer, length = 2 ** 18): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** Joins rows and people both ways: those on one side alone, and those that differ, are what a plan would be about. */
async function compared(db: Database, siteId: number): Promise<Outcomes> {
  const [found] = await db.execute<{ rows: number; differing: number; holders: number }>(sql`
    select count(row_number)::int as rows, count(*) filter (where is_differing)::int as differing,
      count(*) filter (where row_number is null and exists (select from role_assignment a where a.person_id = j.id))::int as holders
    from (
      select r.row_number, p.id,
        r.row_number is not null and (p.id is null
          or r.email_key is distinct from p.email_key or coalesce(r.username, p.username) is distinct from p.username
          or r.first_name is distinct from p.first_name or r.last_name is distinct from p.last_name
          or not p.fields @> r.fields) as is_differing
      from (select * from bulk_row where bulk_action_id = ${BOUND_RUN}) as r
      full join (select * from person where site_id = ${siteId} and status = 'active') as p
        on p.identifier = r.identifier
    ) as j
  `);
  if (!found) throw new Error('a statement that counts gave no count');
  if (found.differing > 0) throw new Error(`${found.differing} rows change something`);
  return { unchanged: found.rows, skipped: found.holders };
}

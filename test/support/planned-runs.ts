// Runs whose plan is put straight into the database, for tests of how it is applied and not of how it is made.
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { grantLocks } from '../../db/queries/edit-locks.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { DEFAULT_OPTIONS, type Phase } from '../../domain/bulk-action.ts';
import type { CheckedRun } from './engine.ts';
import type { TestOrganisation } from './runs.ts';

type Planned = Pick<PersonRow, 'id' | 'version'>;

/**
 * A run under its lock, checked and ready to be applied: a row of the phase for each person, from row 2 on, whose
 * only cell is `row N`.
 */
export async function planPeople(
  db: Database,
  { rootId, siteId, adminId }: TestOrganisation,
  phase: Phase,
  people: readonly Planned[],
  chunkRows = 5000,
): Promise<CheckedRun> {
  const id = randomBytes(5).toString('hex');
  await db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, by_person_id,
      by_name, lock_site_ids)
    values (${id}, ${siteId}, ${rootId}, 'people', 'people', ${JSON.stringify(DEFAULT_OPTIONS)}::jsonb, '{}', 'queued',
      ${people.length}, ${adminId}, 'Ada Admin', ${sql.param([siteId])}::int[])`);
  const rows = people.map((person, index) => ({
    row: index + 2,
    person: person.id,
    version: person.version,
  }));
  await db.execute(sql`
    with planned as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p (row int, person bigint, version int)
    ), row as (
      insert into bulk_row (bulk_action_id, row_number, cells, site_id)
      select ${id}, row, json_build_array('row ' || row), ${siteId} from planned
    )
    insert into bulk_plan (bulk_action_id, row_number, phase, person_id, person_version)
    select ${id}, row, ${phase}, person, version from planned`);
  const grant = await grantLocks(db, id, [siteId]);
  if (grant.kind === 'held') throw new Error(`held by ${grant.holders.join(', ')}`);
  await db.execute(sql`update bulk_action set state = 'applying', checked_at = now() where id = ${id}`);
  const batch = { phase, firstRow: 2, lastRow: people.length + 1, chunkWidth: chunkRows };
  const rowsTotal = people.length;
  return {
    id,
    token: grant.token,
    standing: 'held',
    waiting: null,
    batches: [batch],
    lanes: 1,
    rowsDone: 0,
    rowsTotal,
  };
}

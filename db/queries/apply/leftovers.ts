// What a run would leave behind at its end: references to people who were never made, hashes that nobody needs.
import { type SQL, sql } from 'drizzle-orm';
import { SUPERVISOR_FIELDS } from '../../../domain/rows/extras.ts';
import type { Database } from '../../client.ts';

/**
 * Takes back references to supervisors whom a row of the run should have created and did not: that row was refused by
 * the database, or its turn never came. Says so in the rows that named them. Safe to repeat.
 */
export async function dropMissingSupervisors(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    with missing as (
      select b.row_number, b.person_id, b.supervisor_id, (
          select max(o.row_number) from bulk_plan o
          where o.bulk_action_id = b.bulk_action_id and o.row_number <> b.row_number
            and o.row_number in (
              select y.row_number from bulk_row y join bulk_row r on r.bulk_action_id = y.bulk_action_id
              where r.bulk_action_id = b.bulk_action_id and r.row_number = b.row_number
                and r.extras -> 'supervisor' ->> 'value' in (y.identifier, y.email_key, y.username))
        ) as remover
      from bulk_plan b
      where b.bulk_action_id = ${bulkActionId} and b.supervisor_id <> 0
        and b.outcome in ('created', 'updated', 'restored') and exists (${mapped(bulkActionId, SUPERVISOR_FIELDS)})
        and not exists (select from person s where s.id = b.supervisor_id)
    ),
    dropped as (
      update person p set supervisor_id = null from missing m
      where p.id = m.person_id and p.supervisor_id = m.supervisor_id
    )
    update bulk_plan b
    set supervisor_id = null,
        reasons = jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
          'code', 'supervisor-failed', 'rows', case when m.remover is not null then jsonb_build_array(m.remover) end)))
    from missing m
    where b.bulk_action_id = ${bulkActionId} and b.row_number = m.row_number
  `);
}

/** Takes the password hashes out of a run's rows: those that were applied are where they belong. Safe to repeat. */
export async function deletePasswordHashes(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    update bulk_row set extras = extras - 'passwordHash'
    where bulk_action_id = ${bulkActionId} and extras ? 'passwordHash'
      and exists (${mapped(bulkActionId, ['password'])})
  `);
}

/** A row where a column of the run's file is mapped to one of the fields: most runs need nothing of this file. */
const mapped = (bulkActionId: string, fields: readonly string[]): SQL => sql`
  select from bulk_action a, jsonb_array_elements(a.columns) as c
  where a.id = ${bulkActionId} and c ->> 'field' = any (${sql.param([...fields])}::text[])`;

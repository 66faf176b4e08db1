// Notes the traces of people who are about to be forgotten: rows of others, and of nobody, that carry one of their keys.
//
// It comes before, in a statement of its own: it looks through the rows of a whole organisation, which a run can afford
// once and not for each chunk, and afterwards the keys are gone. Forgetting then goes by what is noted: see forget.ts.
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { selectionsForgotten } from './selection.ts';

/** Of all whom a run will anonymize or delete; does nothing where it is done, and waits where it is being done. */
export async function noteTracesOfRun(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    with noted as (
      update bulk_action set traces_noted_at = now()
      where id = ${bulkActionId} and traces_noted_at is null
      returning root_id
    ),
    leaving as materialized (
      select root_id, array(
        select person_id from bulk_plan
        where bulk_action_id = ${bulkActionId} and phase in ('anonymize', 'delete') and outcome is null) as ids
      from noted
    ),
    unselected as (${selectionsForgotten(sql`(select root_id from leaving)`, sql`(select unnest(ids) from leaving)`)})
    select note_traces(root_id, ids) from leaving
  `);
}

/** Of one person of an organisation. Safe to repeat. */
export async function noteTracesOfPerson(db: Database, rootId: number, personId: number): Promise<void> {
  await db.execute(sql`
    with unselected as (${selectionsForgotten(sql`${rootId}::int`, sql`array[${personId}::bigint]`)})
    select note_traces(${rootId}::int, array[${personId}::bigint])`);
}
